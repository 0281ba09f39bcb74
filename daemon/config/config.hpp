// The configuration after reading: every key has a value, checked against its table, and its
// place.
//
// Threads: const functions from any.
#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "daemon/config/report.hpp"
#include "daemon/config/setting.hpp"
#include "plugins/api/plugin.hpp"

namespace bank::daemon {

class Config {
public:
    struct Value {
        Setting setting;
        std::string text;
        Place place;
        bool is_given = false;  // Set in a file.
    };

    // Every key at its default.
    explicit Config(std::vector<Setting> settings);

    // Precondition of all four: the key is in the table and has that kind.
    [[nodiscard]] std::string const& text(std::string_view section, std::string_view key) const;
    [[nodiscard]] std::int64_t integer(std::string_view section, std::string_view key) const;
    [[nodiscard]] bool boolean(std::string_view section, std::string_view key) const;
    [[nodiscard]] std::vector<std::string> list(std::string_view section,
                                                std::string_view key) const;

    [[nodiscard]] std::vector<Value> const& values() const noexcept { return values_; }
    // Nullptr if there is no such key.
    [[nodiscard]] Value const* find(std::string_view section, std::string_view key) const noexcept;
    [[nodiscard]] bool has_section(std::string_view section) const noexcept;

    void set(std::string_view section, std::string_view key, std::string text, Place place);
    void add(std::vector<Setting> settings);

    // Moves paths that are not given, and default to the default [keys] directory, to the
    // configured one.
    void follow_keys_directory();

    // Copies from `running` the values that cannot change without a restart. Returns the keys whose
    // changes were thus ignored, as "[section] key".
    [[nodiscard]] std::vector<std::string> keep_until_restart(Config const& running);

    // "[section]", then "key = value  # origin" for each key. Contains no secrets.
    [[nodiscard]] std::string describe() const;

private:
    std::vector<Value> values_;
};

// The faults in the plugin's section that would make its start fail.
using PluginCheck = std::function<std::vector<plugin::SettingFault>(Config const&)>;

struct PluginTable {
    std::vector<Setting> settings;
    PluginCheck check;  // None: only the table is checked.
};
struct PluginRefused {
    std::string sentence;
    bool is_directory = false;  // Concerns [plugins] directory, not the plugin.
};
// Plausible but not checked: code is loaded only at start.
struct PluginNotLoaded {};

struct PluginFile {
    std::string directory;
    std::string name;
};

// Looks up the table of a plugin.
using FoundTable = std::variant<PluginTable, PluginRefused, PluginNotLoaded>;
using FindTable = std::function<FoundTable(PluginFile const&)>;

// The plugins that a process loads; nullopt: those of [plugins] load. Sections of other plugins are
// ignored.
struct Scope {
    std::optional<std::vector<std::string>> plugins;
};

// Reads `file` and its conf.d. The Config is usable only if `report` has no mistake; mistakes are
// in the order of files and lines.
[[nodiscard]] Config read_config(std::filesystem::path const& file, FindTable const& find_table,
                                 Report& report, Scope const& scope = {});

// The configuration of an empty file.
[[nodiscard]] Config default_config(FindTable const& find_table, Report& report);

// The reference: every key of `settings` at its default, commented out, with its description.
[[nodiscard]] std::string config_reference(std::vector<Setting> const& settings);

}  // namespace bank::daemon
