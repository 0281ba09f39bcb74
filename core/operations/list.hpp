// Every operation.
#pragma once
#include <cstddef>
#include <span>
#include <type_traits>

#include "core/operations/accounts.hpp"
#include "core/operations/alarms.hpp"
#include "core/operations/audit.hpp"
#include "core/operations/operation.hpp"
#include "core/operations/sessions.hpp"
#include "core/operations/system.hpp"
#include "core/operations/transfers.hpp"
#include "core/operations/users.hpp"

namespace bank::operations {

namespace detail {
template <typename... List>
struct Joined;
template <typename... Op>
struct Joined<List<Op...>> {
    using type = List<Op...>;
};
template <typename... One, typename... Other, typename... Rest>
struct Joined<List<One...>, List<Other...>, Rest...> : Joined<List<One..., Other...>, Rest...> {};
}  // namespace detail

using All = detail::Joined<Sessions, Users, Accounts, Transfers, Audit, System, Alarms>::type;

// Of facts.number, null if there is none. Threads: any.
[[nodiscard]] Operation const* find(std::uint16_t number) noexcept;
// In the order of their numbers.
[[nodiscard]] std::span<Operation const* const> all() noexcept;

// The place in all(); below All::size.
[[nodiscard]] std::size_t place_of(Facts const& facts) noexcept;

}  // namespace bank::operations
