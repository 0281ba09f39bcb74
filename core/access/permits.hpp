// Calls that are paid for in advance, by permit.
//
// Threads: any. Bounded: the oldest permit is forgotten, of an owner beyond `of_owner_max`, and of
// all beyond `permits_max`.
#pragma once
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>

#include "core/base/strong_id.hpp"
#include "core/base/uuid.hpp"

namespace bank::access {

class Permits {
public:
    Permits(std::size_t permits_max, std::size_t of_owner_max)
        : permits_max_(permits_max), of_owner_max_(of_owner_max) {}

    // `id` is new.
    void add(Uuid const& id, UserId owner, std::uint32_t calls);
    // False: no such permit, or none of its calls is left.
    [[nodiscard]] bool take(Uuid const& id);
    // Returns a call that was taken.
    void give_back(Uuid const& id);

private:
    struct Permit {
        std::uint32_t left = 0;
        std::uint32_t calls = 0;
        std::uint64_t number = 0;  // In the order of their making.
        std::int64_t owner = 0;
    };
    // Precondition: the oldest of its owner.
    void forget(Uuid const& id);

    std::size_t const permits_max_;
    std::size_t const of_owner_max_;
    std::mutex mutex_;
    std::map<Uuid, Permit> permits_;  // Guarded by mutex_, as the next.
    std::map<std::uint64_t, Uuid> by_number_;
    std::map<std::int64_t, std::deque<Uuid>> by_owner_;  // The oldest first.
    std::uint64_t next_number_ = 0;
};

}  // namespace bank::access
