#include "core/ledger/posting_lanes.hpp"

#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "core/base/log.hpp"
#include "core/ledger/engine.hpp"
#include "core/ledger/invariants.hpp"

namespace bank::ledger {
namespace {

using Reply = PostingLanes::Reply;

struct Batch {
    std::vector<TransferOrder> orders;
    std::vector<Reply> replies;
};

struct Counters {
    std::atomic<std::uint64_t> posted{0};
    std::atomic<std::uint64_t> refused{0};
    std::atomic<std::uint64_t> batches{0};
};

std::int64_t available(LockedBatch const& batch, AccountId id, std::int64_t balance) {
    auto const found = batch.accounts.find(id);
    if (found == batch.accounts.end()) return balance;
    return balance + found->second.overdraft_limit.value_or(0);
}

api::Transfer answer(TransferOrder const& order, Decision const& decision, Posted const& posted,
                     LockedBatch const& batch) {
    auto const is_deposit = order.kind == api::TransferKind::deposit;
    api::Transfer transfer;
    transfer.id = posted.id;
    transfer.kind = order.kind;
    transfer.status = decision.code;
    transfer.debit_account_no = posted.debit_account_no;
    transfer.credit_account_no = posted.credit_account_no;
    transfer.amount = order.amount;
    transfer.reference = order.reference;
    transfer.balance = is_deposit ? decision.credit_balance : decision.debit_balance;
    transfer.available = available(
        batch, is_deposit ? decision.credit_account : decision.debit_account, transfer.balance);
    transfer.entry_id = is_deposit ? posted.credit_entry : posted.debit_entry;
    transfer.created_at = posted.created_at;
    return transfer;
}

// One thread's work: takes a batch through lock, decide, post and reply.
class Lane {
public:
    Lane(LaneStore& store, PostingLanes::Alarm const& alarm, Counters& counters)
        : store_(store), alarm_(alarm), counters_(counters) {}

    void process(Batch& batch) {
        auto result = attempt(batch.orders);
        // Nothing is known to be kept, or the commit's fate is unknown: either way the
        // idempotency ids make one more attempt safe, and it mostly settles the question.
        if (!result.ok() && is_worth_repeating(result.code())) {
            auto const was_unknown = result.code() == Code::outcome_unknown;
            result = attempt(batch.orders);
            if (!result.ok() && was_unknown) result.error().code = Code::outcome_unknown;
        }
        if (!result.ok() && result.code() == Code::decision_refused) {
            refuse_or_split(batch, result.error());
            return;
        }
        for (std::size_t i = 0; i < batch.replies.size(); ++i) {
            if (result.ok()) {
                batch.replies[i](std::move((*result)[i]));
            } else {
                batch.replies[i](result.error());
            }
        }
    }

private:
    using Answers = std::vector<Result<api::Transfer>>;

    static bool is_worth_repeating(Code code) {
        return code == Code::outcome_unknown || code == Code::overloaded;
    }

    Result<Answers> attempt(std::span<TransferOrder const> orders) {
        auto locked = store_.lock(orders);
        if (!locked.ok()) return std::move(locked).error();
        auto const decisions = decide(orders, *locked);
        if (auto const broken = broken_invariant(orders, decisions, *locked)) {
            store_.abandon();
            return Error{Code::decision_refused, fmt::format("invariant: {}", *broken)};
        }
        auto posted = store_.post(orders, decisions);
        if (!posted.ok()) return std::move(posted).error();
        counters_.batches.fetch_add(1, std::memory_order_relaxed);

        Answers answers;
        answers.reserve(orders.size());
        for (std::size_t i = 0; i < orders.size(); ++i) {
            answers.push_back(one_answer(orders[i], decisions[i], (*posted)[i], *locked, answers));
        }
        return answers;
    }

