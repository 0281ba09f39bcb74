// The doors of the core: one Unix socket for each front end, which only that front end's user may
// open. The service manager opens them, or, without one, the daemon itself.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/result.hpp"
#include "core/wire/bank_server.hpp"
#include "daemon/config.hpp"
#include "daemon/listeners.hpp"

namespace bank::daemon {

// The path of a front end's door.
[[nodiscard]] std::string core_socket_path(Config const& config, api::FrontEnd front_end);

// `name` is a user's name or number. Nothing: there is no such user.
[[nodiscard]] std::optional<std::uint32_t> find_user(std::string const& name);

// How SO_PEERCRED shows user `uid` to a process with this /proc/self/uid_map: within a user
// namespace whoever is not mapped is the overflow user.
[[nodiscard]] std::uint32_t visible_uid(std::uint32_t uid, std::string const& uid_map);

// All doors, without their banks. Error: invalid_field, with one sentence for the log.
[[nodiscard]] Result<std::vector<wire::BankServer::Door>> open_doors(Config const& config,
                                                                     Listeners& listeners);

}  // namespace bank::daemon
