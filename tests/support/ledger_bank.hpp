// A small bank for tests of the ledger's rules: one account for each of them.
#pragma once
#include <vector>

#include "core/ledger/lane_store.hpp"
#include "core/ledger/transfer_order.hpp"

namespace bank::test {

inline constexpr money::Currency eur{{'E', 'U', 'R'}};
inline constexpr money::Currency usd{{'U', 'S', 'D'}};

inline constexpr UserId alice{10};
inline constexpr UserId bob{11};
inline constexpr UserId teller{12};

// Each has 100, belongs to Alice and has no overdraft, unless its name or a comment says otherwise;
// the pending holds among the originals hold part of some balances.
inline constexpr AccountId cash{1};    // Of the bank, without limit, at 0.
inline constexpr AccountId alices{2};  // 120, of which 20 are held.
inline constexpr AccountId bobs{3};    // Bob's; 50.
inline constexpr AccountId dollars{4};
inline constexpr AccountId closed{5};
inline constexpr AccountId locked{6};
inline constexpr AccountId brimful{7};       // Bob's; the largest number.
inline constexpr AccountId overdrawable{8};  // 0, with an overdraft of 30.
inline constexpr AccountId debit_frozen{9};
inline constexpr AccountId credit_frozen{20};
// 40 per transfer, 60 per day, 70 per week, 80 per month.
inline constexpr AccountId limited{21};
inline constexpr AccountId reserved{22};    // 60 of it held, for Bob: see the originals.
inline constexpr AccountId minimum{23};     // A minimum balance of 30.
inline constexpr AccountId bottomless{24};  // The smallest number plus 5, without limit.
// 60 less than the largest number, with an overdraft of 30.
inline constexpr AccountId nearly_brimful{25};
inline constexpr AccountId missing{99};

// Transfers decided earlier.
inline constexpr TransferId open_hold{101};     // 40 of reserved.
inline constexpr TransferId past_hold{102};     // 20 of reserved.
inline constexpr TransferId settled_hold{103};  // 30 of reserved; it has also expired.
inline constexpr TransferId refused_hold{104};
inline constexpr TransferId old_transfer{105};  // 25 from Alice to Bob.
inline constexpr TransferId reversed{106};      // The same, reversed.
inline constexpr TransferId refused_transfer{107};
inline constexpr TransferId old_reversal{108};
inline constexpr TransferId old_deposit{109};  // 25 to Alice.
inline constexpr TransferId old_capture{110};  // 25 from Alice to Bob.
inline constexpr TransferId old_release{111};
inline constexpr TransferId old_expiry{112};
inline constexpr TransferId hold_of_frozen{113};     // 10 of debit_frozen.
inline constexpr TransferId hold_of_locked{114};     // 10 of locked.
inline constexpr TransferId hold_of_closed{115};     // 10 of closed.
inline constexpr TransferId hold_to_frozen{116};     // 10 of alices to credit_frozen.
inline constexpr TransferId hold_to_brimful{117};    // 10 of alices.
inline constexpr TransferId from_rich_to_poor{118};  // 60, at a time when Bob had more than now.
inline constexpr TransferId missing_origin{199};

inline ledger::LockedAccount customer_account(AccountId id, UserId owner, std::int64_t balance) {
    ledger::LockedAccount account;
    account.id = id;
    account.user_id = owner;
    account.currency = eur;
    account.balance = balance;
    account.overdraft_limit = 0;
    return account;
}

inline void add_origins(ledger::LockedBatch& batch) {
    using api::TransferKind;
    auto const add = [&](TransferId id, TransferKind kind, AccountId debit, AccountId credit,
                         std::int64_t amount) -> ledger::Origin& {
        auto& origin = batch.origins[id];
        origin = {id, kind, Code::posted, debit, credit, {amount, eur}, false, false};
        return origin;
    };
    add(open_hold, TransferKind::hold, reserved, bobs, 40);
    add(past_hold, TransferKind::hold, reserved, bobs, 20).is_past = true;
    auto& settled = add(settled_hold, TransferKind::hold, reserved, bobs, 30);
    settled.is_settled = settled.is_past = true;
    add(refused_hold, TransferKind::hold, reserved, bobs, 40).status = Code::insufficient_funds;
    add(old_transfer, TransferKind::transfer, alices, bobs, 25);
    add(reversed, TransferKind::transfer, alices, bobs, 25).is_settled = true;
    add(refused_transfer, TransferKind::transfer, alices, bobs, 25).status =
        Code::insufficient_funds;
    add(old_reversal, TransferKind::reversal, bobs, alices, 25);
    add(old_deposit, TransferKind::deposit, cash, alices, 25);
    add(old_capture, TransferKind::capture, alices, bobs, 25);
    add(old_release, TransferKind::release, alices, bobs, 25);
    add(old_expiry, TransferKind::expiry, alices, bobs, 25);
    add(hold_of_frozen, TransferKind::hold, debit_frozen, bobs, 10);
    add(hold_of_locked, TransferKind::hold, locked, bobs, 10);
    add(hold_of_closed, TransferKind::hold, closed, bobs, 10);
    add(hold_to_frozen, TransferKind::hold, alices, credit_frozen, 10);
    add(hold_to_brimful, TransferKind::hold, alices, brimful, 10);
    add(from_rich_to_poor, TransferKind::transfer, alices, bobs, 60);
    for (auto const& [id, origin] : batch.origins) {
        auto const is_open = origin.kind == TransferKind::hold && origin.status == Code::posted &&
                             !origin.is_settled;
        if (is_open) batch.accounts.at(origin.debit_account).held += origin.amount.amount;
    }
}

inline ledger::LockedBatch small_bank() {
    ledger::LockedBatch batch;
    auto const add = [&](AccountId id, UserId owner = alice,
                         std::int64_t balance = 100) -> ledger::LockedAccount& {
        return batch.accounts[id] = customer_account(id, owner, balance);
    };
    auto& vault = add(cash, UserId{}, 0);
    vault.kind = api::AccountKind::cash;
    vault.overdraft_limit.reset();
    add(alices).balance = 120;  // 20 of it held.
    add(bobs, bob, 50);
    add(dollars).currency = usd;
    add(closed).is_closed = true;
    add(locked).is_locked = true;
    add(brimful, bob, INT64_MAX);
    add(overdrawable, alice, 0).overdraft_limit = 30;
    add(debit_frozen).is_debit_frozen = true;
    add(credit_frozen).is_credit_frozen = true;
    add(limited).limits = {40, 60, 70, 80};
    add(reserved);
    add(minimum).minimum_balance = 30;
    add(nearly_brimful, alice, INT64_MAX - 60).overdraft_limit = 30;
    add(bottomless, alice, INT64_MIN + 5).overdraft_limit.reset();
    add_origins(batch);
    return batch;
}

// Each order has its own idempotency id.
inline ledger::TransferOrder make_order(api::TransferKind kind, AccountId debit, AccountId credit,
                                        std::int64_t amount) {
    static std::uint16_t next = 0;
    ++next;
    ledger::TransferOrder made;
    made.kind = kind;
    made.debit_account = debit;
    made.credit_account = credit;
    made.amount = {amount, eur};
    made.idempotency_id.bytes[0] = static_cast<std::uint8_t>(next);
    made.idempotency_id.bytes[1] = static_cast<std::uint8_t>(next >> 8U);
    return made;
}

inline ledger::TransferOrder make_transfer(AccountId debit, AccountId credit, std::int64_t amount) {
    return make_order(api::TransferKind::transfer, debit, credit, amount);
}

// 0: the full amount of the original.
inline ledger::TransferOrder make_settling(api::TransferKind kind, TransferId origin,
                                           std::int64_t amount) {
    auto made = make_order(kind, {}, {}, amount);
    made.origin = origin;
    if (amount == 0) made.amount = {};
    return made;
}

inline ledger::OrderAuthority make_authority(UserId user, api::Role role) {
    ledger::OrderAuthority made;
    made.is_live = true;
    made.user_id = user;
    made.role = role;
    made.has_pin_authorization = true;
    made.cash_account = cash;
    return made;
}

}  // namespace bank::test
