#include "daemon/host/plugin_tables.hpp"

#include "core/base/log.hpp"

namespace bank::daemon {
namespace {

// A plugin may throw despite its contract; its start then reports the fault.
PluginCheck check_of(LoadedPlugin const& loaded, PluginsCheck wanted,
                     Section::Surroundings const& surroundings) {
    auto* const check = loaded.entry->check;
    if (check == nullptr || wanted == PluginsCheck::tables) return {};
    return [check, wanted, name = loaded.name, surroundings](Config const& config) {
        std::vector<plugin::SettingFault> faults;
        Section const section(config, name, surroundings);
        try {
            plugin::Settings const& settings = section;
            check(&settings, &faults);
        } catch (...) {
            log::error("daemon", "Plugin {} threw an exception while it checked its section.",
                       name);
        }
        if (wanted == PluginsCheck::start) {
            for (auto& fault : faults) fault.is_of_process = false;
        }
        return faults;
    };
}

}  // namespace

FindTable loading(PluginLoader& loader, PluginsCheck check,
                  Section::Surroundings const& surroundings) {
    return [&loader, check, surroundings](PluginFile const& file) -> FoundTable {
        auto const plugin = loader.load(file);
        if (!plugin) {
            auto const& error = plugin.error();
            return PluginRefused{error.detail, error.field == PluginLoader::directory_field};
        }
        return PluginTable{(*plugin)->settings, check_of(**plugin, check, surroundings)};
    };
}

FindTable loaded(PluginLoader const& loader, PluginsCheck check,
                 Section::Surroundings const& surroundings) {
    return [&loader, check, surroundings](PluginFile const& file) -> FoundTable {
        auto const* plugin = loader.find(file.name);
        if (plugin == nullptr) return PluginNotLoaded{};
        return PluginTable{plugin->settings, check_of(*plugin, check, surroundings)};
    };
}

}  // namespace bank::daemon
