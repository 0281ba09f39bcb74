// Where the configuration meets the plugins that have a part of it.
#pragma once
#include "daemon/config.hpp"
#include "daemon/plugin_loader.hpp"

namespace bank::daemon {

// Loads the plugins that are named. `loader` must outlive the result.
[[nodiscard]] FindTable loading(PluginLoader& loader);

// Knows the plugins that are loaded and loads none: while the daemon runs, no new code comes in.
[[nodiscard]] FindTable loaded(PluginLoader const& loader);

}  // namespace bank::daemon
