// The JSON of each resource, as openapi.json describes it.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "core/api/accounts.hpp"
#include "core/api/audit.hpp"
#include "core/api/setting.hpp"
#include "core/api/system.hpp"
#include "core/api/transfers.hpp"
#include "core/api/users.hpp"
#include "core/base/json_writer.hpp"

namespace bank::rest {

void print(JsonWriter& json, money::Money money);
void print(JsonWriter& json, api::User const& user);
void print(JsonWriter& json, api::OneTimePassword const& set);
void print(JsonWriter& json, api::Session const& session);
void print(JsonWriter& json, api::Tokens const& tokens);
void print(JsonWriter& json, api::Account const& account);
void print(JsonWriter& json, api::PinAuthorization const& authorization);
void print(JsonWriter& json, api::RoleLimits const& limits);
void print(JsonWriter& json, api::Balance const& balance);
void print(JsonWriter& json, api::Transfer const& transfer);
// What whoever asked for it does not know yet.
void print_compact(JsonWriter& json, api::Transfer const& transfer);
void print(JsonWriter& json, api::LinkedTransfers const& linked);
void print(JsonWriter& json, api::Hold const& hold);
void print(JsonWriter& json, api::AuditRecord const& record);
void print(JsonWriter& json, api::Receipt const& receipt);
void print(JsonWriter& json, api::ProvenRange const& range);
void print(JsonWriter& json, api::LogGrowth const& growth, std::vector<std::string> const& proof);
void print(JsonWriter& json, api::LedgerReport const& report);
void print(JsonWriter& json, api::SystemStatus const& status);
void print(JsonWriter& json, api::PublicFacts const& facts);
void print(JsonWriter& json, api::Settings const& settings);
// An entry does not repeat the currency, which is its account's.
void print_entry(JsonWriter& json, api::HistoryEntry const& entry, money::Currency currency);
void print_currencies(JsonWriter& json);
void print_role_limits(JsonWriter& json, std::vector<api::RoleLimits> const& all);
// Without the refresh token, which the web client gets as a cookie.
[[nodiscard]] std::string web_tokens_to_json(api::Tokens const& tokens);
// An array.
[[nodiscard]] std::string transfers_to_json(std::vector<api::Transfer> const& transfers);

template <typename T>
[[nodiscard]] std::string to_json(T const& value) {
    JsonWriter json;
    print(json, value);
    return std::move(json).take();
}

// {items, has_more, next_cursor}; `print_item` writes one item.
template <typename T, typename PrintItem>
[[nodiscard]] std::string page_to_json(api::Page<T> const& page, PrintItem print_item) {
    JsonWriter json;
    json.begin_object();
    json.key("items").begin_array();
    for (auto const& item : page.items) print_item(json, item);
    json.end_array();
    json.key("has_more").boolean(!page.next_cursor.empty());
    json.key("next_cursor");
    page.next_cursor.empty() ? json.null() : json.text(page.next_cursor);
    json.end_object();
    return std::move(json).take();
}

}  // namespace bank::rest
