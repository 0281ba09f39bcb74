#include "plugins/rest/http/response.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "core/base/check.hpp"

namespace bank::rest {
namespace {

void add(std::string& out, std::string_view name, std::string_view value) {
    BANK_CHECK(value.find_first_of("\r\n") == std::string_view::npos);
    out += name;
    out += ": ";
    out += value;
    out += "\r\n";
}

void add_if(std::string& out, std::string_view name, std::string_view value) {
    if (!value.empty()) add(out, name, value);
}

std::string_view content_security_policy(PagePolicy policy) {
    switch (policy) {
    case PagePolicy::nothing: return "default-src 'none'; frame-ancestors 'none'";
    case PagePolicy::own_style:
        return "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; "
               "frame-ancestors 'none'";
    case PagePolicy::docs_ui:
        return "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
               "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    case PagePolicy::web_client:
        return "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
               "img-src 'self' data:; base-uri 'none'; form-action 'self'; "
               "frame-ancestors 'none'; require-trusted-types-for 'script'";
    }
    BANK_UNREACHABLE();
}

std::string_view cache_control(Keeping keeping) {
    switch (keeping) {
    case Keeping::never: return "no-store";
    case Keeping::asking: return "no-cache";
    case Keeping::immutable: return "public, max-age=31536000, immutable";
    }
    BANK_UNREACHABLE();
}

void add_rate(std::string& out, RateHeaders const& rate) {
    auto const& decision = rate.decision;
    if (decision.quota == 0) return;  // No limit is set.
    auto const name = api::to_string(rate.route);
    fmt::format_to(std::back_inserter(out), "RateLimit-Policy: \"{}\";q={};w={}\r\n", name,
                   decision.quota, decision.window_s);
    fmt::format_to(std::back_inserter(out), "RateLimit: \"{}\";r={};t={}\r\n", name,
                   decision.remaining, decision.reset_s);
}

}  // namespace

std::string_view reason_phrase(int status) noexcept {
    switch (status) {
    case 200: return "OK";
    case 201: return "Created";
    case 202: return "Accepted";
    case 204: return "No Content";
    case 302: return "Found";
    case 304: return "Not Modified";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 408: return "Request Timeout";
    case 409: return "Conflict";
    case 411: return "Length Required";
    case 413: return "Content Too Large";
    case 415: return "Unsupported Media Type";
    case 417: return "Expectation Failed";
    case 422: return "Unprocessable Content";
    case 429: return "Too Many Requests";
    case 500: return "Internal Server Error";
    case 503: return "Service Unavailable";
    default: return "Unknown";
    }
}

void append_response(std::string& out, Response const& response, Framing const& framing) {
    auto const content = response.content();
    auto const has_content = response.status != 204 && response.status != 304;
    out.reserve(out.size() + 1024 + content.size());
    fmt::format_to(std::back_inserter(out), "HTTP/1.1 {} {}\r\n", response.status,
                   reason_phrase(response.status));
    add(out, "Date", framing.date);
    add_if(out, "X-Request-Id", framing.request_id);
    if (framing.is_chunked) {
        add(out, "Content-Type", response.content_type);
        add(out, "Transfer-Encoding", "chunked");
    } else if (has_content) {
        if (!content.empty()) add(out, "Content-Type", response.content_type);
        fmt::format_to(std::back_inserter(out), "Content-Length: {}\r\n", content.size());
    }
    add(out, "Cache-Control", cache_control(response.keeping));
    add_if(out, "ETag", response.etag);
    add_if(out, "Content-Encoding", response.content_encoding);
    if (response.keeping != Keeping::never) add(out, "Vary", "Accept-Encoding");
    add_if(out, "Location", response.location);
    add_if(out, "Link", response.link);
    for (auto const& cookie : response.set_cookies) add(out, "Set-Cookie", cookie);
    add_if(out, "Allow", response.allow);
    add_if(out, "WWW-Authenticate", response.www_authenticate);
    if (response.retry_after_s > 0) {
        fmt::format_to(std::back_inserter(out), "Retry-After: {}\r\n", response.retry_after_s);
    }
    if (response.rate) add_rate(out, *response.rate);
    if (response.is_replay) add(out, "Idempotency-Replayed", "true");
    if (framing.is_secure) add(out, "Strict-Transport-Security", "max-age=31536000");
    add(out, "Content-Security-Policy", content_security_policy(response.page_policy));
    out +=
        "X-Content-Type-Options: nosniff\r\n"
        "Referrer-Policy: no-referrer\r\n"
        "Cross-Origin-Opener-Policy: same-origin\r\n"
        "Cross-Origin-Resource-Policy: same-origin\r\n";
    if (response.closes) add(out, "Connection", "close");
    out += "\r\n";
    if (has_content && !framing.is_head) out += content;
}

}  // namespace bank::rest
