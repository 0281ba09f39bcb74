// The settings in force, for whoever runs the bank to read through it.
//
// Secrets are not settings: the keys lie in files, and a connection is refused if it holds a
// password. What others read is a wider circle than who may read the files, so of a connection only
// the parameters that are known to be harmless have their values here, and of one that is quoted,
// which could hide one in another, nothing.
//
// Threads: any; what is given is only read.
#pragma once
#include <vector>

#include "core/api/setting.hpp"
#include "daemon/config.hpp"

namespace bank::daemon {

// Every key that `started` has, in its order, which is that of the reference: those of the core,
// then those of the plugins in this process. Front ends that are processes of their own have read
// theirs for themselves, perhaps at another time; they are not here.
//
// `started` is what the process began with, `current` what the last reload left. Only keys that are
// said to need no restart have what is in `current`. A plugin's table does not say so: plugins read
// their settings when they start.
[[nodiscard]] std::vector<api::Setting> shown_settings(Config const& started,
                                                       Config const& current);

}  // namespace bank::daemon
