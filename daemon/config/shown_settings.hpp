// The effective settings, for administrators to read through the bank.
//
// Secrets are not settings: keys are in files, and a connection with a password is rejected. More
// people read this list than the files, so a connection shows only the values of parameters known
// to be harmless, and nothing if it is quoted, because quoting could hide one parameter in another.
//
// Threads: any; arguments are only read.
#pragma once
#include <vector>

#include "core/api/setting.hpp"
#include "daemon/config/config.hpp"

namespace bank::daemon {

// Every key of `started`, in its order, which is that of the reference: the core's keys, then those
// of the plugins in this process. Keys of front ends in separate processes are not included: those
// read the files themselves, possibly at another time.
//
// `started` is the configuration at start, `current` that of the last reload. Only keys declared to
// need no restart have the value in `current`. Plugin tables declare none: plugins read their
// settings at start.
[[nodiscard]] std::vector<api::Setting> shown_settings(Config const& started,
                                                       Config const& current);

}  // namespace bank::daemon
