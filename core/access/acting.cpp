#include "core/access/acting.hpp"

#include <algorithm>

#include "core/base/bytes.hpp"

namespace bank::access {

SessionSecret session_secret(SessionRandom const& random, UserId user) noexcept {
    SessionSecret secret{};
    auto const id = big_endian(static_cast<std::uint64_t>(user.value));
    std::copy(id.begin(), id.end(), std::copy(random.begin(), random.end(), secret.begin()));
    return secret;
}

}  // namespace bank::access
