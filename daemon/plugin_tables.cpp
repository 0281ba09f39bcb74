#include "daemon/plugin_tables.hpp"

namespace bank::daemon {

FindTable loading(PluginLoader& loader) {
    return [&loader](PluginFile const& file) -> FoundTable {
        auto const plugin = loader.load(file);
        if (!plugin) return PluginRefused{plugin.error().detail};
        return (*plugin)->settings;
    };
}

FindTable loaded(PluginLoader const& loader) {
    return [&loader](PluginFile const& file) -> FoundTable {
        auto const* plugin = loader.find(file.name);
        if (plugin == nullptr) return PluginNotLoaded{};
        return plugin->settings;
    };
}

}  // namespace bank::daemon
