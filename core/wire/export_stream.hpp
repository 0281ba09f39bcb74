// An export over a connection of its own.
#pragma once
#include <string>

#include "core/api/audit.hpp"
#include "core/wire/remote_bank.hpp"

namespace bank::wire {

// Sends `call`, which it wipes, and gives what comes to `sink`, on this thread. The core goes no
// faster than the sink; a core that says nothing for call_max is gone.
[[nodiscard]] Status stream_export(RemoteBank::Settings const& settings, std::string call,
                                   api::ExportSink const& sink);

}  // namespace bank::wire
