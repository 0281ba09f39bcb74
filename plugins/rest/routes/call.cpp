#include "plugins/rest/routes/call.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace bank::rest {

Response answer(Call const& call, Problem const& problem) {
    return to_response(problem, call.incident);
}

Response answer(Call const& call, Error const& error) {
    if (kind(error.code) == CodeKind::fault) {
        call.host.log(
            log::Level::error,
            fmt::format("{} {} (request {}): {}: {}", to_string(call.head.method), call.head.path,
                        call.incident.request_id, word(error.code), error.detail));
    }
    return answer(call, to_problem(error));
}

Response answer_json(std::string json) {
    Response response;
    response.body = std::move(json);
    return response;
}

Response answer_created(std::string json, std::string location) {
    auto response = answer_json(std::move(json));
    response.status = 201;
    response.location = std::move(location);
    return response;
}

Response answer_nothing() {
    Response response;
    response.status = 204;
    return response;
}

std::string status_json(std::string_view status) {
    JsonWriter json;
    json.begin_object();
    json.key("status").text(status);
    json.end_object();
    return std::move(json).take();
}

Response answer_pending() {
    auto response = answer_json(status_json("pending"));
    response.status = 202;
    response.retry_after_s = api::checkpoint_wait_s;
    return response;
}

std::string next_link(Call const& call, std::string_view next_cursor) {
    if (next_cursor.empty()) return {};
    std::string query;
    auto rest = call.head.query;
    while (!rest.empty()) {
        auto const part = rest.substr(0, rest.find('&'));
        rest.remove_prefix(std::min(part.size() + 1, rest.size()));
        if (part.substr(0, part.find('=')) == "cursor") continue;
        query += part;
        query += '&';
    }
    return fmt::format("<{}?{}cursor={}>; rel=\"next\"", call.head.path, query,
                       encode_component(next_cursor));
}

std::optional<Problem> check_empty(Call const& call) {
    if (auto problem = QueryReader(call.head.query).finish()) return problem;
    if (call.body.empty()) return std::nullopt;
    BodyReader body(call.body);
    return body.finish();
}

}  // namespace bank::rest
