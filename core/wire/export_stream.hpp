// An export over a connection of its own.
#pragma once
#include <string>

#include "core/api/audit.hpp"
#include "core/wire/remote_bank.hpp"

namespace bank::wire {

// Sends `call`, which it wipes, gives what comes to `sink`, on this thread, and returns the payload
// of the result. The core goes no
// faster than the sink; a core that says nothing for call_max is gone.
[[nodiscard]] Result<std::string> stream_export(RemoteBank::Settings const& settings,
                                                std::string call, api::ExportSink const& sink);

}  // namespace bank::wire
