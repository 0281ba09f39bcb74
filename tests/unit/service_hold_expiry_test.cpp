#include "core/service/hold_expiry.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <functional>
#include <string>

#include "tests/support/fake_clock.hpp"

namespace bank::service {
namespace {

using ledger::LedgerStore;

// Answers expire_holds() by a script, and then that nothing is open.
class ScriptedLedger final : public LedgerStore {
public:
    explicit ScriptedLedger(std::deque<Result<Expired>> script) : script_(std::move(script)) {}

    Result<Expired> expire_holds(std::int64_t count_max) override {
        std::lock_guard const lock(mutex_);
        count_max_ = count_max;
        ++calls_;
        called_.notify_all();
        if (script_.empty()) return Expired{};
        auto answer = script_.front();
        script_.pop_front();
        return answer;
    }
    // False if that takes longer than a test should.
    bool wait_for_calls(int count) {
        std::unique_lock lock(mutex_);
        return called_.wait_for(lock, std::chrono::seconds{20}, [&] { return calls_ >= count; });
    }
    int calls() {
        std::lock_guard const lock(mutex_);
        return calls_;
    }
    std::int64_t count_max() {
        std::lock_guard const lock(mutex_);
        return count_max_;
    }

    // Nothing else is asked of it.
    using Acting = storage::Acting;
    using Account = Result<api::Account>;
    Account open_account(Acting const&, api::OpenAccountRequest const&,
                         std::string const&) override {
        return none;
    }
    Result<api::Page<api::Account>> list_accounts(Acting const&,
                                                  api::ListAccountsRequest const&) override {
        return none;
    }
    Account find_account(Acting const&, AccountId) override { return none; }
    Result<std::optional<AccountId>> resolve_account_no(std::string const&) override {
        return none;
    }
    Result<bool> is_decided(Uuid const&) override { return none; }
    Account lock_account(Acting const&, api::LockAccountRequest const&) override { return none; }
    Account unlock_account(Acting const&, api::UnlockAccountRequest const&) override {
        return none;
    }
    Account close_account(Acting const&, AccountId) override { return none; }
    Account set_overdraft(Acting const&, api::SetOverdraftRequest const&) override { return none; }
    Account set_limits(Acting const&, api::SetLimitsRequest const&) override { return none; }
    Account freeze_account(Acting const&, api::FreezeAccountRequest const&) override {
        return none;
    }
    Result<std::vector<api::RoleLimits>> list_role_limits(Acting const&) override { return none; }
    Status set_role_limits(Acting const&, api::RoleLimits const&) override { return none; }
    Result<api::Page<api::HistoryEntry>> history(Acting const&,
                                                 api::HistoryRequest const&) override {
        return none;
    }
    Result<api::Balance> balance(Acting const&, api::BalanceRequest const&) override {
        return none;
    }
    Result<api::Page<api::Hold>> list_holds(Acting const&, api::ListHoldsRequest const&) override {
        return none;
    }
    Result<api::Hold> find_hold(Acting const&, TransferId) override { return none; }
    Result<api::Transfer> find_transfer(Acting const&, TransferId) override { return none; }
    Result<api::Page<api::Transfer>> list_transfers(Acting const&,
                                                    api::ListTransfersRequest const&) override {
        return none;
    }
    Result<api::LedgerReport> check_ledger(Acting const&) override { return none; }

private:
    static constexpr Code none = Code::internal_error;

    std::mutex mutex_;
    std::condition_variable called_;
    std::deque<Result<Expired>> script_;
    int calls_ = 0;
    std::int64_t count_max_ = 0;
};

// How long it takes at best: a busy machine delays one attempt or the other, a wait all of them.
std::chrono::nanoseconds shortest(std::function<void()> const& attempt) {
    std::chrono::nanoseconds best = std::chrono::hours{1};
    for (int i = 0; i < 10 && best >= HoldExpiry::wait_max; ++i) {
        auto const start = std::chrono::steady_clock::now();
        attempt();
        best = std::min<std::chrono::nanoseconds>(best, std::chrono::steady_clock::now() - start);
    }
    return best;
}

TEST(HoldExpiry, AsksAtOnceAndStopsWithoutWaitingForTheNextRound) {
    int calls = 0;
    auto const took = shortest([&] {
        ScriptedLedger store({});
        test::FakeClock const clock;
        HoldExpiry expiry(store, clock);
        ASSERT_TRUE(store.wait_for_calls(1));
        expiry.stop();
        expiry.stop();
        calls = store.calls();
        EXPECT_GT(store.count_max(), 0);
    });
    EXPECT_LT(took, HoldExpiry::wait_max);
    EXPECT_EQ(calls, 1);
}

TEST(HoldExpiry, GoesOnAtOnceWhileThereIsMoreThanOnePortion) {
    auto const took = shortest([] {
        LedgerStore::Expired const full{500, {}};
        ScriptedLedger store({full, full, full});
        test::FakeClock const clock;
        HoldExpiry expiry(store, clock);
        ASSERT_TRUE(store.wait_for_calls(4));
        EXPECT_EQ(store.count_max(), 500);
        expiry.stop();
    });
    EXPECT_LT(took, HoldExpiry::wait_max);
}

struct Next {
    char const* name;
    std::chrono::milliseconds in;
};

class NextEnd : public testing::TestWithParam<Next> {};

INSTANTIATE_TEST_SUITE_P(HoldExpiry, NextEnd,
                         testing::Values(Next{"soon", std::chrono::milliseconds{20}},
                                         Next{"now", std::chrono::milliseconds{0}},
                                         Next{"overdue", std::chrono::hours{-1}}),
                         [](auto const& row) { return row.param.name; });

TEST_P(NextEnd, IsMet) {
    auto const took = shortest([] {
        test::FakeClock const clock;
        ScriptedLedger store({LedgerStore::Expired{0, clock.now() + GetParam().in}});
        HoldExpiry expiry(store, clock);
        ASSERT_TRUE(store.wait_for_calls(2));
        expiry.stop();
    });
    EXPECT_GE(took, GetParam().in);
    EXPECT_LT(took, HoldExpiry::wait_max);
}

TEST(HoldExpiry, AsksAgainAlsoIfTheNextEndIsFarAwayOrUnknownOrTheDatabaseIs) {
    test::FakeClock const clock;
    ScriptedLedger store(
        {LedgerStore::Expired{0, clock.now() + std::chrono::hours{1}}, Code::storage_unavailable});
    auto const start = std::chrono::steady_clock::now();
    HoldExpiry expiry(store, clock);
    ASSERT_TRUE(store.wait_for_calls(3));
    EXPECT_GE(std::chrono::steady_clock::now() - start, 2 * HoldExpiry::wait_max);
}

}  // namespace
}  // namespace bank::service
