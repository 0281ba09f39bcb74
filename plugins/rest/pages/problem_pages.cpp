#include "plugins/rest/pages/problem_pages.hpp"

#include <fmt/format.h>

#include <array>
#include <iterator>

#include "core/base/check.hpp"
#include "plugins/rest/json/problem.hpp"

namespace bank::rest {
namespace {

constexpr std::array all_codes{
#define BANK_CODE(number, word, kind, title) Code::word,
#include "core/base/codes.def"
#undef BANK_CODE
};

std::string_view what_to_do(CodeKind kind) {
    switch (kind) {
    case CodeKind::done: return "Nothing. The request succeeded.";
    case CodeKind::refused:
        return "A rule of the bank does not allow the request. Change the request.";
    case CodeKind::malformed:
        return "Fix the request. The member “errors” lists each invalid field, parameter or "
               "header.";
    case CodeKind::too_large: return "Send a smaller request.";
    case CodeKind::unsupported: return "Send JSON, with Content-Type: application/json.";
    case CodeKind::method: return "Use one of the methods in the Allow header.";
    case CodeKind::length:
        return "Send a Content-Length header with the size of the body. Transfer-Encoding is not "
               "supported.";
    case CodeKind::timeout: return "Send the request faster.";
    case CodeKind::unauthenticated: return "Log in, then retry with the new token.";
    case CodeKind::forbidden:
        return "Supply the PIN if it is required, change a one-time password (PUT "
               "/v1/users/me/password), or ask a user whose role allows the request.";
    case CodeKind::not_found: return "Check the path and the id.";
    case CodeKind::conflict: return "Read the current state, then decide again.";
    case CodeKind::throttled: return "Wait for the number of seconds in Retry-After, then retry.";
    case CodeKind::unavailable:
        return "Wait for the number of seconds in Retry-After, then retry with the same "
               "Idempotency-Key. A transaction is never posted twice.";
    case CodeKind::fault: return "Report the error with its request_id.";
    }
    BANK_UNREACHABLE();
}

std::string document(std::string_view heading, std::string_view content) {
    return fmt::format(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta name=\"viewport\" content=\"width=device-width\">\n<title>{} – bankd</title>\n"
        "<link rel=\"stylesheet\" href=\"/problems/pages.css\">\n</head>\n<body>\n<main>\n"
        "<h1>{}</h1>\n{}</main>\n</body>\n</html>\n",
        heading, heading, content);
}

}  // namespace

// Words and titles of the registry hold nothing that HTML would read as markup; a test sees to it.
std::string problems_page() {
    std::string rows;
    for (auto const code : all_codes) {
        if (kind(code) == CodeKind::done) continue;
        fmt::format_to(std::back_inserter(rows),
                       "<tr><th scope=\"row\"><a href=\"/problems/{0}\">{0}</a></th><td>{1}</td>"
                       "<td>{2}</td></tr>\n",
                       word(code), status_of(code), title(code));
    }
    return document(
        "Problems",
        fmt::format("<p>The member “code” of each error response is one of these codes. "
                    "Codes never change.</p>\n<table>\n<thead><tr>"
                    "<th scope=\"col\">Code</th><th scope=\"col\">Status</th>"
                    "<th scope=\"col\">Meaning</th></tr></thead>\n<tbody>\n{}</tbody>\n"
                    "</table>\n",
                    rows));
}

std::string problem_page(Code code) {
    return document(
        word(code),
        fmt::format("<p>{}</p>\n<dl>\n<dt>HTTP status</dt><dd>{}</dd>\n<dt>What to do</dt>"
                    "<dd>{}</dd>\n<dt>Retry without changes</dt><dd>{}</dd>\n</dl>\n"
                    "<p><a href=\"/problems\">All problems</a></p>\n",
                    title(code), status_of(code), what_to_do(kind(code)),
                    is_transient(code) ? "yes" : "no"));
}

std::string_view problems_css() noexcept {
    return "body{font:1rem/1.5 system-ui,sans-serif;color:#1a1a1a;background:#fff;margin:0}\n"
           "main{max-width:60rem;margin:2rem auto;padding:0 1rem}\n"
           "table{border-collapse:collapse}\n"
           "th,td{text-align:left;vertical-align:top;padding:.3rem .8rem .3rem 0;"
           "border-bottom:1px solid #ccc}\n"
           "dt{font-weight:600}\ndd{margin:0 0 .6rem}\na{color:#0b4f9e}\n"
           "@media(prefers-color-scheme:dark){body{color:#eee;background:#151515}"
           "a{color:#8fc1ff}th,td{border-color:#444}}\n";
}

std::string docs_page_without_ui() {
    return document("API documentation",
                    "<p>The interactive documentation is not installed here.</p>\n<ul>\n"
                    "<li><a href=\"/openapi.json\">The API as OpenAPI 3.1</a></li>\n"
                    "<li><a href=\"/problems\">The error codes</a></li>\n</ul>\n");
}

}  // namespace bank::rest
