// Where the configuration meets the plugins that have a part of it.
#pragma once
#include "daemon/config.hpp"
#include "daemon/host.hpp"
#include "daemon/plugin_loader.hpp"

namespace bank::daemon {

// How far plugins look at their sections: at the tables alone, as at a start, or because this is
// the process that starts, to which what it may not read is a mistake.
enum class PluginsCheck : std::uint8_t { tables, sections, start };

// Loads the plugins that are named. `loader` must outlive the result.
[[nodiscard]] FindTable loading(PluginLoader& loader, PluginsCheck check,
                                Section::Surroundings const& surroundings = {});

// Knows the plugins that are loaded and loads none: while the daemon runs, no new code comes in.
[[nodiscard]] FindTable loaded(PluginLoader const& loader, PluginsCheck check,
                               Section::Surroundings const& surroundings = {});

}  // namespace bank::daemon
