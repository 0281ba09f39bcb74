// The core's sockets: one Unix socket per front end, accessible only to that front end's user.
// Opened by the service manager or, without one, by the daemon itself.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/result.hpp"
#include "core/wire/bank_server.hpp"
#include "daemon/config/config.hpp"
#include "daemon/os/listeners.hpp"

namespace bank::daemon {

// The path of a front end's socket.
[[nodiscard]] std::string core_socket_path(Config const& config, api::FrontEnd front_end);

// `name` is a user's name or number. nullopt: no such user.
[[nodiscard]] std::optional<std::uint32_t> find_user(std::string const& name);

// The uid that SO_PEERCRED reports for user `uid` to a process with this /proc/self/uid_map: in a
// user namespace, unmapped users appear as the overflow user.
[[nodiscard]] std::uint32_t visible_uid(std::uint32_t uid, std::string const& uid_map);

// All sockets, without their banks. Error: invalid_field, with one sentence for the log.
[[nodiscard]] Result<std::vector<wire::BankServer::Door>> open_doors(Config const& config,
                                                                     Listeners& listeners);

}  // namespace bank::daemon
