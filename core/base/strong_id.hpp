// An int64 id with a type of its own.
#pragma once
#include <compare>
#include <cstdint>
#include <functional>

namespace bank {

template <typename Tag>
struct StrongId {
    std::int64_t value = 0;  // 0: none; the database counts from 1.
    auto operator<=>(StrongId const&) const = default;
    explicit operator bool() const noexcept { return value != 0; }
};

using AccountId = StrongId<struct AccountTag>;
using TransferId = StrongId<struct TransferTag>;
using EntryId = StrongId<struct EntryTag>;
using UserId = StrongId<struct UserTag>;
using SessionId = StrongId<struct SessionTag>;
using AuditId = StrongId<struct AuditTag>;

}  // namespace bank

template <typename Tag>
struct std::hash<bank::StrongId<Tag>> {
    std::size_t operator()(bank::StrongId<Tag> id) const noexcept {
        return std::hash<std::int64_t>{}(id.value);
    }
};
