// The kinds of kinds.def, and the properties of each.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace bank::api {

// deposit     debits the cash account of the actor who takes the money.
// withdrawal  credits it.
// transfer    from one customer's account to another.
// hold        moves nothing: sets the amount aside on the debit account until it is captured,
//             released, or expires.
// capture     moves the amount of a hold, or a part of it; the rest is released.
// release     ends a hold. Only the payee and staff may do it; the payer waits for its expiry.
// expiry      ends a hold at its expiry time; only the bank itself creates it.
// reversal    moves the amount of a transaction, or a part of it, back; once only.
enum class TransferKind : std::uint8_t {
#define BANK_TRANSFER_KIND(word, ...) word,
#include "core/api/kinds.def"
#undef BANK_TRANSFER_KIND
};

enum class KindAccount : std::uint8_t { named, cash, of_debit, of_credit };
enum class KindOrigin : std::uint8_t { none, hold, transfer };
enum class KindAmount : std::uint8_t { required, optional, none };
enum class KindHeld : std::uint8_t { none, places, settles };
enum class KindAnswer : std::uint8_t { debit, credit };

// A row of kinds.def, whose head explains each.
struct KindFacts {
    std::string_view word;
    bool is_requested;
    KindAccount debit;
    KindAccount credit;
    KindOrigin origin;
    KindAmount amount;
    bool moves;
    KindHeld held;
    bool counts;
    bool needs_funds;
    KindAnswer answers;
    bool is_reversible;
    bool needs_pin;
};

namespace detail {
inline constexpr bool yes = true;
inline constexpr bool no = false;
}  // namespace detail

// By number.
inline constexpr auto kind_facts = std::to_array<KindFacts>({
#define BANK_TRANSFER_KIND(word, requested, debit, credit, origin, amount, moves, held, counts, \
                           funds, answers, reversible, pin, permission)                         \
    {#word,                                                                                     \
     detail::requested,                                                                         \
     KindAccount::debit,                                                                        \
     KindAccount::credit,                                                                       \
     KindOrigin::origin,                                                                        \
     KindAmount::amount,                                                                        \
     detail::moves,                                                                             \
     KindHeld::held,                                                                            \
     detail::counts,                                                                            \
     detail::funds,                                                                             \
     KindAnswer::answers,                                                                       \
     detail::reversible,                                                                        \
     detail::pin},
#include "core/api/kinds.def"
#undef BANK_TRANSFER_KIND
});

inline constexpr std::size_t kinds_count = kind_facts.size();

// Precondition: an enumerator.
[[nodiscard]] constexpr KindFacts const& facts(TransferKind kind) noexcept {
    return kind_facts[static_cast<std::size_t>(kind)];
}

// Empty: a number from a socket that names none.
[[nodiscard]] constexpr std::string_view to_string(TransferKind kind) noexcept {
    auto const index = static_cast<std::size_t>(kind);
    return index < kinds_count ? kind_facts[index].word : std::string_view{};
}
[[nodiscard]] constexpr std::optional<TransferKind> parse_transfer_kind(
    std::string_view text) noexcept {
    for (std::size_t i = 0; i < kinds_count; ++i) {
        if (kind_facts[i].word == text) return static_cast<TransferKind>(i);
    }
    return std::nullopt;
}

// Whether it uses the accounts of its origin, or names them itself.
[[nodiscard]] constexpr bool has_origin(TransferKind kind) noexcept {
    return facts(kind).origin != KindOrigin::none;
}
[[nodiscard]] constexpr bool reverses(TransferKind kind) noexcept {
    return facts(kind).origin == KindOrigin::transfer;
}
[[nodiscard]] constexpr bool moves_money(TransferKind kind) noexcept {
    return facts(kind).moves;
}
[[nodiscard]] constexpr bool places_hold(TransferKind kind) noexcept {
    return facts(kind).held == KindHeld::places;
}
[[nodiscard]] constexpr bool settles_hold(TransferKind kind) noexcept {
    return facts(kind).held == KindHeld::settles;
}
// Whether it ends a hold without payment.
[[nodiscard]] constexpr bool only_frees(TransferKind kind) noexcept {
    return settles_hold(kind) && !moves_money(kind);
}
[[nodiscard]] constexpr bool debits_cash(TransferKind kind) noexcept {
    return facts(kind).debit == KindAccount::cash;
}
[[nodiscard]] constexpr bool credits_cash(TransferKind kind) noexcept {
    return facts(kind).credit == KindAccount::cash;
}
[[nodiscard]] constexpr bool uses_cash(TransferKind kind) noexcept {
    return debits_cash(kind) || credits_cash(kind);
}
// Whose balance an answer states.
[[nodiscard]] constexpr bool answers_credit_side(TransferKind kind) noexcept {
    return facts(kind).answers == KindAnswer::credit;
}

}  // namespace bank::api
