#include "core/ledger/replayed_batch.hpp"

#include "core/base/overflow.hpp"
#include "core/ledger/index_table.hpp"

namespace bank::ledger {
namespace {

struct Running {
    LockedAccount const* account = nullptr;
    std::int64_t balance = 0;
    std::int64_t held = 0;
};

class RunningAccounts {
public:
    explicit RunningAccounts(LockedBatch const& batch) : places_(batch.accounts.size()) {
        running_.reserve(batch.accounts.size());
        for (auto const& [id, account] : batch.accounts) {
            places_.put(hash_of(id), static_cast<std::uint32_t>(running_.size()),
                        [](std::uint32_t) { return false; });
            running_.push_back({&account, account.balance, account.held});
        }
    }

    Running* find(AccountId id) {
        auto const index = places_.find(hash_of(id), [&](std::uint32_t candidate) {
            return running_[candidate].account->id == id;
        });
        return index == IndexTable::none ? nullptr : &running_[index];
    }

private:
    static std::uint64_t hash_of(AccountId id) { return static_cast<std::uint64_t>(id.value); }

    std::vector<Running> running_;
    IndexTable places_;
};

// The effect of an order of `kind` on the two balances and the held amount.
struct Change {
    std::int64_t moved = 0;
    std::int64_t held = 0;
};

Change change_of(ReplayedOrder const& replayed) {
    auto const amount = replayed.decision->amount.amount;
    auto const kind = replayed.order->kind;
    Change change;
    if (api::moves_money(kind)) change.moved = amount;
    if (api::places_hold(kind)) change.held = amount;
    if (api::settles_hold(kind) && replayed.origin != nullptr)
        change.held = -replayed.origin->amount.amount;
    return change;
}

bool move(Change change, Running& debit, Running& credit) {
    auto const held = checked_add(debit.held, change.held);
    auto const debit_balance = checked_subtract(debit.balance, change.moved);
    if (!held || !debit_balance) return false;
    auto const before = debit.balance;
    debit.balance = *debit_balance;
    auto const credit_balance = checked_add(credit.balance, change.moved);
    if (!credit_balance) {
        debit.balance = before;
        return false;
    }
    debit.held = *held;
    credit.balance = *credit_balance;
    return true;
}

}  // namespace

ReplayedBatch::ReplayedBatch(std::span<TransferOrder const> orders,
                             std::span<Decision const> decisions, LockedBatch const& batch)
    : orders_(orders), decisions_(decisions), known_(batch.known) {
    RunningAccounts accounts(batch);
    kept_.reserve(orders.size());
    for (std::size_t i = 0; i < orders.size(); ++i) {
        auto const& decision = decisions[i];
        if (decision.is_replay || !is_transfer_status(decision.code)) continue;
        auto& replayed = kept_.emplace_back();
        replayed.order = &orders[i];
        replayed.authority = &batch.authorities[i];
        replayed.decision = &decision;
        replayed.is_posted = decision.code == Code::posted;
        if (api::has_origin(orders[i].kind)) {
            auto const origin = batch.origins.find(orders[i].origin);
            if (origin != batch.origins.end()) replayed.origin = &origin->second;
        }
        auto* const debit = accounts.find(decision.debit_account);
        auto* const credit = accounts.find(decision.credit_account);
        if (debit == nullptr || credit == nullptr) continue;
        replayed.debit = debit->account;
        replayed.credit = credit->account;
        if (replayed.is_posted) replayed.is_possible = move(change_of(replayed), *debit, *credit);
        replayed.debit_balance = debit->balance;
        replayed.debit_held = debit->held;
        replayed.credit_balance = credit->balance;
    }
}

}  // namespace bank::ledger
