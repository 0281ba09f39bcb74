// What a handler is given, and what all handlers share.
#pragma once
#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "core/codec/json.hpp"
#include "plugins/api/plugin.hpp"
#include "plugins/rest/body_reader.hpp"
#include "plugins/rest/problem.hpp"
#include "plugins/rest/query_reader.hpp"
#include "plugins/rest/request.hpp"
#include "plugins/rest/response.hpp"

namespace bank::rest {

class OwnNames;
class StaticFiles;

// One request on its way through a handler. All views outlive the call.
struct Call {
    plugin::Host& host;
    api::BankApi& bank;
    StaticFiles const& files;
    OwnNames const& own_names;
    std::string_view own_ip;  // The address that the connection came to.
    RequestHead const& head;
    std::string_view body;  // body_padding readable bytes follow.
    api::Caller const& caller;
    Incident incident;
    std::chrono::milliseconds submit_wait;  // For the outcome of a transfer.
    std::int64_t id = 0;                    // Of the path's {id}.
    std::string_view name;                  // Of the path's {name}.
};

[[nodiscard]] Response answer(Call const& call, Problem const& problem);
// Writes what the client must not see to the log, if the fault is ours.
[[nodiscard]] Response answer(Call const& call, Error const& error);
[[nodiscard]] Response answer_json(std::string json);
[[nodiscard]] Response answer_created(std::string json, std::string location);
[[nodiscard]] Response answer_nothing();
// {"status": ...}
[[nodiscard]] std::string status_json(std::string_view status);

// The next page's relative URI for the Link header, or nothing after the last page.
[[nodiscard]] std::string next_link(Call const& call, std::string_view next_cursor);
// 202: a proof for which nothing is signed yet.
[[nodiscard]] Response answer_pending();

// The value as JSON; nothing as 204; of a page, the link to the next; or the problem.
template <typename T>
[[nodiscard]] Response answer_with(Call const& call, Result<T> const& result) {
    static bool const holds_secret = codec::has_secrets(api::type_of<T>());
    if (!result.ok()) return answer(call, result.error());
    auto response = answer_json(codec::to_json(*result));
    response.holds_secret = holds_secret;
    return response;
}
[[nodiscard]] inline Response answer_with(Call const& call, Status const& status) {
    return status.ok() ? answer_nothing() : answer(call, status.error());
}
template <typename T>
[[nodiscard]] Response answer_with(Call const& call, Result<api::Page<T>> const& result) {
    if (!result.ok()) return answer(call, result.error());
    auto response = answer_json(codec::to_json(*result));
    response.link = next_link(call, result->next_cursor);
    return response;
}
template <typename T>
[[nodiscard]] Response answer_with(Call const& call, Result<std::optional<T>> const& result) {
    if (!result.ok()) return answer(call, result.error());
    return result->has_value() ? answer_json(codec::to_json(**result)) : answer_pending();
}

// For what the path says alone: no query, and no body but an empty object, which many clients send
// with a POST.
[[nodiscard]] std::optional<Problem> check_empty(Call const& call);

}  // namespace bank::rest
