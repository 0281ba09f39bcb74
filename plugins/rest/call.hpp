// What a handler is given, and what all handlers share.
#pragma once
#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

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

// `result` as the JSON that `to_text` makes of its value, or as its problem.
template <typename T, typename ToText>
[[nodiscard]] Response answer_with(Call const& call, Result<T> const& result, ToText to_text) {
    return result.ok() ? answer_json(to_text(result.value())) : answer(call, result.error());
}

// The same for what a checkpoint must cover: 202 while none does.
[[nodiscard]] Response answer_pending();

template <typename T, typename ToText>
[[nodiscard]] Response answer_signed(Call const& call, Result<std::optional<T>> const& result,
                                     ToText to_text) {
    if (!result.ok()) return answer(call, result.error());
    return result->has_value() ? answer_json(to_text(**result)) : answer_pending();
}

[[nodiscard]] inline Response answer_status(Call const& call, Status const& status) {
    return status.ok() ? answer_nothing() : answer(call, status.error());
}

// For what the path says alone: an empty object is what many clients send with a POST.
[[nodiscard]] std::optional<Problem> check_empty(Call const& call);

// The next page's relative URI for the Link header, or nothing after the last page.
[[nodiscard]] std::string next_link(Call const& call, std::string_view next_cursor);

template <typename T, typename PrintItem>
[[nodiscard]] Response answer_page(Call const& call, Result<api::Page<T>> const& result,
                                   PrintItem print_item);

}  // namespace bank::rest

#include "plugins/rest/printers.hpp"

namespace bank::rest {

template <typename T, typename PrintItem>
Response answer_page(Call const& call, Result<api::Page<T>> const& result, PrintItem print_item) {
    if (!result.ok()) return answer(call, result.error());
    auto response = answer_json(page_to_json(result.value(), print_item));
    response.link = next_link(call, result.value().next_cursor);
    return response;
}

}  // namespace bank::rest
