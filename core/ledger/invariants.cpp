#include "core/ledger/invariants.hpp"

#include <array>

namespace bank::ledger {
namespace {

struct View {
    std::span<TransferOrder const> orders;
    std::span<Decision const> decisions;
    LockedBatch const& batch;
};

bool moves(Decision const& decision) {
    return decision.code == Code::posted && !decision.is_replay;
}

LockedAccount const* account(View const& view, AccountId id) {
    auto const found = view.batch.accounts.find(id);
    return found == view.batch.accounts.end() ? nullptr : &found->second;
}

// Every posted order takes from one account exactly what it gives to the other: replayed from the
// balances before, all the balances after come out.
bool money_is_conserved(View const& view) {
    std::unordered_map<AccountId, std::int64_t> balances;
    for (auto const& [id, locked] : view.batch.accounts) balances[id] = locked.balance;
    for (std::size_t i = 0; i < view.orders.size(); ++i) {
        auto const& decision = view.decisions[i];
        if (!moves(decision)) continue;
        auto const amount = view.orders[i].amount.amount;
        if ((balances[decision.debit_account] -= amount) != decision.debit_balance) return false;
        if ((balances[decision.credit_account] += amount) != decision.credit_balance) return false;
    }
    return true;
}

bool no_debit_passes_its_limit(View const& view) {
    for (auto const& decision : view.decisions) {
        if (!moves(decision)) continue;
        auto const* const debit = account(view, decision.debit_account);
        if (debit == nullptr) return false;
        auto const limit = debit->overdraft_limit;
        if (limit && decision.debit_balance < -*limit) return false;
    }
    return true;
}

bool closed_stays_closed(View const& view) {
    for (auto const& decision : view.decisions) {
        if (!moves(decision)) continue;
        for (auto const id : {decision.debit_account, decision.credit_account}) {
            auto const* const side = account(view, id);
            if (side == nullptr || side->is_closed) return false;
        }
    }
    return true;
}

bool currencies_do_not_mix(View const& view) {
    for (std::size_t i = 0; i < view.orders.size(); ++i) {
        auto const& decision = view.decisions[i];
        if (!moves(decision)) continue;
        for (auto const id : {decision.debit_account, decision.credit_account}) {
            auto const* const side = account(view, id);
            if (side == nullptr || side->currency != view.orders[i].amount.currency) return false;
        }
    }
    return true;
}

struct Invariant {
    std::string_view name;
    bool (*holds)(View const&);
};

constexpr auto invariants = std::to_array<Invariant>({
    {"money is conserved", money_is_conserved},
    {"no debit passes its limit", no_debit_passes_its_limit},
    {"closed stays closed", closed_stays_closed},
    {"currencies do not mix", currencies_do_not_mix},
});

}  // namespace

std::optional<std::string_view> broken_invariant(std::span<TransferOrder const> orders,
                                                 std::span<Decision const> decisions,
                                                 LockedBatch const& batch) {
    View const view{orders, decisions, batch};
    for (auto const& invariant : invariants) {
        if (!invariant.holds(view)) return invariant.name;
    }
    return std::nullopt;
}

}  // namespace bank::ledger
