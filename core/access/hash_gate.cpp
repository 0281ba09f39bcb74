#include "core/access/hash_gate.hpp"

namespace bank::access {

Result<HashGate::Permit> HashGate::enter() {
    std::unique_lock lock(mutex_);
    if (running_ >= limits_.running_max) {
        if (waiting_ >= limits_.waiting_max) {
            ++refused_;
            return Error{.code = Code::overloaded, .detail = "hash gate", .retry_after_s = 1};
        }
        ++waiting_;
        place_.wait(lock, [&] { return running_ < limits_.running_max; });
        --waiting_;
    }
    ++running_;
    return Permit(*this);
}

void HashGate::leave() {
    {
        std::lock_guard const lock(mutex_);
        --running_;
    }
    place_.notify_one();
}

}  // namespace bank::access
