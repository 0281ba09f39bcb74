// On whose behalf the database acts. SQL believes the session secret alone; the rest is recorded.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "core/api/users.hpp"
#include "core/base/bounds.hpp"
#include "core/base/strong_id.hpp"
#include "core/base/uuid.hpp"

namespace bank::access {

using SessionRandom = std::array<std::uint8_t, bounds::session_random_size>;

// 128 random bits, known to the session's holder, and the id of its user in 8 bytes, the most
// significant first. The database keeps only their SHA-256, and a session that is given another
// user there is no longer the secret's.
using SessionSecret = std::array<std::uint8_t, bounds::session_secret_size>;

[[nodiscard]] SessionSecret session_secret(SessionRandom const& random, UserId user) noexcept;

// Where a request came from, for the audit record. Cleaned and cut by core/service.
struct Source {
    std::string ip;  // Empty on the Unix socket.
    std::string user_agent;
    Uuid request_id;
};

struct Acting {
    SessionSecret session{};
    api::Role role = api::Role::customer;  // What the session claims; SQL compares it.
    Source source;
};

}  // namespace bank::access
