// Connects the configuration with the plugins that own sections of it.
#pragma once
#include "daemon/config/config.hpp"
#include "daemon/host/host.hpp"
#include "daemon/host/plugin_loader.hpp"

namespace bank::daemon {

// Depth of the plugins' checks. tables: only the tables. sections: as at a start. start: by the
// starting process itself, to which an unreadable file is a mistake.
enum class PluginsCheck : std::uint8_t { tables, sections, start };

// Loads the named plugins. `loader` must outlive the result.
[[nodiscard]] FindTable loading(PluginLoader& loader, PluginsCheck check,
                                Section::Surroundings const& surroundings = {});

// Finds only loaded plugins: a running daemon loads no new code.
[[nodiscard]] FindTable loaded(PluginLoader const& loader, PluginsCheck check,
                               Section::Surroundings const& surroundings = {});

}  // namespace bank::daemon
