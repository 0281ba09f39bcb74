#include "daemon/config/config.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/check.hpp"
#include "core/base/text.hpp"

namespace bank::daemon {

Config::Config(std::vector<Setting> settings) {
    add(std::move(settings));
}

void Config::add(std::vector<Setting> settings) {
    for (auto& setting : settings) {
        auto text = setting.default_value;
        values_.push_back({std::move(setting), std::move(text), {}, false});
    }
}

Config::Value const* Config::find(std::string_view section, std::string_view key) const noexcept {
    for (auto const& value : values_) {
        if (value.setting.key == key && value.setting.section == section) return &value;
    }
    return nullptr;
}

bool Config::has_section(std::string_view section) const noexcept {
    return std::any_of(values_.begin(), values_.end(),
                       [&](Value const& value) { return value.setting.section == section; });
}

std::string const& Config::text(std::string_view section, std::string_view key) const {
    auto const* value = find(section, key);
    BANK_CHECK(value != nullptr);
    return value->text;
}

std::int64_t Config::integer(std::string_view section, std::string_view key) const {
    auto const* value = find(section, key);
    BANK_CHECK(value != nullptr && value->setting.kind == Kind::integer);
    auto const number = parse_int64(value->text);
    BANK_CHECK(number.has_value());
    return *number;
}

bool Config::boolean(std::string_view section, std::string_view key) const {
    auto const* value = find(section, key);
    BANK_CHECK(value != nullptr && value->setting.kind == Kind::boolean);
    return value->text == "yes";
}

std::vector<std::string> Config::list(std::string_view section, std::string_view key) const {
    return split_list(text(section, key));
}

void Config::set(std::string_view section, std::string_view key, std::string text, Place place) {
    auto const found = std::find_if(values_.begin(), values_.end(), [&](Value const& value) {
        return value.setting.section == section && value.setting.key == key;
    });
    BANK_CHECK(found != values_.end());
    found->text = std::move(text);
    found->place = std::move(place);
    found->is_given = true;
}

void Config::follow_keys_directory() {
    auto const* keys = find("keys", "directory");
    BANK_CHECK(keys != nullptr);
    auto const home = keys->setting.default_value + "/";
    for (auto& value : values_) {
        auto const& setting = value.setting;
        if (value.is_given || setting.kind != Kind::path) continue;
        if (!setting.default_value.starts_with(home)) continue;
        value.text = keys->text + "/" + setting.default_value.substr(home.size());
        value.place = keys->place;
    }
}

std::vector<std::string> Config::keep_until_restart(Config const& running) {
    std::vector<std::string> kept;
    for (auto& value : values_) {
        if (value.setting.restart != Restart::needed) continue;
        auto const* before = running.find(value.setting.section, value.setting.key);
        if (before == nullptr) continue;
        if (before->text != value.text) {
            kept.push_back(fmt::format("[{}] {}", value.setting.section, value.setting.key));
        }
        value.text = before->text;
        value.place = before->place;
        value.is_given = before->is_given;
    }
    follow_keys_directory();
    return kept;
}

std::string Config::describe() const {
    std::string out;
    std::string_view section;
    for (auto const& value : values_) {
        if (value.setting.section != section) {
            if (!out.empty()) out += '\n';
            section = value.setting.section;
            out += fmt::format("[{}]\n", section);
        }
        out +=
            fmt::format("{} = {}  # {}\n", value.setting.key, value.text, to_string(value.place));
    }
    return out;
}

}  // namespace bank::daemon
