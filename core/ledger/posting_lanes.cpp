#include "core/ledger/posting_lanes.hpp"

#include <atomic>
#include <condition_variable>
#include <deque>
#include <iterator>
#include <mutex>
#include <numeric>
#include <optional>
#include <thread>

#include "core/base/log.hpp"
#include "core/ledger/account_book.hpp"
#include "core/ledger/engine.hpp"
#include "core/ledger/invariants.hpp"

namespace bank::ledger {
namespace {

using Reply = PostingLanes::Reply;

// One caller's submission: a single order or a linked group.
struct Waiting {
    std::vector<TransferOrder> orders;
    Reply reply;
};

// The submissions of one transaction, and their orders in sequence.
struct Batch {
    struct Share {
        std::size_t first;
        std::size_t count;
        Reply reply;
    };
    std::vector<TransferOrder> orders;
    std::vector<Share> shares;

    void add(Waiting waiting) {
        shares.push_back({orders.size(), waiting.orders.size(), std::move(waiting.reply)});
        std::move(waiting.orders.begin(), waiting.orders.end(), std::back_inserter(orders));
    }
};

LockedAccount const* find_account(LockedBatch const& batch, AccountId id) {
    auto const found = batch.accounts.find(id);
    return found == batch.accounts.end() ? nullptr : &found->second;
}

std::string account_no(LockedAccount const* account) {
    return account != nullptr ? account->account_no : std::string{};
}

api::Transfer answer(TransferOrder const& order, Decision const& decision, Posted const& posted,
                     LockedBatch const& batch) {
    auto const is_credit_side = api::answers_credit_side(order.kind);
    auto const* const debit = find_account(batch, decision.debit_account);
    auto const* const credit = find_account(batch, decision.credit_account);
    auto const* const answered = is_credit_side ? credit : debit;
    api::Transfer transfer;
    transfer.id = posted.id;
    transfer.kind = order.kind;
    transfer.status = decision.code;
    transfer.debit_account_no = account_no(debit);
    transfer.credit_account_no = account_no(credit);
    transfer.origin = order.origin;
    transfer.amount = decision.amount;
    transfer.reference = order.reference;
    transfer.expires_at = posted.expires_at;
    transfer.balance = is_credit_side ? decision.credit_balance : decision.debit_balance;
    transfer.available = decision.available;
    transfer.balance_currency = answered != nullptr ? answered->currency : decision.amount.currency;
    if (decision.code == Code::posted && api::moves_money(order.kind)) {
        transfer.entry_id = is_credit_side ? credit_entry(posted.id) : debit_entry(posted.id);
    }
    transfer.created_at = posted.created_at;
    return transfer;
}

using Steady = std::chrono::steady_clock;

// When a busy lane last made progress; 0 while it is idle.
using Progress = std::atomic<Steady::rep>;

void note(Progress& progress) {
    progress = Steady::now().time_since_epoch().count();
}

// One thread's work: takes a batch through lock, decide, post and reply.
class Lane {
public:
    Lane(LaneStore& store, PostingLanes::Alarm const& alarm, PostingMeters& meters,
         Progress& progress)
        : store_(store), alarm_(alarm), meters_(meters), progress_(progress) {}

    void process(Batch& batch) {
        note(progress_);
        auto result = first_attempt(batch.orders);
        // Either nothing was stored or the outcome of the commit is unknown. In both cases the
        // idempotency ids make one retry safe, and it usually settles the outcome.
        if (!result.ok() && is_worth_repeating(result.code())) {
            auto const was_unknown = result.code() == Code::outcome_unknown;
            result = attempt(batch.orders);
            if (!result.ok() && was_unknown) result.error().code = Code::outcome_unknown;
        }
        if (!result.ok() && result.code() == Code::decision_refused) {
            refuse_or_split(batch, result.error());
            return;
        }
        for (auto& share : batch.shares) {
            share.reply(result.ok() ? collect(*result, share)
                                    : Result<std::vector<api::Transfer>>(result.error()));
        }
    }

private:
    using Answers = std::vector<Result<api::Transfer>>;

    static bool is_worth_repeating(Code code) {
        return code == Code::outcome_unknown || code == Code::overloaded;
    }

    // The answers of one share, or the first error among them.
    static Result<std::vector<api::Transfer>> collect(Answers& answers, Batch::Share const& share) {
        std::vector<api::Transfer> transfers;
        transfers.reserve(share.count);
        for (std::size_t i = share.first; i < share.first + share.count; ++i) {
            if (!answers[i].ok()) return std::move(answers[i]).error();
            transfers.push_back(std::move(answers[i]).value());
        }
        return transfers;
    }

