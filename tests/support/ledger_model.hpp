// The rules of the ledger a second time, as plainly as possible, to compare the engine with: maps,
// wide integers, a copy of the world for each group. It shares only the types of input and output
// with the engine.
#pragma once
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "core/ledger/lane_store.hpp"
#include "core/ledger/transfer_order.hpp"

namespace bank::test::ledger_model {

using api::AccountKind;
using api::TransferKind;
using ledger::LockedAccount;
using ledger::LockedBatch;
using ledger::OrderAuthority;
using ledger::TransferOrder;

__extension__ typedef __int128 Wide;

constexpr Wide int64_max = INT64_MAX;
constexpr Wide int64_min = INT64_MIN;

struct AccountNow {
    Wide balance = 0;
    Wide held = 0;
    Wide today = 0;
    Wide this_week = 0;
    Wide this_month = 0;
};

struct World {
    std::map<std::int64_t, AccountNow> accounts;
    std::set<std::int64_t> settled;
};

// The input of a rule.
struct Facts {
    TransferKind kind = TransferKind::transfer;
    LockedAccount const* debit = nullptr;
    LockedAccount const* credit = nullptr;
    AccountNow debit_now;
    AccountNow credit_now;
    ledger::Origin const* origin = nullptr;
    bool is_settled = false;
    Wide amount = 0;
    money::Currency currency;
    api::Limits role;

    [[nodiscard]] bool is(std::initializer_list<TransferKind> kinds) const {
        for (auto const one : kinds) {
            if (one == kind) return true;
        }
        return false;
    }
};

inline bool is_above(Wide value, std::optional<std::int64_t> limit) {
    return limit && value > *limit;
}

inline bool passes_period(Facts const& f, Wide spent, std::optional<std::int64_t> own,
                          std::optional<std::int64_t> role) {
    if (!f.is({TransferKind::deposit, TransferKind::withdrawal, TransferKind::transfer,
               TransferKind::hold})) {
        return false;
    }
    if (is_above(spent + f.amount, own)) return true;
    return f.debit->kind == AccountKind::customer && is_above(spent + f.amount, role);
}

struct Rule {
    Code refusal;
    bool (*refuses)(Facts const&);
};

// Each rule is separate; the first that declines determines the status. A release has two of its
// own.
inline std::vector<Rule> const& rules() {
    using K = TransferKind;
    static std::vector<Rule> const all{
        {Code::accounts_are_the_same,
         [](Facts const& f) { return f.kind != K::release && f.debit->id == f.credit->id; }},
        {Code::currency_mismatch,
         [](Facts const& f) {
             if (f.is({K::capture, K::release, K::reversal})) {
                 return f.currency != f.origin->amount.currency;
             }
             return f.currency != f.debit->currency || f.currency != f.credit->currency;
         }},
        {Code::hold_expired,
         [](Facts const& f) {
             return f.is({K::capture, K::release}) && f.origin->is_past && !f.is_settled;
         }},
        {Code::hold_settled,
         [](Facts const& f) {
             return f.is({K::capture, K::release}) && f.is_settled;
         }},
        {Code::capture_exceeds_hold,
         [](Facts const& f) { return f.kind == K::capture && f.amount > f.origin->amount.amount; }},
        {Code::not_reversible,
         [](Facts const& f) {
             if (f.kind != K::reversal) return false;
             auto const was = f.origin->kind;
             return f.origin->status != Code::posted || was == K::hold || was == K::release ||
                    was == K::expiry || was == K::reversal;
         }},
        {Code::already_reversed,
         [](Facts const& f) { return f.kind == K::reversal && f.is_settled; }},
        {Code::reversal_exceeds_original,
         [](Facts const& f) {
             return f.kind == K::reversal && f.amount > f.origin->amount.amount;
         }},
        {Code::debit_account_closed,
         [](Facts const& f) { return f.kind != K::release && f.debit->is_closed; }},
        {Code::credit_account_closed,
         [](Facts const& f) { return f.kind != K::release && f.credit->is_closed; }},
        {Code::debit_account_locked,
         [](Facts const& f) {
             return !f.is({K::release, K::capture}) && f.debit->is_locked;
         }},
        {Code::debit_account_frozen,
         [](Facts const& f) {
             return !f.is({K::release, K::capture}) && f.debit->is_debit_frozen;
         }},
        {Code::credit_account_frozen,
         [](Facts const& f) { return f.kind != K::release && f.credit->is_credit_frozen; }},
        {Code::transfer_limit_exceeded,
         [](Facts const& f) {
             if (f.is({K::capture, K::release, K::reversal})) return false;
             return is_above(f.amount, f.debit->limits.per_transfer) ||
                    is_above(f.amount, f.role.per_transfer);
         }},
        {Code::day_limit_exceeded,
         [](Facts const& f) {
             return passes_period(f, f.debit_now.today, f.debit->limits.per_day, f.role.per_day);
         }},
        {Code::week_limit_exceeded,
         [](Facts const& f) {
             return passes_period(f, f.debit_now.this_week, f.debit->limits.per_week,
                                  f.role.per_week);
         }},
        {Code::month_limit_exceeded,
         [](Facts const& f) {
             return passes_period(f, f.debit_now.this_month, f.debit->limits.per_month,
                                  f.role.per_month);
         }},
        {Code::insufficient_funds,
         [](Facts const& f) {
             if (!f.is({K::withdrawal, K::transfer, K::hold, K::reversal})) return false;
             if (!f.debit->overdraft_limit) return false;
             return f.debit_now.balance - f.debit_now.held + *f.debit->overdraft_limit -
                        f.debit->minimum_balance <
                    f.amount;
         }},
        {Code::balance_out_of_range,
         [](Facts const& f) {
             if (f.kind == K::release) return false;
             if (f.kind == K::hold) return f.debit_now.held + f.amount > int64_max;
             return f.debit_now.balance - f.amount < int64_min ||
                    f.credit_now.balance + f.amount + f.credit->overdraft_limit.value_or(0) >
                        int64_max;
         }},
    };
    return all;
}

struct Outcome {
    Code code = Code::internal_error;
    bool is_replay = false;
    std::optional<std::size_t> replay_of;
    std::int64_t debit_account = 0;
    std::int64_t credit_account = 0;
    money::Money amount;
    Wide debit_balance = 0;
    Wide credit_balance = 0;
    Wide debit_held = 0;
    Wide available = 0;
};

class Model {
public:
    Model(std::span<TransferOrder const> orders, LockedBatch const& batch)
        : orders_(orders), batch_(batch), outcomes_(orders.size()) {
        for (auto const& [id, account] : batch.accounts) {
            auto const& [today, week, month] = account.spending;
            world_.accounts[id.value] = {account.balance, account.held, today, week, month};
        }
        for (auto const& [id, origin] : batch.origins) {
            if (origin.is_settled) world_.settled.insert(id.value);
        }
    }

