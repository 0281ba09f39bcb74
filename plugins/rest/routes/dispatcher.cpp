#include "plugins/rest/routes/dispatcher.hpp"

#include <fmt/format.h>

#include <exception>

#include "core/operations/transfers.hpp"
#include "plugins/rest/http/ascii.hpp"
#include "plugins/rest/http/compression.hpp"

namespace bank::rest {
namespace {

// RFC 6750. Anything else is no token, and the core says what that means.
std::string_view bearer_token(std::string_view authorization) {
    constexpr std::string_view scheme = "Bearer ";
    if (!ascii::equal_ignoring_case(authorization.substr(0, scheme.size()), scheme)) return {};
    auto const token = authorization.substr(scheme.size());
    for (auto const c : token) {
        if (!ascii::is_unreserved(c) && c != '+' && c != '/' && c != '=') return {};
    }
    return token;
}

metrics::Route label_of(Route const& route) {
    if (route.body == BodyRule::lines) return metrics::Route::batch;
    if (!route.budget) return metrics::Route::page;
    switch (*route.budget) {
    case api::Budget::login: return metrics::Route::login;
    case api::Budget::read: return metrics::Route::read;
    case api::Budget::write: return metrics::Route::write;
    case api::Budget::money: return metrics::Route::money;
    }
    BANK_UNREACHABLE();
}

bool is_json(std::string_view content_type, std::string_view wanted) {
    auto const semicolon = content_type.find(';');
    auto const type = ascii::trim(content_type.substr(0, semicolon));
    if (!ascii::equal_ignoring_case(type, wanted)) return false;
    if (semicolon == std::string_view::npos) return true;
    auto const parameter = ascii::trim(content_type.substr(semicolon + 1));
    return ascii::equal_ignoring_case(parameter, "charset=utf-8") ||
           ascii::equal_ignoring_case(parameter, "charset=\"utf-8\"");
}

api::Caller caller_of(Dispatcher::Request const& request) {
    api::Caller caller;
    caller.access_token = bearer_token(request.head.authorization);
    caller.source_ip = request.source_ip;
    caller.user_agent = request.head.user_agent;
    caller.request_id = request.id;
    return caller;
}

// What changes something is said in the path and the body.
std::optional<Problem> check_query(Route const& route, RequestHead const& head) {
    if (route.method == Method::get || !route.budget) return std::nullopt;
    return QueryReader(head.query).finish();
}

std::optional<Problem> check_body(Route const& route, RequestHead const& head,
                                  std::string_view body) {
    if (route.body == BodyRule::none) {
        if (body.empty()) return std::nullopt;
        return Problem{.code = Code::malformed_request,
                       .detail = "This request must not have a body."};
    }
    if (body.empty() && route.body == BodyRule::optional) return std::nullopt;
    // What is wrong with a stream that is none, its handler says.
    if (route.body == BodyRule::lines) return std::nullopt;
    if (!is_json(head.content_type, "application/json"))
        return Problem{.code = Code::unsupported_media_type};
    return std::nullopt;
}

}  // namespace

std::optional<Refusal> Dispatcher::refuse_before_body(RequestHead const& head) const {
    if (head.content_length || head.is_chunked) return std::nullopt;
    auto const found = match(head.method, head.path);
    auto const needs_body = found.route != nullptr && (found.route->body == BodyRule::required ||
                                                       found.route->body == BodyRule::lines);
    if (!needs_body) return std::nullopt;
    return Refusal{Code::length_required, 411, "This request requires a body with Content-Length."};
}

Response Dispatcher::run(Request const& request, Match const& found,
                         api::Caller const& caller) const {
    std::optional<RateHeaders> rate;
    Call const call{.host = host_,
                    .bank = host_.bank(),
                    .files = files_,
                    .own_names = own_names_,
                    .own_ip = request.own_ip,
                    .head = request.head,
                    .body = request.body,
                    .caller = caller,
                    .incident = {request.head.path, request.id_text},
                    .submit_wait = submit_wait_,
                    .rate = rate,
                    .id = found.id,
                    .name = found.name};
    auto problem = check_query(*found.route, request.head);
    if (!problem) problem = check_body(*found.route, request.head, request.body);
    auto response = problem ? answer(call, *problem) : found.route->handler(call);
    response.rate = rate;
    return response;
}

Response Dispatcher::route(Request const& request) const {
    Incident const incident{request.head.path, request.id_text};
    auto const found = match(request.head.method, request.head.path);
    if (found.route == nullptr) {
        auto const is_known = !found.allow.empty();
        Problem problem;
        problem.code = is_known ? Code::method_not_allowed : Code::not_found;
        auto response = to_response(problem, incident);
        response.allow = found.allow;
        return response;
    }
    auto caller = caller_of(request);
    api::WipesToken const wipes{caller};
    auto response = run(request, found, caller);
    response.route = label_of(*found.route);
    compress(response, request.head.accept_encoding);
    return response;
}

Dispatcher::Opening Dispatcher::open_stream(Request const& request) const {
    Incident const incident{request.head.path, request.id_text};
    Opening opening;
    opening.caller = caller_of(request);
    if (!is_json(request.head.content_type, "application/x-ndjson")) {
        opening.refusal = to_response(Problem{.code = Code::unsupported_media_type,
                                              .detail = "The body must be application/x-ndjson."},
                                      incident);
    } else {
        // Before the body: a stranger's is not read.
        Done nothing;
        auto const& operation = operations::operation<operations::ReserveBatch>;
        auto const outcome = host_.bank().ask(operation, opening.caller, &nothing);
        opening.rate = RateHeaders{operations::Budget::money, outcome.rate};
        if (outcome.error) {
            opening.refusal = to_response(to_problem(*outcome.error), incident);
        } else {
            opening.permit = *static_cast<api::BatchPermit const*>(outcome.output.get());
        }
    }
    if (opening.refusal) {
        opening.refusal->rate = opening.rate;
        opening.refusal->route = metrics::Route::batch;
    }
    return opening;
}

// The last wall: what a handler throws is our bug, costs this request its answer, and nothing else.
Response Dispatcher::dispatch(Request const& request) const noexcept try {
    std::string what;
    try {
        return route(request);
    } catch (std::exception const& error) {
        what = error.what();
    } catch (...) {
        what = "an unknown exception";
    }
    host_.log(log::Level::error,
              fmt::format("{} {} (request {}) threw: {}", to_string(request.head.method),
                          request.head.path, request.id_text, what));
    Problem problem;
    problem.code = Code::internal_error;
    auto response = to_response(problem, {request.head.path, request.id_text});
    auto const found = match(request.head.method, request.head.path);
    if (found.route != nullptr) response.route = label_of(*found.route);
    return response;
} catch (...) {  // No memory even for that.
    Response response;
    response.status = 500;
    response.closes = true;
    return response;
}

}  // namespace bank::rest
