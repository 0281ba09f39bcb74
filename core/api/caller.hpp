// The caller, as far as a front end knows it. The core verifies the rest itself.
#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "core/api/type.hpp"
#include "core/base/uuid.hpp"

namespace bank::api {

// A process on this machine, as reported by SO_PEERCRED. Only the admin front end may present one.
struct LocalPeer {
    std::uint32_t uid = 0;
    std::uint32_t gid = 0;
    std::int32_t pid = 0;
};

struct Caller {
    std::string access_token;  // The bearer token of a session; empty before login.
    std::optional<LocalPeer> local_peer;
    std::string source_ip;      // Numeric IPv4 or IPv6; empty on the Unix socket.
    std::string user_agent;     // As sent; cut and cleaned by the core.
    Uuid request_id;            // Made by the front end, version 7; returned to the client.
    std::optional<Uuid> batch;  // The BatchPermit that pays for the call, not the budget.
};

// The descriptions of all of these.
[[nodiscard]] Type const& describe(std::type_identity<LocalPeer>);
[[nodiscard]] Type const& describe(std::type_identity<Caller>);

}  // namespace bank::api
