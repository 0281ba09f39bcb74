// Front ends from shared objects. A file is judged before any of its code runs, and what was
// judged is what is loaded: both go through one open file.
//
// Threads: one at a time. A plugin that was loaded stays in memory until the process ends.
#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.hpp"
#include "daemon/config.hpp"
#include "daemon/setting.hpp"
#include "plugins/api/abi.h"

namespace bank::daemon {

struct LoadedPlugin {
    std::string name;
    std::string directory;
    bankd_plugin_entry const* entry = nullptr;
    std::vector<Setting> settings;
};

class PluginLoader {
public:
    // Of an error that is about the directory, and so the same for each plugin in it.
    static constexpr std::string_view directory_field = "directory";

    // Loads bankd-<name>.so, or gives what was loaded before. Error: invalid_field; its detail is
    // one sentence saying why the plugin is refused.
    [[nodiscard]] Result<LoadedPlugin const*> load(PluginFile const& file);

    // Nullptr if it was not loaded.
    [[nodiscard]] LoadedPlugin const* find(std::string_view name) const noexcept;

private:
    std::vector<std::unique_ptr<LoadedPlugin>> loaded_;
};

}  // namespace bank::daemon
