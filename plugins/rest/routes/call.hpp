// What a handler is given, and what all handlers share.
#pragma once
#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "core/codec/json.hpp"
#include "plugins/api/plugin.hpp"
#include "plugins/rest/http/request.hpp"
#include "plugins/rest/http/response.hpp"
#include "plugins/rest/json/body_reader.hpp"
#include "plugins/rest/json/problem.hpp"
#include "plugins/rest/routes/query_reader.hpp"

namespace bank::rest {

class OwnNames;
class StaticFiles;

// One request on its way through a handler. All views outlive the call.
struct Call {
    plugin::Host& host;
    operations::BankApi& bank;
    StaticFiles const& files;
    OwnNames const& own_names;
    std::string_view own_ip;  // The address that the connection came to.
    RequestHead const& head;
    std::string_view body;  // body_padding readable bytes follow.
    api::Caller const& caller;
    Incident incident;
    std::chrono::milliseconds submit_wait;  // For the outcome of a transfer.
    std::optional<RateHeaders>& rate;       // Of the budget that the core charged.
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

// For what the path says alone: no query, and no body but an empty object, which many clients send
// with a POST.
[[nodiscard]] std::optional<Problem> check_empty(Call const& call);

}  // namespace bank::rest
