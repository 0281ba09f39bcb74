// The values of the core as JSON: the same shapes as in REST.
#pragma once
#include <string>

#include "core/api/accounts.hpp"
#include "core/api/audit.hpp"
#include "core/api/system.hpp"
#include "core/api/transfers.hpp"
#include "core/api/users.hpp"
#include "core/base/json_writer.hpp"

namespace bank::admin {

void write(JsonWriter& json, api::User const& user);
void write(JsonWriter& json, api::OneTimePassword const& set);
void write(JsonWriter& json, api::Session const& session);
void write(JsonWriter& json, api::Account const& account);
void write(JsonWriter& json, api::Transfer const& transfer);
void write(JsonWriter& json, api::Balance const& balance);
void write(JsonWriter& json, api::Hold const& hold);
void write(JsonWriter& json, api::HistoryEntry const& entry, money::Currency currency);
void write(JsonWriter& json, api::RoleLimits const& limits);
void write(JsonWriter& json, api::Receipt const& receipt);
void write(JsonWriter& json, api::AuditRecord const& record);
void write(JsonWriter& json, api::Archive const& archive);
// Within an object.
void write_fields(JsonWriter& json, api::SystemStatus const& status);
void write(JsonWriter& json, api::LedgerReport const& report);

template <typename T>
std::string to_json(T const& value) {
    JsonWriter json;
    write(json, value);
    return std::move(json).take();
}

// {"items":[...], "has_more":..., "next_cursor":...}
template <typename T, typename Write>
std::string to_json(api::Page<T> const& page, Write const& write_item) {
    JsonWriter json;
    json.begin_object().key("items").begin_array();
    for (auto const& item : page.items) write_item(json, item);
    json.end_array().key("has_more").boolean(!page.next_cursor.empty()).key("next_cursor");
    if (page.next_cursor.empty()) {
        json.null();
    } else {
        json.text(page.next_cursor);
    }
    json.end_object();
    return std::move(json).take();
}

template <typename T>
std::string to_json(api::Page<T> const& page) {
    return to_json(page, [](JsonWriter& json, T const& item) { write(json, item); });
}

}  // namespace bank::admin
