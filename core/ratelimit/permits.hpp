// Calls that are paid for in advance, by permit.
//
// Threads: any. Bounded: beyond `permits_max` the oldest permit is forgotten.
#pragma once
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>

#include "core/base/uuid.hpp"

namespace bank::ratelimit {

class Permits {
public:
    explicit Permits(std::size_t permits_max) : permits_max_(permits_max) {}

    // `id` is new.
    void add(Uuid const& id, std::uint32_t calls);
    // False: no such permit, or none of its calls is left.
    [[nodiscard]] bool take(Uuid const& id);
    // Returns a call that was taken.
    void give_back(Uuid const& id);

private:
    struct Permit {
        std::uint32_t left = 0;
        std::uint32_t calls = 0;
    };

    std::size_t const permits_max_;
    std::mutex mutex_;
    std::map<Uuid, Permit> permits_;  // Guarded by mutex_, as the next.
    std::deque<Uuid> oldest_;
};

}  // namespace bank::ratelimit
