#include "daemon/config/setting.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "core/base/check.hpp"
#include "core/base/text.hpp"
#include "core/postgres/client/conninfo.hpp"
#include "daemon/config/suggest.hpp"

namespace bank::daemon {
namespace {

Kind kind_of(bankd_setting_type type) {
    switch (type) {
    case BANKD_SETTING_TEXT: return Kind::text;
    case BANKD_SETTING_INTEGER: return Kind::integer;
    case BANKD_SETTING_BOOLEAN: return Kind::boolean;
    case BANKD_SETTING_PATH: return Kind::path;
    }
    return Kind::text;
}

std::string problem_of_integer(Setting const& setting, std::string_view value) {
    auto const number = parse_int64(value);
    if (number && *number >= setting.minimum && *number <= setting.maximum) return {};
    auto text =
        fmt::format("must be a whole number from {} to {}", setting.minimum, setting.maximum);
    if (value.find('#') != std::string_view::npos) text += "; comments must be on separate lines";
    return text;
}

std::string problem_of_boolean(std::string_view value) {
    if (value == "yes" || value == "no") return {};
    for (auto const* word : {"true", "on", "1", "True", "Yes", "YES", "TRUE"}) {
        if (value == word) return "must be yes or no; did you mean \"yes\"?";
    }
    for (auto const* word : {"false", "off", "0", "False", "No", "NO", "FALSE"}) {
        if (value == word) return "must be yes or no; did you mean \"no\"?";
    }
    return "must be yes or no";
}

std::string problem_of_word(Setting const& setting, std::string_view value) {
    auto const& words = setting.words;
    if (std::find(words.begin(), words.end(), value) != words.end()) return {};
    auto text = fmt::format("must be one of {}", fmt::join(words, ", "));
    auto const meant = nearest(value, words);
    if (!meant.empty()) text += fmt::format("; did you mean \"{}\"?", meant);
    return text;
}

// Rejects passwords, because configuration files are shown and mailed around, and options that make
// libpq read another file. Omits libpq's reasons, which may quote the text and so a secret.
std::string problem_of_connection(std::string_view value) {
    if (value.empty()) return "must not be empty";
    if (value.starts_with("postgresql:") || value.starts_with("postgres:")) {
        return "must be key=value pairs, not a URI";
    }
    auto const options = postgres::parse_conninfo(value);
    if (!options) {
        return "must be key=value pairs that libpq knows, separated by blanks";
    }
    for (auto const& option : *options) {
        if (option.keyword == "password") {
            return "must not contain a password; use passfile= with a file that only the daemon "
                   "can read";
        }
        if (option.is_secret) {
            return fmt::format(
                "must not contain {}; use a key without passphrase that only the "
                "daemon can read",
                option.keyword);
        }
        if (option.keyword == "service") {
            return "must not name a service; write its parameters here";
        }
        if (postgres::has_blank(option)) {
            return fmt::format("must not give {} a value with a blank", option.keyword);
        }
    }
    return {};
}

std::string problem_of_path(Setting const& setting, std::string_view value) {
    if (value.empty()) return setting.may_be_empty ? "" : "must not be empty";
    return value.front() == '/' ? "" : "must be an absolute path";
}

std::string problem_of_kind(Setting const& setting, std::string_view value) {
    switch (setting.kind) {
    case Kind::text: return value.empty() && !setting.may_be_empty ? "must not be empty" : "";
    case Kind::integer: return problem_of_integer(setting, value);
    case Kind::boolean: return problem_of_boolean(value);
    case Kind::path: return problem_of_path(setting, value);
    case Kind::word: return problem_of_word(setting, value);
    case Kind::connection: return problem_of_connection(value);
    }
    BANK_UNREACHABLE();
}

}  // namespace

std::vector<Setting> plugin_settings(bankd_plugin_entry const& entry) {
    std::vector<Setting> settings;
    for (std::size_t i = 0; i < entry.setting_count; ++i) {
        auto const& from = entry.settings[i];
        Setting setting;
        setting.section = entry.name;
        setting.key = from.key;
        setting.kind = kind_of(from.type);
        setting.default_value = from.default_value;
        setting.minimum = from.minimum;
        setting.maximum = from.maximum;
        setting.description = from.description;
        settings.push_back(std::move(setting));
    }
    return settings;
}

std::string problem_of(Setting const& setting, std::string_view value) {
    auto text = problem_of_kind(setting, value);
    if (text.empty() && setting.check != nullptr) text = setting.check(value);
    return text;
}

std::vector<std::string> split_list(std::string_view text) {
    std::vector<std::string> items;
    if (text.find_first_not_of(" \t") == std::string_view::npos) return items;
    for (;;) {
        auto const comma = text.find(',');
        auto item = text.substr(0, comma);
        auto const first = item.find_first_not_of(" \t");
        item.remove_prefix(std::min(first, item.size()));
        item = item.substr(0, item.find_last_not_of(" \t") + 1);
        items.emplace_back(item);
        if (comma == std::string_view::npos) return items;
        text.remove_prefix(comma + 1);
    }
}

bool is_plugin_name(std::string_view name) noexcept {
    constexpr std::size_t size_max = 32;
    if (name.empty() || name.size() > size_max) return false;
    if (name.front() < 'a' || name.front() > 'z') return false;
    return std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    });
}

}  // namespace bank::daemon
