#include "core/ledger/posting_rules.hpp"

#include <algorithm>
#include <limits>

#include "core/base/check.hpp"
#include "core/base/overflow.hpp"

namespace bank::ledger {
namespace {

using api::AccountKind;

bool is_staff(api::Role role) {
    return role == api::Role::teller || role == api::Role::admin;
}

// Customers may debit and credit only their own accounts; auditors move nothing.
bool may_move(OrderAuthority const& authority, LockedAccount const& customer_side) {
    switch (authority.role) {
    case api::Role::teller:
    case api::Role::admin: return true;
    case api::Role::customer: return customer_side.user_id == authority.user_id;
    case api::Role::auditor: return false;
    }
    BANK_UNREACHABLE();
}

std::optional<Code> missing(PreparedOrder const& prepared) {
    auto const kind = prepared.order->kind;
    if (api::has_origin(kind) && prepared.origin == nullptr) return Code::origin_not_found;
    if (prepared.debit == nullptr) {
        return api::debits_cash(kind) ? Code::unknown_currency : Code::debit_account_not_found;
    }
    if (prepared.credit == nullptr) {
        return api::credits_cash(kind) ? Code::unknown_currency : Code::credit_account_not_found;
    }
    return std::nullopt;
}

std::optional<Code> forbidden(PreparedOrder const& prepared) {
    auto const kind = prepared.order->kind;
    auto const& authority = *prepared.authority;
    if (api::reverses(kind)) {
        // The accounts are those of the original transfer, possibly the bank's own.
        if (!is_staff(authority.role)) return Code::permission_denied;
        return std::nullopt;
    }
    if (api::uses_cash(kind) && !authority.may_move_cash) return Code::cash_by_staff_only;
    auto const& debit = *prepared.debit->account;
    auto const& credit = *prepared.credit->account;
    auto const debit_kind = api::debits_cash(kind) ? AccountKind::cash : AccountKind::customer;
    auto const credit_kind = api::credits_cash(kind) ? AccountKind::cash : AccountKind::customer;
    if (debit.kind != debit_kind || credit.kind != credit_kind) return Code::permission_denied;
    // A hold is captured or released by its payee, who needs no PIN: the payer gave one.
    auto const& customer_side = api::answers_credit_side(kind) ? credit : debit;
    if (!may_move(authority, customer_side)) {
        // Must not reveal to third parties whether this hold exists.
        auto const is_stranger = api::has_origin(kind) && authority.role == api::Role::customer;
        return is_stranger ? Code::origin_not_found : Code::permission_denied;
    }
    if (api::facts(kind).needs_pin && !authority.has_pin_authorization) return Code::pin_required;
    return std::nullopt;
}

// Each check function below returns posted if its rules accept the order.

Code check_sides(PreparedOrder const& prepared) {
    if (prepared.debit == prepared.credit) return Code::accounts_are_the_same;
    auto const currency = prepared.amount.currency;
    if (prepared.origin != nullptr) {
        auto const is_mixed = prepared.origin->origin->amount.currency != currency;
        return is_mixed ? Code::currency_mismatch : Code::posted;
    }
    if (prepared.debit->account->currency != currency) return Code::currency_mismatch;
    if (prepared.credit->account->currency != currency) return Code::currency_mismatch;
    return Code::posted;
}

Code check_hold(PreparedOrder const& prepared) {
    auto const& hold = *prepared.origin;
    // A hold that was settled in time is not expired.
    if (hold.origin->is_past && !hold.is_settled) return Code::hold_expired;
    if (hold.is_settled) return Code::hold_settled;
    if (prepared.amount.amount > hold.origin->amount.amount) return Code::capture_exceeds_hold;
    return Code::posted;
}

bool is_reversible(Origin const& origin) {
    return origin.status == Code::posted && api::facts(origin.kind).is_reversible;
}

Code check_original(PreparedOrder const& prepared) {
    auto const& original = *prepared.origin;
    if (!is_reversible(*original.origin)) return Code::not_reversible;
    if (original.is_settled) return Code::already_reversed;
    if (prepared.amount.amount > original.origin->amount.amount) {
        return Code::reversal_exceeds_original;
    }
    return Code::posted;
}

Code check_origin(PreparedOrder const& prepared) {
    if (prepared.origin == nullptr) return Code::posted;
    return api::reverses(prepared.order->kind) ? check_original(prepared) : check_hold(prepared);
}

Code check_standing(PreparedOrder const& prepared) {
    auto const& debit = *prepared.debit->account;
    auto const& credit = *prepared.credit->account;
    // A capture takes money that was reserved while the debit account was in good standing.
    auto const is_reserved = api::settles_hold(prepared.order->kind);
    if (debit.is_closed) return Code::debit_account_closed;
    if (credit.is_closed) return Code::credit_account_closed;
    if (debit.is_locked && !is_reserved) return Code::debit_account_locked;
    if (debit.is_debit_frozen && !is_reserved) return Code::debit_account_frozen;
    if (credit.is_credit_frozen) return Code::credit_account_frozen;
    return Code::posted;
}

using Limit = std::optional<std::int64_t>;

bool exceeds(std::int64_t spent, std::int64_t amount, Limit one, Limit other) {
    constexpr auto unlimited = std::numeric_limits<std::int64_t>::max();
    if (!one && !other) return false;
    auto const sum = checked_add(spent, amount);
    return !sum || *sum > std::min(one.value_or(unlimited), other.value_or(unlimited));
}

Code check_limits(PreparedOrder const& prepared) {
    // A reservation was counted when it was placed, and a reversal is not spending.
    if (!api::facts(prepared.order->kind).counts) return Code::posted;
    auto const& account = *prepared.debit->account;
    auto const& spending = prepared.debit->spending;
    auto const& own = account.limits;
    auto const& role = prepared.authority->role_limits;
    auto const amount = prepared.amount.amount;
    if (exceeds(0, amount, own.per_transfer, role.per_transfer)) {
        return Code::transfer_limit_exceeded;
    }
    // Turnover of the bank's own accounts is not a user's spending.
    auto const period = account.kind == AccountKind::customer ? role : api::Limits{};
    if (exceeds(spending.today, amount, own.per_day, period.per_day)) {
        return Code::day_limit_exceeded;
    }
    if (exceeds(spending.this_week, amount, own.per_week, period.per_week)) {
        return Code::week_limit_exceeded;
    }
    if (exceeds(spending.this_month, amount, own.per_month, period.per_month)) {
        return Code::month_limit_exceeded;
    }
    return Code::posted;
}

struct After {
    std::int64_t debit_balance = 0;
    std::int64_t credit_balance = 0;
    std::int64_t held = 0;
};

// nullopt if a number would overflow.
std::optional<After> after(PreparedOrder const& prepared) {
    auto const kind = prepared.order->kind;
    auto const amount = prepared.amount.amount;
    auto const moved = api::moves_money(kind) ? amount : 0;
    auto const placed = api::places_hold(kind) ? amount : 0;
    // A partial capture settles the whole hold.
    auto const settled = api::settles_hold(kind) ? prepared.origin->origin->amount.amount : 0;
    auto const debit_balance = checked_subtract(prepared.debit->balance, moved);
    auto const credit_balance = checked_add(prepared.credit->balance, moved);
    // A negative result is an earlier bug, which the invariants report.
    auto const held = checked_add(prepared.debit->held, placed - settled);
    if (!debit_balance || !credit_balance || !held) return std::nullopt;
    // Balance plus overdraft: the maximum available amount must not overflow.
    auto const overdraft = prepared.credit->account->overdraft_limit.value_or(0);
    if (moved != 0 && !checked_add(*credit_balance, overdraft)) return std::nullopt;
    return After{*debit_balance, *credit_balance, *held};
}

// Saturates: the maximum is above every limit.
void count(std::int64_t& spent, std::int64_t amount) {
    spent = checked_add(spent, amount).value_or(std::numeric_limits<std::int64_t>::max());
}

}  // namespace

std::optional<Code> missing_or_forbidden(PreparedOrder const& prepared) {
    if (auto const code = missing(prepared)) return code;
    return forbidden(prepared);
}

Code decide(PreparedOrder const& prepared) {
    // A hold can always be released, regardless of the state of the accounts.
    auto const kind = prepared.order->kind;
    if (api::only_frees(kind)) return check_hold(prepared);
    for (auto* const check : {check_sides, check_origin, check_standing, check_limits}) {
        if (auto const code = check(prepared); code != Code::posted) return code;
    }
    auto const amount = prepared.amount.amount;
    if (api::facts(kind).needs_funds && !covers(*prepared.debit, amount)) {
        return Code::insufficient_funds;
    }
    return after(prepared) ? Code::posted : Code::balance_out_of_range;
}

void apply(PreparedOrder const& prepared) {
    auto const next = after(prepared);
    BANK_CHECK(next);
    prepared.debit->balance = next->debit_balance;
    prepared.debit->held = next->held;
    if (prepared.credit != prepared.debit) prepared.credit->balance = next->credit_balance;
    if (prepared.origin != nullptr) prepared.origin->is_settled = true;
    if (!api::facts(prepared.order->kind).counts) return;
    auto& spending = prepared.debit->spending;
    count(spending.today, prepared.amount.amount);
    count(spending.this_week, prepared.amount.amount);
    count(spending.this_month, prepared.amount.amount);
}

}  // namespace bank::ledger
