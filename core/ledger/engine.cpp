#include "core/ledger/engine.hpp"

#include "core/base/check.hpp"
#include "core/base/overflow.hpp"

namespace bank::ledger {
namespace {

struct Side {
    LockedAccount const* account = nullptr;
    std::int64_t balance = 0;
};

// The batch as it develops.
class Working {
public:
    explicit Working(LockedBatch const& batch) : batch_(batch) {
        sides_.reserve(batch.accounts.size());
        for (auto const& [id, account] : batch.accounts) sides_[id] = {&account, account.balance};
    }

    Side* find(AccountId id) {
        auto const found = sides_.find(id);
        return found == sides_.end() ? nullptr : &found->second;
    }
    KnownTransfer const* known(Uuid const& id) const {
        auto const found = batch_.known.find(id);
        return found == batch_.known.end() ? nullptr : &found->second;
    }

    // Orders of this batch whose status will be kept.
    std::unordered_map<Uuid, std::size_t> decided;

private:
    LockedBatch const& batch_;
    std::unordered_map<AccountId, Side> sides_;
};

// A customer may take from, and pay into, own accounts only; an auditor moves nothing.
bool may_move(OrderAuthority const& authority, LockedAccount const& customer_side) {
    switch (authority.role) {
    case api::Role::teller:
    case api::Role::admin: return true;
    case api::Role::customer: return customer_side.user_id == authority.user_id;
    case api::Role::auditor: return false;
    }
    BANK_UNREACHABLE();
}

// What stands against the order before its accounts' state is looked at. Never kept.
std::optional<Code> refused_authority(TransferOrder const& order, OrderAuthority const& authority,
                                      LockedAccount const& debit, LockedAccount const& credit) {
    using api::AccountKind;
    using api::TransferKind;
    auto const debit_kind =
        order.kind == TransferKind::deposit ? AccountKind::cash : AccountKind::customer;
    auto const credit_kind =
        order.kind == TransferKind::withdrawal ? AccountKind::cash : AccountKind::customer;
    if (debit.kind != debit_kind || credit.kind != credit_kind) return Code::permission_denied;
    auto const& customer_side = order.kind == TransferKind::deposit ? credit : debit;
    if (!may_move(authority, customer_side)) return Code::permission_denied;
    if (!authority.has_pin_authorization) return Code::pin_required;
    return std::nullopt;
}

// The statuses in the order of the registry; `posted` moves the balances.
Code post(TransferOrder const& order, Side& debit, Side& credit) {
    auto const amount = order.amount.amount;
    auto const currency = order.amount.currency;
    if (debit.account->id == credit.account->id) return Code::accounts_are_the_same;
    if (debit.account->currency != currency) return Code::currency_mismatch;
    if (credit.account->currency != currency) return Code::currency_mismatch;
    if (debit.account->is_closed) return Code::debit_account_closed;
    if (credit.account->is_closed) return Code::credit_account_closed;
    if (debit.account->is_locked) return Code::debit_account_locked;

    auto const debit_after = checked_subtract(debit.balance, amount);
    auto const limit = debit.account->overdraft_limit;
    if (limit && (!debit_after || *debit_after < -*limit)) return Code::insufficient_funds;
    auto const credit_after = checked_add(credit.balance, amount);
    if (!debit_after || !credit_after) return Code::balance_out_of_range;
    debit.balance = *debit_after;
    credit.balance = *credit_after;
    return Code::posted;
}

// Whether an earlier request had this id; fills `decision` if so.
bool replays(TransferOrder const& order, std::span<TransferOrder const> orders,
             Working const& working, Decision& decision) {
    if (auto const* known = working.known(order.idempotency_id)) {
        decision.is_replay = known->request_digest == order.request_digest;
        decision.code = decision.is_replay ? known->answer.status : Code::idempotency_key_reused;
        return true;
    }
    auto const earlier = working.decided.find(order.idempotency_id);
    if (earlier == working.decided.end()) return false;
    decision.is_replay = orders[earlier->second].request_digest == order.request_digest;
    decision.code = Code::idempotency_key_reused;
    if (decision.is_replay) decision.replay_of = earlier->second;
    return true;
}

void decide_one(TransferOrder const& order, OrderAuthority const& authority, Working& working,
                Decision& decision) {
    auto const cash = authority.cash_account;
    decision.debit_account = order.kind == api::TransferKind::deposit ? cash : order.debit_account;
    decision.credit_account =
        order.kind == api::TransferKind::withdrawal ? cash : order.credit_account;
    auto* const debit = working.find(decision.debit_account);
    auto* const credit = working.find(decision.credit_account);
    if (debit == nullptr || credit == nullptr) {
        auto const is_cash = (debit == nullptr && order.kind == api::TransferKind::deposit) ||
                             (credit == nullptr && order.kind == api::TransferKind::withdrawal);
        decision.code = is_cash            ? Code::unknown_currency
                        : debit == nullptr ? Code::debit_account_not_found
                                           : Code::credit_account_not_found;
        return;
    }
    auto const refused = refused_authority(order, authority, *debit->account, *credit->account);
    decision.code = refused ? *refused : post(order, *debit, *credit);
    decision.debit_balance = debit->balance;
    decision.credit_balance = credit->balance;
}

}  // namespace

std::vector<Decision> decide(std::span<TransferOrder const> orders, LockedBatch const& batch) {
    BANK_CHECK(batch.authorities.size() == orders.size());
    Working working(batch);
    std::vector<Decision> decisions(orders.size());
    for (std::size_t i = 0; i < orders.size(); ++i) {
        auto const& order = orders[i];
        auto& decision = decisions[i];
        BANK_CHECK(order.amount.amount > 0);
        if (!batch.authorities[i].is_live) {
            decision.code = Code::session_ended;
        } else if (replays(order, orders, working, decision)) {
            if (decision.replay_of) decision.code = decisions[*decision.replay_of].code;
        } else {
            decide_one(order, batch.authorities[i], working, decision);
            if (is_transfer_status(decision.code)) working.decided[order.idempotency_id] = i;
        }
    }
    return decisions;
}

}  // namespace bank::ledger
