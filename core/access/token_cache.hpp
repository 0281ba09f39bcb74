// Cache of verified access tokens with a live session: saves a signature check and a database
// look-up per request. It caches identity only. Authority over money is checked in the database
// each time, which also rejects sessions that ended elsewhere.
//
// Threads: any. Bounded; when full, it evicts an arbitrary entry.
#pragma once
#include <cstddef>
#include <mutex>
#include <optional>
#include <string_view>
#include <unordered_map>

#include "core/access/principal.hpp"
#include "core/crypto/digest.hpp"

namespace bank::access {

class TokenCache {
public:
    explicit TokenCache(std::size_t count_max) : count_max_(count_max) {}

    // nullopt if unknown or past `valid_until`.
    [[nodiscard]] std::optional<Principal> find(std::string_view token, Timestamp now);
    void add(std::string_view token, Principal principal, Timestamp valid_until);
    void forget_session(SessionId id);
    void forget_user(UserId id);

private:
    struct Entry {
        Principal principal;
        Timestamp valid_until;
    };
    struct Hash {
        std::size_t operator()(crypto::Sha256Digest const& digest) const noexcept;
    };
    template <typename Predicate>
    void forget_if(Predicate predicate);

    std::size_t const count_max_;
    std::mutex mutex_;
    // By the token's SHA-256: neither the tokens nor their order are kept in memory.
    std::unordered_map<crypto::Sha256Digest, Entry, Hash> entries_;
};

}  // namespace bank::access
