#include <gtest/gtest.h>

#include <atomic>
#include <deque>
#include <future>
#include <latch>
#include <mutex>
#include <thread>
#include <utility>

#include "core/ledger/posting_lanes.hpp"

namespace bank::ledger {
namespace {

using namespace std::chrono_literals;

money::Currency const eur{{'E', 'U', 'R'}};
constexpr AccountId from{1};
constexpr AccountId to{2};

// Balances in memory, and faults on demand. For one lane at a time.
struct Script {
    std::mutex mutex;
    std::int64_t balance = 1'000'000;
    std::unordered_map<Uuid, KnownTransfer> kept;
    std::vector<std::size_t> batch_sizes;
    std::deque<Code> lock_faults;
    std::deque<Code> post_faults;           // Nothing is committed.
    bool keeps_before_post_fault = false;   // Except for this: a commit whose answer is lost.
    std::optional<std::int64_t> poisonous;  // An amount that SQL rejects.
    std::shared_future<void> gate;          // While it is closed, lock() waits.
    std::optional<Code> stale;              // The answer of post() without a lock() before it.
    std::string trace;                      // L: locked; M: posted from memory.
};

class ScriptedStore final : public LaneStore {
public:
    explicit ScriptedStore(Script& script) : script_(script) {}

    Result<LockedBatch> lock(std::span<TransferOrder const> orders) override {
        if (script_.gate.valid()) script_.gate.wait();
        std::lock_guard const lock(script_.mutex);
        script_.trace += 'L';
        if (!script_.lock_faults.empty()) return fault(script_.lock_faults);
        is_locked_ = true;
        LockedBatch batch;
        for (auto const id : {from, to}) {
            LockedAccount account;
            account.id = id;
            account.currency = eur;
            account.balance = id == from ? script_.balance : 0;
            account.overdraft_limit = 0;
            batch.accounts[id] = account;
        }
        OrderAuthority authority;
        authority.is_live = true;
        authority.role = api::Role::teller;
        authority.has_pin_authorization = true;
        batch.authorities.assign(orders.size(), authority);
        batch.known = script_.kept;
        return batch;
    }

    Result<std::vector<LockedAccount>> read(std::span<AccountId const>) override {
        return std::vector<LockedAccount>{};
    }

    Result<std::vector<Posted>> post(std::span<TransferOrder const> orders,
                                     std::span<Decision const> decisions,
                                     LockedBatch const&) override {
        std::lock_guard const lock(script_.mutex);
        script_.batch_sizes.push_back(orders.size());
        if (!std::exchange(is_locked_, false)) {
            script_.trace += 'M';
            if (script_.stale) return *script_.stale;
        }
        for (auto const& order : orders) {
            if (order.amount.amount == script_.poisonous) return Code::decision_refused;
        }
        if (!script_.post_faults.empty() && !script_.keeps_before_post_fault) {
            return fault(script_.post_faults);
        }
        std::vector<Posted> posted(orders.size());
        for (std::size_t i = 0; i < orders.size(); ++i) {
            if (decisions[i].is_replay || !is_transfer_status(decisions[i].code)) continue;
            posted[i].id = TransferId{static_cast<std::int64_t>(script_.kept.size()) + 1};
            if (decisions[i].code == Code::posted) script_.balance -= orders[i].amount.amount;
            api::Transfer answer;
            answer.id = posted[i].id;
            answer.status = decisions[i].code;
            script_.kept[orders[i].idempotency_id] = {orders[i].request_digest, answer};
        }
        if (!script_.post_faults.empty()) return fault(script_.post_faults);
        return posted;
    }

    void abandon() noexcept override { is_locked_ = false; }

private:
    static Error fault(std::deque<Code>& faults) {
        auto const code = faults.front();
        faults.pop_front();
        return {.code = code};
    }
    Script& script_;
    bool is_locked_ = false;
};

class Lanes : public testing::Test {
protected:
    void open(std::size_t queue_max = 100, std::size_t batch_max = 100) {
        std::vector<std::unique_ptr<LaneStore>> stores;
        stores.push_back(std::make_unique<ScriptedStore>(script_));
        lanes_ = std::make_unique<PostingLanes>(
            std::move(stores), PostingLanes::Limits{queue_max, batch_max},
            [this](TransferOrder const&, Error const&) { ++alarms_; });
    }

