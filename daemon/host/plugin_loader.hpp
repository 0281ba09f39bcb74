// Loads front ends from shared objects. A file is checked before any of its code runs, through the
// same open file as the load, so the checked file is the loaded one.
//
// Threads: one at a time. A loaded plugin stays in memory until the process ends.
#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.hpp"
#include "daemon/config/config.hpp"
#include "daemon/config/setting.hpp"
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
    // Error::field of an error that concerns the directory, and so all plugins in it.
    static constexpr std::string_view directory_field = "directory";

    // Loads bankd-<name>.so, or returns it if already loaded. Error: invalid_field; its detail is
    // one sentence with the reason.
    [[nodiscard]] Result<LoadedPlugin const*> load(PluginFile const& file);

    // Nullptr if not loaded.
    [[nodiscard]] LoadedPlugin const* find(std::string_view name) const noexcept;

private:
    std::vector<std::unique_ptr<LoadedPlugin>> loaded_;
};

}  // namespace bank::daemon
