#include "core/access/permits.hpp"

namespace bank::access {

void Permits::add(Uuid const& id, UserId owner, std::uint32_t calls) {
    std::lock_guard const lock(mutex_);
    auto const had = by_owner_.find(owner.value);
    if (had != by_owner_.end() && had->second.size() >= of_owner_max_) {
        forget(had->second.front());
    } else if (permits_.size() >= permits_max_) {
        // The oldest of all is the oldest of its owner.
        forget(by_number_.begin()->second);
    }
    permits_[id] = {calls, calls, next_number_, owner.value};
    by_number_[next_number_++] = id;
    by_owner_[owner.value].push_back(id);
}

void Permits::forget(Uuid const& id) {
    auto const found = permits_.find(id);
    auto const owned = by_owner_.find(found->second.owner);
    by_number_.erase(found->second.number);
    permits_.erase(found);
    owned->second.pop_front();
    if (owned->second.empty()) by_owner_.erase(owned);
}

bool Permits::take(Uuid const& id) {
    std::lock_guard const lock(mutex_);
    auto const found = permits_.find(id);
    if (found == permits_.end() || found->second.left == 0) return false;
    --found->second.left;
    return true;
}

void Permits::give_back(Uuid const& id) {
    std::lock_guard const lock(mutex_);
    auto const found = permits_.find(id);
    if (found != permits_.end() && found->second.left < found->second.calls) ++found->second.left;
}

}  // namespace bank::access