    // Decides from the cache if it has all the data; if it turns out to be stale or wrong in any
    // way, starts over without it.
    Result<Answers> first_attempt(std::span<TransferOrder const> orders) {
        if (distrusted_ > 0) {
            --distrusted_;
            return attempt(orders);
        }
        auto recalled = book_.recall(orders);
        if (!recalled) return attempt(orders);
        if (!recalled->missing.empty()) {
            auto read = store_.read(recalled->missing);
            if (!read.ok()) return std::move(read).error();
            for (auto& account : *read) {
                recalled->batch.accounts.emplace(account.id, std::move(account));
            }
        }
        auto const decisions = decide(orders, recalled->batch);
        if (refuses_a_group(orders, decisions)) return attempt(orders);
        auto result = post_decided(orders, decisions, recalled->batch);
        if (result.ok()) {
            distrusted_next_ = 1;
            return result;
        }
        if (result.code() != Code::overloaded && result.code() != Code::decision_refused) {
            return result;
        }
        // Another daemon posts to the same accounts: back off from the cache, each time for longer.
        distrusted_ = distrusted_next_;
        distrusted_next_ = std::min(2 * distrusted_next_, distrusted_max);
        return attempt(orders);
    }

    Result<Answers> attempt(std::span<TransferOrder const> orders) {
        note(progress_);
        auto locked = store_.lock(orders);
        if (!locked.ok()) return std::move(locked).error();
        return post_decided(orders, decide(orders, *locked), *locked);
    }

    // SQL cannot re-check a refused group: the reason was seen with the preceding members applied.
    // And the cache may be stale although no account has changed: the day is over, or a role's
    // limit has changed.
    static bool refuses_a_group(std::span<TransferOrder const> orders,
                                std::span<Decision const> decisions) {
        for (std::size_t i = 0; i < orders.size(); ++i) {
            if (orders[i].group != 0 && decisions[i].code != Code::posted) return true;
        }
        return false;
    }

    Result<Answers> post_decided(std::span<TransferOrder const> orders,
                                 std::span<Decision const> decisions, LockedBatch const& batch) {
        if (auto const broken = broken_invariant(orders, decisions, batch)) {
            store_.abandon();
            return Error{Code::decision_refused, fmt::format("invariant: {}", *broken)};
        }
        auto posted = store_.post(orders, decisions, batch);
        if (!posted.ok()) return std::move(posted).error();
        meters_.batch_sizes.observe(std::uint64_t{orders.size()});
        book_.learn(orders, decisions, batch);

        Answers answers;
        answers.reserve(orders.size());
        for (std::size_t i = 0; i < orders.size(); ++i) {
            answers.push_back(one_answer(orders[i], decisions[i], (*posted)[i], batch, answers));
        }
        return answers;
    }

    Result<api::Transfer> one_answer(TransferOrder const& order, Decision const& decision,
                                     Posted const& posted, LockedBatch const& batch,
                                     Answers const& before) {
        if (decision.is_replay) {
            meters_.replays.add();
            auto replay = decision.replay_of ? before[*decision.replay_of].value()
                                             : batch.known.at(order.idempotency_id).answer;
            replay.is_replay = true;
            return replay;
        }
        meters_.transfers.at(static_cast<std::size_t>(order.kind), metrics::place_of(decision.code))
            .add();
        if (!is_transfer_status(decision.code)) return decision.code;
        return answer(order, decision, posted, batch);
    }

    // One bad order must not fail its whole batch: each is retried alone, and one that is rejected
    // even then is a bug or an attack.
    void refuse_or_split(Batch& batch, Error const& error) {
        if (batch.shares.size() == 1) {
            alarm_(batch.orders.front(), error);
            batch.shares.front().reply(Error{Code::internal_error, error.detail});
            return;
        }
        meters_.splits.add();
        log::warning("ledger", "a batch of {} was rejected and is posted one by one: {}",
                     batch.orders.size(), error.detail);
        for (auto& share : batch.shares) {
            auto const first = batch.orders.begin() + static_cast<std::ptrdiff_t>(share.first);
            auto const last = first + static_cast<std::ptrdiff_t>(share.count);
            Batch alone;
            alone.add({{std::make_move_iterator(first), std::make_move_iterator(last)},
                       std::move(share.reply)});
            process(alone);
        }
    }

    static constexpr std::size_t accounts_remembered_max = 131'072;
    static constexpr std::uint32_t distrusted_max = 64;