    Result<api::Transfer> one_answer(TransferOrder const& order, Decision const& decision,
                                     Posted const& posted, LockedBatch const& batch,
                                     Answers const& before) {
        if (decision.is_replay) {
            auto replay = decision.replay_of ? before[*decision.replay_of].value()
                                             : batch.known.at(order.idempotency_id).answer;
            replay.is_replay = true;
            return replay;
        }
        auto& counter = decision.code == Code::posted ? counters_.posted : counters_.refused;
        counter.fetch_add(1, std::memory_order_relaxed);
        if (!is_transfer_status(decision.code)) return decision.code;
        return answer(order, decision, posted, batch);
    }

    // One bad order must not take its neighbours down: each is tried alone, and one that is
    // refused even then is a bug or an attack.
    void refuse_or_split(Batch& batch, Error const& error) {
        if (batch.orders.size() == 1) {
            alarm_(batch.orders.front(), error);
            batch.replies.front()(Error{Code::internal_error, error.detail});
            return;
        }
        log::warning("ledger", "a batch of {} was refused and is posted one by one: {}",
                     batch.orders.size(), error.detail);
        for (std::size_t i = 0; i < batch.orders.size(); ++i) {
            Batch alone;
            alone.orders.push_back(std::move(batch.orders[i]));
            alone.replies.push_back(std::move(batch.replies[i]));
            process(alone);
        }
    }

    LaneStore& store_;
    PostingLanes::Alarm const& alarm_;
    Counters& counters_;
};

}  // namespace

struct PostingLanes::State {
    Limits limits;
    Alarm alarm;
    std::vector<std::unique_ptr<LaneStore>> stores;
    Counters counters;

    std::mutex mutex;
    std::condition_variable work;
    std::deque<TransferOrder> orders;  // Guarded by mutex, as the next two.
    std::deque<Reply> replies;
    bool is_stopping = false;

    std::vector<std::thread> threads;

    // An empty batch means: stop.
    Batch take() {
        Batch batch;
        std::unique_lock lock(mutex);
        work.wait(lock, [&] { return is_stopping || !orders.empty(); });
        auto const count = std::min(orders.size(), limits.batch_max);
        batch.orders.reserve(count);
        batch.replies.reserve(count);
        for (std::size_t i = 0; i < count; ++i) {
            batch.orders.push_back(std::move(orders.front()));
            batch.replies.push_back(std::move(replies.front()));
            orders.pop_front();
            replies.pop_front();
        }
        return batch;
    }

    void run(LaneStore& store) {
        Lane lane(store, alarm, counters);
        for (auto batch = take(); !batch.orders.empty(); batch = take()) lane.process(batch);
    }
};

PostingLanes::PostingLanes(std::vector<std::unique_ptr<LaneStore>> stores, Limits limits,
                           Alarm alarm)
    : state_(std::make_unique<State>()) {
    BANK_CHECK(!stores.empty() && limits.batch_max > 0);
    state_->limits = limits;
    state_->alarm = std::move(alarm);
    state_->stores = std::move(stores);
    for (auto& store : state_->stores) {
        state_->threads.emplace_back(
            [state = state_.get(), lane = store.get()] { state->run(*lane); });
    }
}

PostingLanes::~PostingLanes() {
    stop();
}

Status PostingLanes::submit(TransferOrder order, Reply reply) {
    {
        std::lock_guard const lock(state_->mutex);
        if (state_->is_stopping) return Error{.code = Code::shutting_down, .retry_after_s = 1};
        if (state_->orders.size() >= state_->limits.queue_max) {
            return Error{.code = Code::overloaded, .retry_after_s = 1};
        }
        state_->orders.push_back(std::move(order));
        state_->replies.push_back(std::move(reply));
    }
    state_->work.notify_one();
    return Done{};
}

void PostingLanes::stop() {
    {
        std::lock_guard const lock(state_->mutex);
        state_->is_stopping = true;
    }
    state_->work.notify_all();
    for (auto& thread : state_->threads) thread.join();
    state_->threads.clear();
}

PostingLanes::Statistics PostingLanes::statistics() const {
    std::lock_guard const lock(state_->mutex);
    return {state_->counters.posted, state_->counters.refused, state_->counters.batches,
            state_->orders.size()};
}

}  // namespace bank::ledger
