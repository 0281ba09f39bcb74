// Which processes of this machine administer the bank through the admin socket.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace bank::auth {

struct LocalAccess {
    std::vector<std::uint32_t> uids;  // Besides root and the daemon's own user.
    std::string group;                // Its members too; empty: none.
};

// Reads the system's user database. Threads: any.
[[nodiscard]] bool is_local_administrator(LocalAccess const& access, std::uint32_t uid);

}  // namespace bank::auth
