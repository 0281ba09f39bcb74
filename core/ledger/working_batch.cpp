#include "core/ledger/working_batch.hpp"

#include <algorithm>
#include <limits>

namespace bank::ledger {
namespace {

// Fits any sum of a few 64-bit numbers, so intermediate results cannot overflow.
__extension__ typedef __int128 Wide;

Wide unspent(Side const& side) noexcept {
    auto const& account = *side.account;
    return Wide{side.balance} - side.held + account.overdraft_limit.value_or(0) -
           account.minimum_balance;
}

std::uint64_t hash_of(std::int64_t id) noexcept {
    return static_cast<std::uint64_t>(id);
}

}  // namespace

std::int64_t available(Side const& side) noexcept {
    using Limits = std::numeric_limits<std::int64_t>;
    return static_cast<std::int64_t>(
        std::clamp(unspent(side), Wide{Limits::min()}, Wide{Limits::max()}));
}

bool covers(Side const& side, std::int64_t amount) noexcept {
    return !side.account->overdraft_limit || unspent(side) >= amount;
}

WorkingBatch::WorkingBatch(LockedBatch const& batch)
    : side_of_(batch.accounts.size()), origin_of_(batch.origins.size()) {
    sides_.reserve(batch.accounts.size());
    for (auto const& [id, account] : batch.accounts) {
        side_of_.put(hash_of(id.value), static_cast<std::uint32_t>(sides_.size()),
                     [](std::uint32_t) { return false; });
        sides_.push_back({&account, account.balance, account.held, account.spending});
    }
    origins_.reserve(batch.origins.size());
    for (auto const& [id, origin] : batch.origins) {
        origin_of_.put(hash_of(id.value), static_cast<std::uint32_t>(origins_.size()),
                       [](std::uint32_t) { return false; });
        origins_.push_back({&origin, origin.is_settled});
    }
}

Side* WorkingBatch::find_side(AccountId id) noexcept {
    auto const index = side_of_.find(hash_of(id.value), [&](std::uint32_t candidate) {
        return sides_[candidate].account->id == id;
    });
    return index == IndexTable::none ? nullptr : &sides_[index];
}

OriginState* WorkingBatch::find_origin(TransferOrder const& order) noexcept {
    if (!api::has_origin(order.kind)) return nullptr;
    auto const index = origin_of_.find(hash_of(order.origin.value), [&](std::uint32_t candidate) {
        return origins_[candidate].origin->id == order.origin;
    });
    if (index == IndexTable::none) return nullptr;
    auto& found = origins_[index];
    if (api::reverses(order.kind)) return &found;
    auto const is_hold =
        api::places_hold(found.origin->kind) && found.origin->status == Code::posted;
    return is_hold ? &found : nullptr;
}

PreparedOrder WorkingBatch::prepare(TransferOrder const& order,
                                    OrderAuthority const& authority) noexcept {
    auto const& facts = api::facts(order.kind);
    PreparedOrder prepared{&order, &authority, find_origin(order), nullptr, nullptr, order.amount};
    if (!api::has_origin(order.kind)) {
        auto const of = [&](api::KindAccount account, AccountId named) {
            return find_side(account == api::KindAccount::cash ? authority.cash_account : named);
        };
        prepared.debit = of(facts.debit, order.debit_account);
        prepared.credit = of(facts.credit, order.credit_account);
    } else if (prepared.origin != nullptr) {
        auto const& origin = *prepared.origin->origin;
        prepared.debit = find_side(origin.debit_account);
        prepared.credit = find_side(origin.credit_account);
        if (facts.debit == api::KindAccount::of_credit) std::swap(prepared.debit, prepared.credit);
        if (order.amount.amount == 0) prepared.amount = origin.amount;
    }
    return prepared;
}

void WorkingBatch::keep(PreparedOrder const& prepared) {
    kept_sides_.push_back({prepared.debit, *prepared.debit});
    kept_sides_.push_back({prepared.credit, *prepared.credit});
    if (prepared.origin != nullptr) kept_origins_.push_back(prepared.origin);
}

void WorkingBatch::forget() noexcept {
    kept_sides_.clear();
    kept_origins_.clear();
}

void WorkingBatch::restore() noexcept {
    // In reverse order: an account that changed twice is restored to its state before the first
    // change.
    for (auto kept = kept_sides_.rbegin(); kept != kept_sides_.rend(); ++kept) {
        *kept->side = kept->before;
    }
    for (auto* const origin : kept_origins_) origin->is_settled = false;
    forget();
}

}  // namespace bank::ledger
