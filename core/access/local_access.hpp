// Local users that may administer the bank through the admin socket.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace bank::access {

struct LocalAccess {
    std::vector<std::uint32_t> uids;  // In addition to root and the daemon's user.
    std::string group;                // Members are administrators; empty: no group.
};

// Reads the system's user database. Threads: any.
[[nodiscard]] bool is_local_administrator(LocalAccess const& access, std::uint32_t uid);

}  // namespace bank::access
