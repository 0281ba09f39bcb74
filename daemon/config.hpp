// The configuration as it stands after reading: every key has a value, checked against its table,
// and knows where it was written.
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

#include "daemon/report.hpp"
#include "daemon/setting.hpp"
#include "plugins/api/plugin.hpp"

namespace bank::daemon {

class Config {
public:
    struct Value {
        Setting setting;
        std::string text;
        Origin origin;
        bool is_given = false;  // In a file, not by default.
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

    void set(std::string_view section, std::string_view key, std::string text, Origin origin);
    void add(std::vector<Setting> settings);

    // A path that is not given and whose default lies in the default of [keys] directory lies in
    // the directory that is in force.
    void follow_keys_directory();

    // Takes from `running` what cannot change while the daemon runs, and names those keys that
    // were changed in vain, as "[section] key".
    [[nodiscard]] std::vector<std::string> keep_until_restart(Config const& running);

    // "[section]", then "key = value  # origin" for each key. Holds no secret.
    [[nodiscard]] std::string describe() const;

private:
    std::vector<Value> values_;
};

// What the plugin would refuse of its section at a start.
using PluginCheck = std::function<std::vector<plugin::SettingFault>(Config const&)>;

struct PluginTable {
    std::vector<Setting> settings;
    PluginCheck check;  // None: the table is all that is looked at.
};
struct PluginRefused {
    std::string sentence;
    bool is_directory = false;  // It is about [plugins] directory, whatever the plugin.
};
// Right as far as one can see, but not looked into: code is loaded at start only.
struct PluginNotLoaded {};

struct PluginFile {
    std::string directory;
    std::string name;
};

// Brings the table of a plugin.
using FoundTable = std::variant<PluginTable, PluginRefused, PluginNotLoaded>;
using FindTable = std::function<FoundTable(PluginFile const&)>;

// What a process is for: the plugins that it loads, or, if nothing, those of [plugins] load. The
// sections of others are not looked at.
struct Scope {
    std::optional<std::vector<std::string>> plugins;
};

// Reads `file` and its conf.d. The Config is fit for use only if `report` has no mistake; mistakes
// are in the order of the files and lines.
[[nodiscard]] Config read_config(std::filesystem::path const& file, FindTable const& find_table,
                                 Report& report, Scope const& scope = {});

// What a configuration without a single line is.
[[nodiscard]] Config default_config(FindTable const& find_table, Report& report);

// The reference: every key of `settings` at its default, as a comment, with what it is for.
[[nodiscard]] std::string config_reference(std::vector<Setting> const& settings);

}  // namespace bank::daemon
