#include "core/ledger/invariants.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "core/base/overflow.hpp"
#include "core/ledger/index_table.hpp"

namespace bank::ledger {
namespace {

// An order without existing accounts cannot have been decided: the first rule that sees one vetoes.
bool has_sides(ReplayedOrder const& replayed) {
    return replayed.debit != nullptr && replayed.credit != nullptr;
}

// A posted order debits one account by exactly the amount that it credits to the other; a refused
// one changes nothing: a replay from the initial balances yields all decided balances.
class MoneyIsConserved final : public Invariant {
public:
    [[nodiscard]] std::string_view name() const noexcept override { return "money is conserved"; }
    [[nodiscard]] bool holds(ReplayedBatch const& batch) const override {
        return std::ranges::all_of(batch.kept(), [](ReplayedOrder const& one) {
            return has_sides(one) && one.is_possible &&
                   one.decision->debit_balance == one.debit_balance &&
                   one.decision->credit_balance == one.credit_balance;
        });
    }
};

// A posted order has the ordered accounts and amount.
class MoneyGoesWhereOrdered final : public Invariant {
public:
    [[nodiscard]] std::string_view name() const noexcept override {
        return "money goes where it is ordered to";
    }
    [[nodiscard]] bool holds(ReplayedBatch const& batch) const override {
        return std::ranges::all_of(batch.kept(), [](ReplayedOrder const& one) {
            if (!one.is_posted) return true;
            auto const& decision = *one.decision;
            auto const ordered = ordered_sides(one);
            auto const amount = one.order->amount.amount == 0 && one.origin != nullptr
                                    ? one.origin->amount
                                    : one.order->amount;
            return decision.debit_account == ordered.debit &&
                   decision.credit_account == ordered.credit && ordered.debit != ordered.credit &&
                   decision.amount == amount && amount.amount > 0;
        });
    }

private:
    struct Sides {
        AccountId debit;
        AccountId credit;
    };
    static Sides ordered_sides(ReplayedOrder const& one) {
        auto const& order = *one.order;
        auto const& facts = api::facts(order.kind);
        if (!facts.is_requested) return {};
        return {ordered(one, facts.debit, order.debit_account),
                ordered(one, facts.credit, order.credit_account)};
    }
    static AccountId ordered(ReplayedOrder const& one, api::KindAccount account, AccountId named) {
        switch (account) {
        case api::KindAccount::named: return named;
        case api::KindAccount::cash: return one.authority->cash_account;
        case api::KindAccount::of_debit:
            return one.origin == nullptr ? AccountId{} : one.origin->debit_account;
        case api::KindAccount::of_credit:
            return one.origin == nullptr ? AccountId{} : one.origin->credit_account;
        }
        return {};
    }
};

class NoDebitPassesItsLimit final : public Invariant {
public:
    [[nodiscard]] std::string_view name() const noexcept override {
        return "no debit passes its limit";
    }
    [[nodiscard]] bool holds(ReplayedBatch const& batch) const override {
        return std::ranges::all_of(batch.kept(), [](ReplayedOrder const& one) {
            if (!one.is_posted || one.debit == nullptr || !api::facts(one.order->kind).needs_funds)
                return true;
            auto const& account = *one.debit;
            if (!account.overdraft_limit) return true;
            // An underflow is below every limit.
            auto const left = checked_subtract(one.debit_balance, one.debit_held);
            return left && *left >= account.minimum_balance - *account.overdraft_limit;
        });
    }
};

class ClosedStaysClosed final : public Invariant {
public:
    [[nodiscard]] std::string_view name() const noexcept override { return "closed stays closed"; }
    [[nodiscard]] bool holds(ReplayedBatch const& batch) const override {
        return std::ranges::all_of(batch.kept(), [](ReplayedOrder const& one) {
            auto const is_free = !one.is_posted || api::only_frees(one.order->kind);
            return is_free || !has_sides(one) || (!one.debit->is_closed && !one.credit->is_closed);
        });
    }
};

class CurrenciesDoNotMix final : public Invariant {
public:
    [[nodiscard]] std::string_view name() const noexcept override {
        return "currencies do not mix";
    }
    [[nodiscard]] bool holds(ReplayedBatch const& batch) const override {
        return std::ranges::all_of(batch.kept(), [](ReplayedOrder const& one) {
            if (!one.is_posted || !has_sides(one)) return true;
            auto const currency = one.decision->amount.currency;
            return one.debit->currency == currency && one.credit->currency == currency;
        });
    }
};

// The held amount is the sum of holds placed minus those settled and never negative, and no capture
// exceeds its hold.
class HoldsStayWithinTheBalance final : public Invariant {
public:
    [[nodiscard]] std::string_view name() const noexcept override {
        return "holds stay within the balance";
    }
    [[nodiscard]] bool holds(ReplayedBatch const& batch) const override {
        return std::ranges::all_of(batch.kept(), [](ReplayedOrder const& one) {
            if (!has_sides(one)) return true;
            if (one.decision->debit_held != one.debit_held || one.debit_held < 0) return false;
            auto const takes =
                api::settles_hold(one.order->kind) && !api::only_frees(one.order->kind);
            if (!one.is_posted || !takes) return true;
            return one.origin != nullptr &&
                   one.decision->amount.amount <= one.origin->amount.amount;
        });
    }
};

// A linked group is posted completely or not at all, all its members have codes of one kind, and a
// refused group names the one order that caused the refusal.
class AGroupIsWhole final : public Invariant {
public:
    [[nodiscard]] std::string_view name() const noexcept override { return "a group is whole"; }
    [[nodiscard]] bool holds(ReplayedBatch const& batch) const override {
        auto const orders = batch.orders();
        for (std::size_t first = 0; first < orders.size();) {
            auto end = first + 1;
            auto const group = orders[first].group;
            while (group != 0 && end < orders.size() && orders[end].group == group) ++end;
            if (!is_whole(batch.decisions().subspan(first, end - first))) return false;
            first = end;
        }
        return true;
    }

private:
    static bool is_whole(std::span<Decision const> group) {
        auto const& head = group.front();
        auto const is_kept = is_transfer_status(head.code);
        std::size_t posted = 0;
        std::size_t causes = 0;
        for (auto const& one : group) {
            if (one.is_replay != head.is_replay) return false;
            if (one.code != head.code && !(is_kept && is_transfer_status(one.code))) return false;
            if (one.code == Code::posted) ++posted;
            if (one.code != Code::posted && one.code != Code::linked_transfer_refused) ++causes;
        }
        if (!is_kept || head.is_replay) return true;
        return posted == group.size() || (posted == 0 && causes == 1);
    }
};

class AnOriginIsSettledOnce final : public Invariant {
public:
    [[nodiscard]] std::string_view name() const noexcept override {
        return "an origin is settled once";
    }
    [[nodiscard]] bool holds(ReplayedBatch const& batch) const override {
        std::vector<Origin const*> settled;
        for (auto const& one : batch.kept()) {
            if (!one.is_posted || !api::has_origin(one.order->kind)) continue;
            if (one.origin == nullptr || !is_open(*one.origin, one.order->kind)) return false;
            settled.push_back(one.origin);
        }
        std::ranges::sort(settled);
        return std::ranges::adjacent_find(settled) == settled.end();
    }

private:
    static bool is_open(Origin const& origin, api::TransferKind settling) {
        if (origin.is_settled || origin.status != Code::posted) return false;
        if (api::reverses(settling)) return api::facts(origin.kind).is_reversible;
        return api::places_hold(origin.kind) && !origin.is_past;
    }
};

// An idempotency id has one decision, across this and all previous batches.
class ARequestIsDecidedOnce final : public Invariant {
public:
    [[nodiscard]] std::string_view name() const noexcept override {
        return "a request is decided once";
    }
    [[nodiscard]] bool holds(ReplayedBatch const& batch) const override {
        auto const kept = batch.kept();
        IndexTable ids(kept.size());
        for (std::uint32_t i = 0; i < kept.size(); ++i) {
            auto const& id = kept[i].order->idempotency_id;
            if (!batch.known().empty() && batch.known().contains(id)) return false;
            auto const is_same = [&](std::uint32_t other) {
                return kept[other].order->idempotency_id == id;
            };
            if (ids.put(std::hash<Uuid>{}(id), i, is_same) != IndexTable::none) return false;
        }
        return true;
    }
};

}  // namespace

std::span<Invariant const* const> invariants() noexcept {
    static MoneyIsConserved const money_is_conserved;
    static MoneyGoesWhereOrdered const money_goes_where_ordered;
    static NoDebitPassesItsLimit const no_debit_passes_its_limit;
    static ClosedStaysClosed const closed_stays_closed;
    static CurrenciesDoNotMix const currencies_do_not_mix;
    static HoldsStayWithinTheBalance const holds_stay_within_the_balance;
    static AGroupIsWhole const a_group_is_whole;
    static AnOriginIsSettledOnce const an_origin_is_settled_once;
    static ARequestIsDecidedOnce const a_request_is_decided_once;
    static std::array<Invariant const*, 9> const all{
        &money_is_conserved,  &money_goes_where_ordered,  &no_debit_passes_its_limit,
        &closed_stays_closed, &currencies_do_not_mix,     &holds_stay_within_the_balance,
        &a_group_is_whole,    &an_origin_is_settled_once, &a_request_is_decided_once};
    return all;
}

std::optional<std::string_view> broken_invariant(std::span<TransferOrder const> orders,
                                                 std::span<Decision const> decisions,
                                                 LockedBatch const& batch) {
    ReplayedBatch const replayed(orders, decisions, batch);
    for (auto const* const invariant : invariants()) {
        if (!invariant->holds(replayed)) return invariant->name();
    }
    return std::nullopt;
}

}  // namespace bank::ledger