    LaneStore& store_;
    PostingLanes::Alarm const& alarm_;
    PostingMeters& meters_;
    Progress& progress_;
    AccountBook book_{accounts_remembered_max};
    std::uint32_t distrusted_ = 0;       // Number of coming batches that skip the cache.
    std::uint32_t distrusted_next_ = 1;  //
};

}  // namespace

struct PostingLanes::State {
    Limits limits;
    Alarm alarm;
    std::vector<std::unique_ptr<LaneStore>> stores;
    PostingMeters meters;

    std::mutex mutex;
    std::condition_variable work;
    std::deque<Waiting> waiting;  // Guarded by mutex, like the next three.
    std::size_t orders_waiting = 0;
    std::size_t lanes_idle = 0;
    bool is_stopping = false;

    std::deque<Progress> progress;  // One for each lane.
    std::vector<std::thread> threads;

    // Why no more orders are taken; `mutex` is held.
    std::optional<Code> refusal(std::size_t orders) {
        if (is_stopping) return Code::shutting_down;
        if (orders_waiting + orders <= limits.queue_max) return std::nullopt;
        meters.turned_away.add();
        return Code::overloaded;
    }

    // An empty batch means stop.
    Batch take() {
        Batch batch;
        std::unique_lock lock(mutex);
        ++lanes_idle;
        work.wait(lock, [&] { return is_stopping || !waiting.empty(); });
        --lanes_idle;
        auto const has_room = [&] {
            return batch.orders.empty() ||
                   batch.orders.size() + waiting.front().orders.size() <= limits.batch_max;
        };
        while (!waiting.empty() && has_room()) {
            orders_waiting -= waiting.front().orders.size();
            batch.add(std::move(waiting.front()));
            waiting.pop_front();
        }
        return batch;
    }

    void run(LaneStore& store, Progress& progress_of_lane) {
        Lane lane(store, alarm, meters, progress_of_lane);
        for (auto batch = take(); !batch.orders.empty(); batch = take()) {
            auto const begun = Steady::now();
            lane.process(batch);
            meters.batch_times.observe(Steady::now() - begun);
            progress_of_lane = 0;
        }
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
        auto& progress = state_->progress.emplace_back(0);
        state_->threads.emplace_back(
            [state = state_.get(), lane = store.get(), &progress] { state->run(*lane, progress); });
    }
}

PostingLanes::~PostingLanes() {
    stop();
}

void PostingLanes::submit(std::vector<TransferOrder> orders, Reply reply) {
    BANK_CHECK(!orders.empty());
    auto wakes = false;
    {
        std::unique_lock lock(state_->mutex);
        if (auto const refusal = state_->refusal(orders.size())) {
            lock.unlock();
            return reply(Error{.code = *refusal, .retry_after_s = 1});
        }
        state_->orders_waiting += orders.size();
        state_->waiting.push_back({std::move(orders), std::move(reply)});
        wakes = state_->lanes_idle > 0;
    }
    if (wakes) state_->work.notify_one();
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

std::chrono::milliseconds PostingLanes::silence() const {
    std::chrono::milliseconds longest{0};
    for (auto const& progress : state_->progress) {
        auto const at = progress.load();
        if (at == 0) continue;
        Steady::time_point const then{Steady::duration{at}};
        longest = std::max(
            longest, std::chrono::duration_cast<std::chrono::milliseconds>(Steady::now() - then));
    }
    return longest;
}

PostingLanes::Statistics PostingLanes::statistics() const {
    Statistics statistics;
    auto const& meters = state_->meters;
    for (std::size_t kind = 0; kind < metrics::kinds_count; ++kind) {
        for (std::size_t outcome = 0; outcome < metrics::outcomes_count; ++outcome) {
            auto const is_posted = outcome == metrics::place_of(Code::posted);
            auto& sum = is_posted ? statistics.posted : statistics.refused;
            sum += meters.transfers.at(kind, outcome).value();
        }
    }
    auto const sizes = meters.batch_sizes.values();
    statistics.batches = std::accumulate(sizes.begin(), std::prev(sizes.end()), std::uint64_t{0});
    statistics.queue_limit = state_->limits.queue_max;
    statistics.lanes = state_->progress.size();
    for (auto const& progress : state_->progress) statistics.lanes_busy += progress == 0 ? 0U : 1U;
    std::lock_guard const lock(state_->mutex);
    statistics.queue_depth = state_->orders_waiting;
    return statistics;
}

PostingMeters const& PostingLanes::meters() const noexcept {
    return state_->meters;
}

}  // namespace bank::ledger