    static TransferOrder order(std::int64_t amount, std::uint8_t key) {
        TransferOrder made;
        made.acting.role = api::Role::teller;
        made.debit_account = from;
        made.credit_account = to;
        made.amount = {amount, eur};
        made.idempotency_id.bytes[0] = key;
        return made;
    }

    using Group = Result<std::vector<api::Transfer>>;

    std::future<Result<api::Transfer>> submit(std::int64_t amount, std::uint8_t key) {
        auto promise = std::make_shared<std::promise<Result<api::Transfer>>>();
        auto future = promise->get_future();
        lanes_->submit({order(amount, key)}, [promise](Group result) {
            result.ok() ? promise->set_value(std::move(result->front()))
                        : promise->set_value(std::move(result).error());
        });
        return future;
    }

    // Amounts from one account to the other.
    std::future<Group> submit_linked(std::vector<std::int64_t> const& amounts, std::uint8_t key) {
        static std::uint64_t group = 0;
        ++group;
        std::vector<TransferOrder> orders;
        for (auto const amount : amounts) {
            orders.push_back(order(amount, key));
            orders.back().idempotency_id.bytes[1] = static_cast<std::uint8_t>(orders.size());
            orders.back().group = group;
        }
        auto promise = std::make_shared<std::promise<Group>>();
        auto future = promise->get_future();
        lanes_->submit(std::move(orders),
                       [promise](Group result) { promise->set_value(std::move(result)); });
        return future;
    }

