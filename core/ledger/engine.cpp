#include "core/ledger/engine.hpp"

#include <cstring>

#include "core/base/check.hpp"
#include "core/ledger/posting_rules.hpp"
#include "core/ledger/working_batch.hpp"

namespace bank::ledger {
namespace {

bool is_well_formed(TransferOrder const& order) {
    auto const& facts = api::facts(order.kind);
    if (!facts.is_requested) return false;
    auto const amount = order.amount.amount;
    if (facts.amount == api::KindAmount::none) return amount == 0;
    return amount > 0 || (amount == 0 && facts.amount == api::KindAmount::optional);
}

std::uint64_t hash_of(Uuid const& id) {
    std::uint64_t halves[2];
    static_assert(sizeof halves == sizeof id.bytes);
    std::memcpy(halves, id.bytes.data(), sizeof halves);
    // The first half may be a timestamp shared by a whole batch.
    return halves[0] * 31 + halves[1];
}

class Deciding {
public:
    Deciding(std::span<TransferOrder const> orders, LockedBatch const& batch)
        : orders_(orders), batch_(batch), working_(batch), decisions_(orders.size()) {
        same_id_before_.reserve(orders.size());
        IndexTable ids(orders.size());
        for (std::uint32_t i = 0; i < orders.size(); ++i) {
            BANK_CHECK(is_well_formed(orders[i]));
            auto const& id = orders[i].idempotency_id;
            same_id_before_.push_back(ids.put(hash_of(id), i, [&](std::uint32_t earlier) {
                return orders[earlier].idempotency_id == id;
            }));
        }
    }

    std::vector<Decision> run() && {
        for (std::size_t first = 0; first < orders_.size(); first = end_) decide_group(first);
        return std::move(decisions_);
    }

private:
    // An order without a group is a group of one.
    void decide_group(std::size_t first) {
        auto const group = orders_[first].group;
        first_ = first;
        end_ = first + 1;
        while (group != 0 && end_ < orders_.size() && orders_[end_].group == group) ++end_;

        prepared_.clear();
        for (auto i = first_; i < end_; ++i) {
            prepared_.push_back(working_.prepare(orders_[i], batch_.authorities[i]));
        }
        auto const replays = count_replays();
        auto refused = not_kept();
        // The group was sent before with different members.
        if (!refused && replays != 0 && replays != prepared_.size()) {
            refused = Code::idempotency_key_reused;
        }
        if (refused) return refuse_all(*refused);
        if (replays == 0) return post_group();
        for (auto i = first_; i < end_; ++i) state(i);
    }

    // Finds the orders that were decided before; their Decisions are complete except for the
    // balances.
    std::size_t count_replays() {
        std::size_t count = 0;
        for (auto i = first_; i < end_; ++i) {
            if (batch_.authorities[i].is_live && replays(i)) ++count;
        }
        return count;
    }

    // Whether an earlier request with this id was the same. If it was a different one, sets the
    // Decision to idempotency_key_reused.
    bool replays(std::size_t index) {
        auto const& order = orders_[index];
        auto& decision = decisions_[index];
        if (!batch_.known.empty()) {
            auto const known = batch_.known.find(order.idempotency_id);
            if (known != batch_.known.end()) {
                decision.is_replay = known->second.request_digest == order.request_digest;
                decision.code =
                    decision.is_replay ? known->second.answer.status : Code::idempotency_key_reused;
                return decision.is_replay;
            }
        }
        auto const earlier = kept_before(index);
        if (earlier == IndexTable::none) return false;
        decision.code = Code::idempotency_key_reused;
        // A group cannot replay its own members.
        if (earlier >= first_ || orders_[earlier].request_digest != order.request_digest) {
            return false;
        }
        decision.is_replay = true;
        decision.replay_of = earlier;
        decision.code = decisions_[earlier].code;
        return true;
    }

    // The earlier order of the same id that this batch will store, or that is in the same group.
    std::uint32_t kept_before(std::size_t index) const {
        for (auto i = same_id_before_[index]; i != IndexTable::none; i = same_id_before_[i]) {
            if (i >= first_) return i;
            if (is_transfer_status(decisions_[i].code) && !decisions_[i].is_replay) return i;
        }
        return IndexTable::none;
    }

    // The group's first code that is not stored.
    std::optional<Code> not_kept() const {
        for (auto i = first_; i < end_; ++i) {
            if (!batch_.authorities[i].is_live) return Code::session_ended;
            if (decisions_[i].code == Code::idempotency_key_reused) return decisions_[i].code;
            if (decisions_[i].is_replay) continue;
            if (auto const code = missing_or_forbidden(prepared_[i - first_])) return code;
        }
        return std::nullopt;
    }

    void refuse_all(Code code) {
        for (auto i = first_; i < end_; ++i) {
            decisions_[i].code = code;
            decisions_[i].is_replay = false;
            decisions_[i].replay_of.reset();
            state(i);
        }
    }

    void post_group() {
        auto const is_linked = end_ - first_ > 1;
        for (auto i = first_; i < end_; ++i) {
            auto const& prepared = prepared_[i - first_];
            auto const code = decide(prepared);
            if (code != Code::posted) {
                working_.restore();
                refuse_all(Code::linked_transfer_refused);
                decisions_[i].code = code;
                return;
            }
            if (is_linked) working_.keep(prepared);
            apply(prepared);
            decisions_[i].code = Code::posted;
            state(i);
        }
        working_.forget();
    }

    // Records the current data of the order's accounts in its Decision.
    void state(std::size_t index) {
        auto const& prepared = prepared_[index - first_];
        auto& decision = decisions_[index];
        decision.amount = prepared.amount;
        if (prepared.debit != nullptr) {
            decision.debit_account = prepared.debit->account->id;
            decision.debit_balance = prepared.debit->balance;
            decision.debit_held = prepared.debit->held;
        }
        if (prepared.credit != nullptr) {
            decision.credit_account = prepared.credit->account->id;
            decision.credit_balance = prepared.credit->balance;
        }
        auto const* const answered =
            api::answers_credit_side(prepared.order->kind) ? prepared.credit : prepared.debit;
        if (answered != nullptr) decision.available = available(*answered);
    }

    std::span<TransferOrder const> orders_;
    LockedBatch const& batch_;
    WorkingBatch working_;
    std::vector<Decision> decisions_;
    std::vector<std::uint32_t> same_id_before_;  // Per order: the previous one with its id.

    // The current group.
    std::size_t first_ = 0;
    std::size_t end_ = 0;
    std::vector<PreparedOrder> prepared_;
};

}  // namespace

std::vector<Decision> decide(std::span<TransferOrder const> orders, LockedBatch const& batch) {
    BANK_CHECK(batch.authorities.size() == orders.size());
    return Deciding(orders, batch).run();
}

}  // namespace bank::ledger
