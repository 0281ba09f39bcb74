#include <algorithm>

#include "plugins/rest/http/ascii.hpp"
#include "plugins/rest/http/compression.hpp"
#include "plugins/rest/pages/openapi_text.hpp"
#include "plugins/rest/pages/problem_pages.hpp"
#include "plugins/rest/pages/static_files.hpp"
#include "plugins/rest/routes/handlers.hpp"

namespace bank::rest::handlers {
namespace {

Response redirect(std::string location) {
    Response response;
    response.status = 302;
    response.location = std::move(location);
    return response;
}

Response page(std::string html) {
    Response response;
    response.content_type = "text/html; charset=utf-8";
    response.page_policy = PagePolicy::own_style;
    response.body = std::move(html);
    return response;
}

Response not_found(Call const& call) {
    return answer(call, Error{.code = Code::not_found});
}

struct Choice {
    StaticFile::Encoded const& encoded;
    std::string_view content_encoding;
};

Choice choose(StaticFile const& file, std::string_view accept_encoding) {
    if (!file.brotli.content.empty() && accepts(accept_encoding, "br")) return {file.brotli, "br"};
    if (!file.gzip.content.empty() && accepts(accept_encoding, "gzip")) return {file.gzip, "gzip"};
    return {file.plain, {}};
}

// RFC 9110, section 13.1.2: "*" or a list of tags, compared weakly, since a proxy that compresses
// weakens them.
bool is_among(std::string_view etag, std::string_view if_none_match) {
    while (!if_none_match.empty()) {
        auto const end = std::min(if_none_match.find(','), if_none_match.size());
        auto tag = ascii::trim(if_none_match.substr(0, end));
        if_none_match.remove_prefix(std::min(end + 1, if_none_match.size()));
        if (tag.starts_with("W/")) tag.remove_prefix(2);
        if (tag == "*" || tag == etag) return true;
    }
    return false;
}

Response file(Call const& call, StaticFile const& found, PagePolicy policy, Keeping keeping) {
    Response response;
    response.content_type = found.content_type;
    response.page_policy = policy;
    response.keeping = keeping;
    auto const choice = choose(found, call.head.accept_encoding);
    response.etag = choice.encoded.etag;
    if (is_among(response.etag, call.head.if_none_match)) {
        response.status = 304;
        return response;
    }
    response.content_encoding = choice.content_encoding;
    response.lasting_body = choice.encoded.content;
    return response;
}

}  // namespace

Response home(Call const& call) {
    return redirect(call.files.web_page() != nullptr ? "/app/" : "/docs/");
}

// Each of its addresses is the same page, which shows what the address says.
Response web_page(Call const& call) {
    if (call.head.path == "/app") return redirect("/app/");
    auto const* const found = call.files.web_page();
    if (found == nullptr) return not_found(call);
    return file(call, *found, PagePolicy::web_client, Keeping::asking);
}

Response web_asset(Call const& call) {
    auto const* const found = call.files.find_asset(call.name);
    if (found == nullptr) return not_found(call);
    return file(call, *found, PagePolicy::web_client, Keeping::immutable);
}

Response openapi(Call const&) {
    Response response;
    response.lasting_body = openapi_text();
    return response;
}

Response docs_home(Call const& call) {
    if (call.head.path == "/docs") return redirect("/docs/");
    auto const* const found = call.files.find_docs("index.html");
    return found != nullptr ? file(call, *found, PagePolicy::docs_ui, Keeping::asking)
                            : page(docs_page_without_ui());
}

Response docs_file(Call const& call) {
    auto const* const found = call.files.find_docs(call.name);
    return found != nullptr ? file(call, *found, PagePolicy::docs_ui, Keeping::asking)
                            : not_found(call);
}

Response list_problems(Call const&) {
    return page(problems_page());
}

Response find_problem(Call const& call) {
    auto const code = code_of(call.name);
    return code ? page(problem_page(*code)) : not_found(call);
}

Response problems_style(Call const&) {
    Response response;
    response.content_type = "text/css; charset=utf-8";
    response.lasting_body = problems_css();
    return response;
}

}  // namespace bank::rest::handlers
