#include "plugins/rest/json/problem.hpp"

#include <fmt/format.h>

#include "core/base/json_writer.hpp"
#include "core/base/text.hpp"

namespace bank::rest {
namespace {

std::string_view to_string(FieldError::Place place) {
    switch (place) {
    case FieldError::Place::pointer: return "pointer";
    case FieldError::Place::parameter: return "parameter";
    case FieldError::Place::header: return "header";
    }
    BANK_UNREACHABLE();
}

// RFC 9110 asks for the challenge with every 401; RFC 6750 tells an ended session from none.
std::string_view challenge(Code code) {
    return code == Code::session_ended ? "Bearer error=\"invalid_token\"" : "Bearer";
}

std::string body_of(Problem const& problem, Incident const& incident, int status) {
    JsonWriter json;
    json.begin_object();
    json.key("type").text(fmt::format("/problems/{}", word(problem.code)));
    json.key("title").text(title(problem.code));
    json.key("status").number(std::int64_t{status});
    json.key("code").text(word(problem.code));
    if (!problem.detail.empty()) json.key("detail").text(problem.detail);
    if (!incident.path.empty()) json.key("instance").text(incident.path);
    json.key("request_id").text(incident.request_id);
    if (!problem.errors.empty()) {
        json.key("errors").begin_array();
        for (auto const& error : problem.errors) {
            json.begin_object();
            json.key(to_string(error.place)).text(error.name);
            json.key("message").text(error.message);
            json.end_object();
        }
        json.end_array();
    }
    if (problem.retry_after_s > 0) {
        json.key("retry_after").number(std::uint64_t{problem.retry_after_s});
    }
    if (!problem.transfer.empty()) json.key("transfer").raw(problem.transfer);
    if (problem.refused_index) {
        json.key("refused_index").number(std::uint64_t{*problem.refused_index});
        json.key("transfers").raw(problem.transfers);
    }
    json.end_object();
    return std::move(json).take();
}

bool asks_to_wait(CodeKind kind) {
    return kind == CodeKind::throttled || kind == CodeKind::unavailable;
}

}  // namespace

int status_of(Code code) noexcept {
    // The draft of the Idempotency-Key header asks for 422 where another payload reuses a key.
    if (code == Code::idempotency_key_reused) return 422;
    switch (kind(code)) {  // No default: a new kind must be placed here.
    case CodeKind::done: return 200;
    case CodeKind::refused: return 422;
    case CodeKind::malformed: return 400;
    case CodeKind::too_large: return 413;
    case CodeKind::unsupported: return 415;
    case CodeKind::method: return 405;
    case CodeKind::length: return 411;
    case CodeKind::timeout: return 408;
    case CodeKind::unauthenticated: return 401;
    case CodeKind::forbidden: return 403;
    case CodeKind::not_found: return 404;
    case CodeKind::conflict: return 409;
    case CodeKind::throttled: return 429;
    case CodeKind::unavailable: return 503;
    case CodeKind::fault: return 500;
    }
    return 500;
}

Problem to_problem(Error const& error) {
    Problem problem;
    problem.code = error.code;
    problem.detail = error.message;
    problem.retry_after_s = error.retry_after_s;
    if (problem.retry_after_s == 0 && asks_to_wait(kind(error.code))) problem.retry_after_s = 1;
    if (!error.field.empty()) {
        auto message = error.message.empty() ? std::string(title(error.code)) : error.message;
        auto const is_pointer = error.field.starts_with('/');
        auto const place = is_pointer ? FieldError::Place::pointer : FieldError::Place::parameter;
        problem.errors.push_back({place, error.field, std::move(message)});
    }
    return problem;
}

Problem invalid_field(FieldError error) {
    Problem problem;
    problem.code = Code::invalid_field;
    problem.errors.push_back(std::move(error));
    return problem;
}

Response to_response(Problem const& problem, Incident const& incident) {
    Response response;
    response.status = problem.status != 0 ? problem.status : status_of(problem.code);
    response.content_type = "application/problem+json";
    response.retry_after_s = problem.retry_after_s;
    if (response.status == 401) response.www_authenticate = challenge(problem.code);
    response.body = body_of(problem, incident, response.status);
    return response;
}

}  // namespace bank::rest