    Script script_;
    std::atomic<int> alarms_{0};
    std::unique_ptr<PostingLanes> lanes_;
};

TEST_F(Lanes, AnswerWithTheStatusAndTheBalanceAfter) {
    open();
    auto const answer = submit(400, 1).get();
    ASSERT_TRUE(answer.ok());
    EXPECT_EQ(answer->status, Code::posted);
    EXPECT_EQ(answer->balance, 999'600);
    EXPECT_EQ(script_.balance, 999'600);
}

TEST_F(Lanes, TakeAllThatWaitsInOneBatchUpToTheBound) {
    std::promise<void> gate;
    script_.gate = gate.get_future().share();
    open(100, 4);
    std::vector<std::future<Result<api::Transfer>>> answers;
    answers.push_back(submit(1, 1));
    while (lanes_->statistics().queue_depth > 0) std::this_thread::yield();
    for (std::uint8_t key = 2; key <= 7; ++key) answers.push_back(submit(1, key));
    gate.set_value();
    for (auto& answer : answers) EXPECT_TRUE(answer.get().ok());
    lanes_->stop();
    EXPECT_EQ(script_.batch_sizes, (std::vector<std::size_t>{1, 4, 2}));
}

TEST_F(Lanes, RefuseBeyondTheBoundAndKeepNothingOfIt) {
    std::promise<void> gate;
    script_.gate = gate.get_future().share();
    open(2, 1);
    auto running = submit(1, 1);
    while (lanes_->statistics().queue_depth > 0) std::this_thread::yield();
    auto first = submit(1, 2);
    auto second = submit(1, 3);
    auto const refused = submit(1, 4).get();
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.code(), Code::overloaded);
    EXPECT_GT(refused.error().retry_after_s, 0U);
    gate.set_value();
    EXPECT_TRUE(running.get().ok() && first.get().ok() && second.get().ok());
    EXPECT_EQ(script_.balance, 999'997);
}

TEST_F(Lanes, PostWhatWaitsBeforeTheyStopAndRefuseWhatComesAfter) {
    std::promise<void> gate;
    script_.gate = gate.get_future().share();
    open();
    auto waiting = submit(1, 1);
    gate.set_value();
    lanes_->stop();
    EXPECT_TRUE(waiting.get().ok());
    EXPECT_EQ(submit(1, 2).get().code(), Code::shutting_down);
    EXPECT_EQ(script_.balance, 999'999);
}

TEST_F(Lanes, SettleALostCommitByTheIdempotencyIdAndMoveNothingTwice) {
    script_.post_faults = {Code::outcome_unknown};
    script_.keeps_before_post_fault = true;
    open();
    auto const answer = submit(400, 1).get();
    ASSERT_TRUE(answer.ok());
    EXPECT_EQ(answer->status, Code::posted);
    EXPECT_TRUE(answer->is_replay);
    EXPECT_EQ(script_.balance, 999'600);
}

TEST_F(Lanes, SayOutcomeUnknownIfTheDatabaseStaysAwayAfterALostCommit) {
    script_.post_faults = {Code::outcome_unknown, Code::storage_unavailable};
    open();
    EXPECT_EQ(submit(400, 1).get().code(), Code::outcome_unknown);
    EXPECT_EQ(script_.balance, 1'000'000);
}

TEST_F(Lanes, PassOnThatTheDatabaseIsAway) {
    script_.lock_faults = {Code::storage_unavailable};
    open();
    EXPECT_EQ(submit(400, 1).get().code(), Code::storage_unavailable);
    EXPECT_EQ(script_.balance, 1'000'000);
    EXPECT_TRUE(submit(400, 1).get().ok());
}

TEST_F(Lanes, TryAgainOnceAfterADeadlock) {
    script_.lock_faults = {Code::overloaded};
    open();
    EXPECT_TRUE(submit(400, 1).get().ok());
    EXPECT_EQ(script_.balance, 999'600);
}

TEST_F(Lanes, KeepABadOrderFromTakingItsNeighboursDownAndRaiseOneAlarm) {
    std::promise<void> gate;
    script_.gate = gate.get_future().share();
    script_.poisonous = 13;
    open();
    auto blocker = submit(1, 1);
    while (lanes_->statistics().queue_depth > 0) std::this_thread::yield();
    auto good = submit(10, 2);
    auto bad = submit(13, 3);
    auto better = submit(20, 4);
    gate.set_value();
    EXPECT_TRUE(blocker.get().ok());
    EXPECT_TRUE(good.get().ok());
    EXPECT_EQ(bad.get().code(), Code::internal_error);
    EXPECT_TRUE(better.get().ok());
    EXPECT_EQ(alarms_, 1);
    EXPECT_EQ(script_.balance, 1'000'000 - 31);
}

TEST_F(Lanes, AnswerEveryOneOfManyThreads) {
    open(100'000, 64);
    constexpr int threads = 8;
    constexpr int each = 500;
    std::atomic<int> answered{0};
    std::latch done(threads * each);
    std::vector<std::jthread> clients;
    for (int t = 0; t < threads; ++t) {
        clients.emplace_back([&, t] {
            for (int i = 0; i < each; ++i) {
                auto one = order(1, static_cast<std::uint8_t>(t + 1));
                one.idempotency_id.bytes[1] = static_cast<std::uint8_t>(i);
                one.idempotency_id.bytes[2] = static_cast<std::uint8_t>(i >> 8);
                lanes_->submit({std::move(one)}, [&](Group result) {
                    answered += result.ok() ? 1 : 0;
                    done.count_down();
                });
            }
        });
    }
    done.wait();
    EXPECT_EQ(answered, threads * each);
    EXPECT_EQ(script_.balance, 1'000'000 - threads * each);
    EXPECT_EQ(lanes_->statistics().posted, static_cast<std::uint64_t>(threads * each));
}

TEST_F(Lanes, LookOnceAndThenDecideByWhatTheyRemember) {
    open();
    for (std::uint8_t key = 1; key <= 4; ++key) {
        auto const answer = submit(100, key).get();
        ASSERT_TRUE(answer.ok());
        EXPECT_EQ(answer->balance, 1'000'000 - 100 * key);
    }
    EXPECT_EQ(script_.trace, "LMMM");
}

class StaleMemory : public Lanes, public testing::WithParamInterface<Code> {};

INSTANTIATE_TEST_SUITE_P(Lanes, StaleMemory,
                         testing::Values(Code::overloaded, Code::decision_refused),
                         [](auto const& row) { return std::string{word(row.param)}; });

TEST_P(StaleMemory, IsReplacedByOneLookAndRaisesNoAlarm) {
    open();
    ASSERT_TRUE(submit(100, 1).get().ok());
    script_.balance = 500;  // As another lane left it.
    script_.stale = GetParam();
    auto const answer = submit(100, 2).get();
    ASSERT_TRUE(answer.ok());
    EXPECT_EQ(answer->status, Code::posted);
    EXPECT_EQ(answer->balance, 400);
    EXPECT_EQ(script_.trace, "LML");
    EXPECT_EQ(alarms_, 0);
}

TEST_P(StaleMemory, IsDistrustedLongerEachTimeAndTrustedAgainAtLast) {
    open();
    std::uint8_t key = 0;
    auto const post = [&](int count) {
        script_.trace.clear();
        for (int i = 0; i < count; ++i) EXPECT_TRUE(submit(1, ++key).get().ok());
        return script_.trace;
    };
    EXPECT_EQ(post(1), "L");
    script_.stale = GetParam();
    EXPECT_EQ(post(2), "MLL");
    EXPECT_EQ(post(3), "MLLL");
    EXPECT_EQ(post(5), "MLLLLL");
    script_.stale.reset();
    EXPECT_EQ(post(3), "MMM");
    script_.stale = GetParam();
    EXPECT_EQ(post(2), "MLL");
    EXPECT_EQ(alarms_, 0);
}

TEST_F(Lanes, AnswerAGroupInOnePiece) {
    open();
    auto const answer = submit_linked({100, 200, 300}, 1).get();
    ASSERT_TRUE(answer.ok());
    ASSERT_EQ(answer->size(), 3U);
    EXPECT_EQ((*answer)[0].balance, 999'900);
    EXPECT_EQ((*answer)[2].balance, 999'400);
    EXPECT_EQ(script_.balance, 999'400);
}

TEST_F(Lanes, LookBeforeTheyRefuseAGroup) {
    open();
    ASSERT_TRUE(submit(1, 1).get().ok());
    auto const refused = submit_linked({100, 5'000'000}, 2).get();
    ASSERT_TRUE(refused.ok());
    EXPECT_EQ((*refused)[0].status, Code::linked_transfer_refused);
    EXPECT_EQ((*refused)[1].status, Code::insufficient_funds);
    EXPECT_EQ(script_.trace, "LL");
    EXPECT_EQ(script_.balance, 999'999);
    ASSERT_TRUE(submit_linked({100, 200}, 3).get().ok());
    EXPECT_EQ(script_.trace, "LLM");
}

TEST_F(Lanes, NeverSplitAGroupNorLetItPassTheBounds) {
    std::promise<void> gate;
    script_.gate = gate.get_future().share();
    open(7, 4);
    auto running = submit(1, 1);
    while (lanes_->statistics().queue_depth > 0) std::this_thread::yield();
    auto first = submit_linked({1, 1, 1}, 2);
    auto second = submit_linked({1, 1, 1}, 3);
    EXPECT_EQ(submit_linked({1, 1}, 4).get().code(), Code::overloaded);
    auto last = submit(1, 5);
    gate.set_value();
    EXPECT_TRUE(running.get().ok() && first.get().ok() && second.get().ok() && last.get().ok());
    lanes_->stop();
    EXPECT_EQ(script_.batch_sizes, (std::vector<std::size_t>{1, 3, 4}));
    EXPECT_EQ(script_.balance, 999'992);
}

TEST_F(Lanes, KeepABadGroupFromTakingItsNeighboursDown) {
    std::promise<void> gate;
    script_.gate = gate.get_future().share();
    script_.poisonous = 13;
    open();
    auto blocker = submit(1, 1);
    while (lanes_->statistics().queue_depth > 0) std::this_thread::yield();
    auto good = submit_linked({10, 20}, 2);
    auto bad = submit_linked({10, 13}, 3);
    gate.set_value();
    EXPECT_TRUE(blocker.get().ok());
    EXPECT_TRUE(good.get().ok());
    EXPECT_EQ(bad.get().code(), Code::internal_error);
    EXPECT_EQ(alarms_, 1);
    EXPECT_EQ(script_.balance, 1'000'000 - 31);
}

}  // namespace
}  // namespace bank::ledger
