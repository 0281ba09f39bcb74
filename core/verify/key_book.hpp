// The idempotency ids of a log's transfers: each occurs once. 16 bytes per id, in blocks that
// double.
//
// Threads: one at a time.
#pragma once
#include <algorithm>
#include <cstdint>
#include <cstring>
#include <utility>
#include <vector>

#include "core/base/uuid.hpp"

namespace bank::verify {

class KeyBook {
public:
    // False if it was added before. A nil id is never added.
    bool add(Uuid const& id) {
        if (2 * (count_ + 1) > slots_.size()) grow();
        auto const key = key_of(id);
        if (key == Key{}) return true;
        auto& slot = slots_[place_of(key)];
        if (slot == key) return false;
        slot = key;
        ++count_;
        return true;
    }

private:
    using Key = std::pair<std::uint64_t, std::uint64_t>;

    static Key key_of(Uuid const& id) noexcept {
        static_assert(sizeof id.bytes == 16);
        Key key;
        std::memcpy(&key.first, id.bytes.data(), 8);
        std::memcpy(&key.second, id.bytes.data() + 8, 8);
        return key;
    }
    [[nodiscard]] std::size_t place_of(Key const& key) const noexcept {
        auto place =
            static_cast<std::size_t>((key.first ^ key.second) * 0x9e37'79b9'7f4a'7c15U >> 16U);
        for (place &= slots_.size() - 1; slots_[place] != Key{} && slots_[place] != key;) {
            place = (place + 1) & (slots_.size() - 1);
        }
        return place;
    }
    void grow() {
        auto const before = std::exchange(slots_, {});
        slots_.resize(std::max<std::size_t>(1024, 2 * before.size()));
        for (auto const& key : before) {
            if (key != Key{}) slots_[place_of(key)] = key;
        }
    }

    std::vector<Key> slots_;  // At most half full; the nil id is a free slot.
    std::size_t count_ = 0;
};

}  // namespace bank::verify