    std::vector<Outcome> run() {
        for (std::size_t first = 0; first < orders_.size();) {
            auto end = first + 1;
            while (end < orders_.size() && orders_[end].group == orders_[first].group &&
                   orders_[first].group != 0) {
                ++end;
            }
            decide_group(first, end);
            for (auto i = first; i < end; ++i) {
                auto const& outcome = outcomes_[i];
                if (is_transfer_status(outcome.code) && !outcome.is_replay) {
                    kept_[orders_[i].idempotency_id] = i;
                }
            }
            first = end;
        }
        return outcomes_;
    }

private:
    void decide_group(std::size_t first, std::size_t end) {
        std::optional<Code> refused;
        std::size_t replays = 0;
        std::set<Uuid> ids;
        for (auto i = first; i < end; ++i) {
            auto code = not_kept(i);
            auto const& id = orders_[i].idempotency_id;
            auto const is_twice = !ids.insert(id).second && !batch_.known.contains(id);
            if (is_twice && code != Code::session_ended) code = Code::idempotency_key_reused;
            if (code && !refused) refused = code;
            if (outcomes_[i].is_replay) ++replays;
        }
        if (!refused && replays > 0 && replays < end - first) {
            refused = Code::idempotency_key_reused;
        }
        if (refused) {
            for (auto i = first; i < end; ++i) {
                outcomes_[i] = {};
                outcomes_[i].code = *refused;
            }
        } else if (replays == 0) {
            auto const before = world_;
            auto at = first;
            while (at < end && (outcomes_[at].code = status(at)) == Code::posted) post(at++);
            if (at == end) return;
            world_ = before;
            for (auto i = first; i < end; ++i) {
                if (i != at) outcomes_[i].code = Code::linked_transfer_refused;
            }
        }
        for (auto i = first; i < end; ++i) tell(i);
    }

