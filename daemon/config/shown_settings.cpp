#include "daemon/config/shown_settings.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "core/postgres/client/conninfo.hpp"

namespace bank::daemon {
namespace {

// libpq parameters. An allowlist stays correct when libpq adds another secret.
constexpr std::array<std::string_view, 13> shown_parameters{
    "application_name",
    "connect_timeout",
    "dbname",
    "host",
    "hostaddr",
    "passfile",
    "port",
    "sslcert",
    "sslkey",
    "sslmode",
    "sslrootcert",
    "user",
    "target_session_attrs",
};

bool is_shown(std::string_view parameter, std::string_view value) {
    auto const* const found =
        std::find(shown_parameters.begin(), shown_parameters.end(), parameter);
    // dbname may contain a complete connection string.
    return found != shown_parameters.end() && value.find('=') == std::string_view::npos &&
           value.find("://") == std::string_view::npos;
}

std::string shown_connection(std::string_view text) {
    auto options = postgres::parse_conninfo(text);
    if (!options) return {};
    bool is_whole = true;
    for (auto& option : *options) {
        if (is_shown(option.keyword, option.value)) continue;
        option.value = "***";
        is_whole = false;
    }
    return is_whole ? std::string{text} : to_conninfo(*options);
}

std::string shown(Setting const& setting, std::string const& text) {
    return setting.kind == Kind::connection ? shown_connection(text) : text;
}

}  // namespace

std::vector<api::Setting> shown_settings(Config const& started, Config const& current) {
    std::vector<api::Setting> all;
    all.reserve(started.values().size());
    for (auto const& value : started.values()) {
        auto const& setting = value.setting;
        bool const needs_restart = setting.restart != Restart::not_needed;
        // A reload drops the keys of a plugin that is no longer configured but still running.
        auto const* now = needs_restart ? nullptr : current.find(setting.section, setting.key);
        api::Setting one;
        one.section = setting.section;
        one.name = setting.key;
        one.value = shown(setting, now != nullptr ? now->text : value.text);
        one.default_value = setting.default_value;
        one.description = setting.description;
        one.needs_restart = needs_restart;
        all.push_back(std::move(one));
    }
    return all;
}

}  // namespace bank::daemon
