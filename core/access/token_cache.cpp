#include "core/access/token_cache.hpp"

#include <cstring>

namespace bank::access {

std::size_t TokenCache::Hash::operator()(crypto::Sha256Digest const& digest) const noexcept {
    std::size_t value = 0;
    std::memcpy(&value, digest.data(), sizeof value);
    return value;
}

std::optional<Principal> TokenCache::find(std::string_view token, Timestamp now) {
    auto const digest = crypto::sha256(as_bytes(token));
    std::lock_guard const lock(mutex_);
    auto const found = entries_.find(digest);
    if (found == entries_.end()) return std::nullopt;
    if (found->second.valid_until <= now) {
        entries_.erase(found);
        return std::nullopt;
    }
    return found->second.principal;
}

void TokenCache::add(std::string_view token, Principal principal, Timestamp valid_until) {
    auto const digest = crypto::sha256(as_bytes(token));
    std::lock_guard const lock(mutex_);
    if (entries_.size() >= count_max_) entries_.erase(entries_.begin());
    entries_[digest] = {std::move(principal), valid_until};
}

template <typename Predicate>
void TokenCache::forget_if(Predicate predicate) {
    std::lock_guard const lock(mutex_);
    std::erase_if(entries_, [&](auto const& item) { return predicate(item.second.principal); });
}

void TokenCache::forget_session(SessionId id) {
    forget_if([&](Principal const& principal) { return principal.session_id == id; });
}

void TokenCache::forget_user(UserId id) {
    forget_if([&](Principal const& principal) { return principal.user_id == id; });
}

}  // namespace bank::access
