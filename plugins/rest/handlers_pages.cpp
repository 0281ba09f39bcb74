#include "plugins/rest/handlers.hpp"
#include "plugins/rest/openapi_text.hpp"
#include "plugins/rest/problem_pages.hpp"
#include "plugins/rest/static_files.hpp"

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

Response file(Call const& call, StaticFile const& found) {
    Response response;
    response.content_type = found.content_type;
    response.page_policy = PagePolicy::docs_ui;
    response.may_be_kept = true;
    auto const is_gzipped = !found.gzipped.empty() && accepts_gzip(call.head.accept_encoding);
    response.etag = is_gzipped ? found.gzipped_etag : found.etag;
    if (call.head.if_none_match == response.etag) {
        response.status = 304;
        return response;
    }
    if (is_gzipped) response.content_encoding = "gzip";
    response.lasting_body = is_gzipped ? found.gzipped : found.content;
    return response;
}

}  // namespace

Response home(Call const&) {
    return redirect("/docs/");
}

Response openapi(Call const&) {
    Response response;
    response.lasting_body = openapi_text();
    return response;
}

Response docs_home(Call const& call) {
    if (call.head.path == "/docs") return redirect("/docs/");
    auto const* const found = call.files.find("index.html");
    return found != nullptr ? file(call, *found) : page(docs_page_without_ui());
}

Response docs_file(Call const& call) {
    auto const* const found = call.files.find(call.name);
    return found != nullptr ? file(call, *found) : not_found(call);
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