    // Marks replays in passing.
    std::optional<Code> not_kept(std::size_t i) {
        auto const& order = orders_[i];
        auto const& authority = batch_.authorities[i];
        if (!authority.is_live) return Code::session_ended;
        if (auto const known = batch_.known.find(order.idempotency_id);
            known != batch_.known.end()) {
            if (known->second.request_digest != order.request_digest) {
                return Code::idempotency_key_reused;
            }
            outcomes_[i].is_replay = true;
            outcomes_[i].code = known->second.answer.status;
            return std::nullopt;
        }
        if (auto const kept = kept_.find(order.idempotency_id); kept != kept_.end()) {
            if (orders_[kept->second].request_digest != order.request_digest) {
                return Code::idempotency_key_reused;
            }
            outcomes_[i].is_replay = true;
            outcomes_[i].replay_of = kept->second;
            outcomes_[i].code = outcomes_[kept->second].code;
            return std::nullopt;
        }
        if (auto const code = absent(i)) return code;
        return unauthorized(i);
    }

    std::optional<Code> absent(std::size_t i) const {
        auto const kind = orders_[i].kind;
        auto const facts = look(i);
        auto const needs_origin = kind == TransferKind::capture || kind == TransferKind::release ||
                                  kind == TransferKind::reversal;
        if (needs_origin && facts.origin == nullptr) return Code::origin_not_found;
        if (facts.debit == nullptr && kind == TransferKind::deposit) return Code::unknown_currency;
        if (facts.debit == nullptr) return Code::debit_account_not_found;
        if (facts.credit == nullptr && kind == TransferKind::withdrawal) {
            return Code::unknown_currency;
        }
        if (facts.credit == nullptr) return Code::credit_account_not_found;
        return std::nullopt;
    }

    std::optional<Code> unauthorized(std::size_t i) const {
        auto const facts = look(i);
        auto const& who = batch_.authorities[i];
        auto const is_staff = who.role == api::Role::teller || who.role == api::Role::admin;
        if (facts.kind == TransferKind::reversal) {
            if (is_staff) return std::nullopt;
            return Code::permission_denied;
        }
        auto const moves_cash = facts.is({TransferKind::deposit, TransferKind::withdrawal});
        if (moves_cash && !who.may_move_cash) return Code::cash_by_staff_only;
        auto const is_kind = [](LockedAccount const* account, bool is_cash) {
            return account->kind == (is_cash ? AccountKind::cash : AccountKind::customer);
        };
        if (!is_kind(facts.debit, facts.kind == TransferKind::deposit) ||
            !is_kind(facts.credit, facts.kind == TransferKind::withdrawal)) {
            return Code::permission_denied;
        }
        auto const* const side =
            facts.is({TransferKind::deposit, TransferKind::capture, TransferKind::release})
                ? facts.credit
                : facts.debit;
        auto const is_own = who.role == api::Role::customer && side->user_id == who.user_id;
        if (!is_staff && !is_own) {
            auto const settles = facts.is({TransferKind::capture, TransferKind::release});
            return settles && who.role == api::Role::customer ? Code::origin_not_found
                                                              : Code::permission_denied;
        }
        auto const needs_pin = !facts.is({TransferKind::capture, TransferKind::release});
        if (needs_pin && !who.has_pin_authorization) return Code::pin_required;
        return std::nullopt;
    }

