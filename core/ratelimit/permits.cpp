#include "core/ratelimit/permits.hpp"

namespace bank::ratelimit {

void Permits::add(Uuid const& id, std::uint32_t calls) {
    std::lock_guard const lock(mutex_);
    if (oldest_.size() >= permits_max_) {
        permits_.erase(oldest_.front());
        oldest_.pop_front();
    }
    permits_[id] = {calls, calls};
    oldest_.push_back(id);
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

}  // namespace bank::ratelimit