    // Null if there is none.
    Facts look(std::size_t i) const {
        auto const& order = orders_[i];
        auto const& authority = batch_.authorities[i];
        Facts facts;
        facts.kind = order.kind;
        facts.amount = order.amount.amount;
        facts.currency = order.amount.currency;
        facts.role = authority.role_limits;
        auto debit = order.debit_account;
        auto credit = order.credit_account;
        if (order.kind == TransferKind::deposit) debit = authority.cash_account;
        if (order.kind == TransferKind::withdrawal) credit = authority.cash_account;
        if (facts.is({TransferKind::capture, TransferKind::release, TransferKind::reversal})) {
            debit = credit = AccountId{};
            auto const found = batch_.origins.find(order.origin);
            auto const is_hold = found != batch_.origins.end() &&
                                 found->second.kind == TransferKind::hold &&
                                 found->second.status == Code::posted;
            if (found != batch_.origins.end() &&
                (is_hold || order.kind == TransferKind::reversal)) {
                facts.origin = &found->second;
                facts.is_settled = world_.settled.contains(order.origin.value);
                debit = facts.origin->debit_account;
                credit = facts.origin->credit_account;
                if (order.kind == TransferKind::reversal) std::swap(debit, credit);
                if (facts.amount == 0) {
                    facts.amount = facts.origin->amount.amount;
                    facts.currency = facts.origin->amount.currency;
                }
            }
        }
        if (batch_.accounts.contains(debit)) {
            facts.debit = &batch_.accounts.at(debit);
            facts.debit_now = world_.accounts.at(debit.value);
        }
        if (batch_.accounts.contains(credit)) {
            facts.credit = &batch_.accounts.at(credit);
            facts.credit_now = world_.accounts.at(credit.value);
        }
        return facts;
    }

    Code status(std::size_t i) const {
        auto const facts = look(i);
        for (auto const& rule : rules()) {
            if (rule.refuses(facts)) return rule.refusal;
        }
        return Code::posted;
    }

    void post(std::size_t i) {
        auto const facts = look(i);
        auto& debit = world_.accounts.at(facts.debit->id.value);
        auto& credit = world_.accounts.at(facts.credit->id.value);
        if (!facts.is({TransferKind::hold, TransferKind::release})) {
            debit.balance -= facts.amount;
            credit.balance += facts.amount;
        }
        if (facts.kind == TransferKind::hold) debit.held += facts.amount;
        if (facts.is({TransferKind::capture, TransferKind::release})) {
            debit.held -= facts.origin->amount.amount;
        }
        if (facts.origin != nullptr) world_.settled.insert(orders_[i].origin.value);
        if (facts.is({TransferKind::deposit, TransferKind::withdrawal, TransferKind::transfer,
                      TransferKind::hold})) {
            debit.today += facts.amount;
            debit.this_week += facts.amount;
            debit.this_month += facts.amount;
        }
        tell(i);
    }

    void tell(std::size_t i) {
        auto const facts = look(i);
        auto& outcome = outcomes_[i];
        outcome.amount = {static_cast<std::int64_t>(facts.amount), facts.currency};
        if (facts.debit != nullptr) outcome.debit_account = facts.debit->id.value;
        if (facts.credit != nullptr) outcome.credit_account = facts.credit->id.value;
        outcome.debit_balance = facts.debit_now.balance;
        outcome.debit_held = facts.debit_now.held;
        outcome.credit_balance = facts.credit_now.balance;
        auto const is_credit =
            facts.is({TransferKind::deposit, TransferKind::capture, TransferKind::release});
        auto const* const side = is_credit ? facts.credit : facts.debit;
        auto const& now = is_credit ? facts.credit_now : facts.debit_now;
        if (side == nullptr) return;
        auto const available =
            now.balance - now.held + side->overdraft_limit.value_or(0) - side->minimum_balance;
        outcome.available = std::max(int64_min, std::min(int64_max, available));
    }

    std::span<TransferOrder const> orders_;
    LockedBatch const& batch_;
    World world_;
    std::map<Uuid, std::size_t> kept_;
    std::vector<Outcome> outcomes_;
};

// The difference, for people; empty if the engine and the model agree.
inline std::optional<std::string> difference(Outcome const& model, ledger::Decision const& engine) {
    if (model.code != engine.code) {
        return "the model says " + std::string(word(model.code)) + ", the engine " +
               std::string(word(engine.code));
    }
    if (model.is_replay != engine.is_replay || model.replay_of != engine.replay_of) {
        return "a replay";
    }
    if (model.debit_account != engine.debit_account.value) return "the account to debit";
    if (model.credit_account != engine.credit_account.value) return "the account to credit";
    if (model.amount != engine.amount) return "the amount";
    if (model.debit_balance != engine.debit_balance) return "the balance of the debit account";
    if (model.credit_balance != engine.credit_balance) return "the balance of the credit account";
    if (model.debit_held != engine.debit_held) return "what is held";
    if (model.available != engine.available) return "what is available";
    return std::nullopt;
}

}  // namespace bank::test::ledger_model
