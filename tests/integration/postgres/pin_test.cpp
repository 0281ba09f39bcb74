#include <fmt/format.h>

#include <atomic>
#include <mutex>
#include <thread>

#include "tests/integration/postgres/bank_fixture.hpp"

namespace bank::test {
namespace {

using api::Role;
using std::chrono::seconds;

std::string word_of(auto const& result) {
    return result ? "ok" : std::string{word(result.code())};
}

class Pins : public BankFixture {
protected:
    Pins() : anna(person(Role::customer, "anna")), id(account(anna, 0, "the PIN").id) {}

    std::string guess(Person const& who, AccountId of, bool is_right) {
        return word_of(bank->pins().authorize(
            who.acting, of,
            [&](std::string_view record) { return is_right && record == "the PIN"; }, 3,
            grant(seconds{300})));
    }

    Person anna;
    AccountId id;
};

TEST_F(Pins, LetTheSessionMoveTheAccountForAWhile) {
    EXPECT_EQ(word(run({deposit(anna, id, 5, "1")})[0].decision.code), "pin_required");
    EXPECT_EQ(guess(anna, id, true), "ok");
    EXPECT_EQ(word(run({deposit(anna, id, 5, "1")})[0].decision.code), "posted");
    // Not in another session, not after its expiry.
    EXPECT_EQ(word(run({deposit(log_in_again(anna), id, 5, "2")})[0].decision.code),
              "pin_required");
    database.query("update bank.pin_authorizations set expires_at = now()");
    EXPECT_EQ(word(run({deposit(anna, id, 5, "3")})[0].decision.code), "pin_required");
}

TEST_F(Pins, LockTheAccountAfterThreeWrongOnesUntilATellerUnlocks) {
    EXPECT_EQ(guess(anna, id, false), "pin_wrong");
    EXPECT_EQ(guess(anna, id, false), "pin_wrong");
    EXPECT_EQ(guess(anna, id, true), "ok");
    for (int i = 0; i < 3; ++i) EXPECT_EQ(guess(anna, id, false), "pin_wrong");
    EXPECT_THAT(audit_tail(2), ::testing::ElementsAre("pin_lockout ok", "authorize_pin pin_wrong"));
    EXPECT_EQ(guess(anna, id, true), "account_locked");
    EXPECT_EQ(read(id).lock_reason, "wrong PIN");
    EXPECT_EQ(word(run({withdrawal(anna, id, 5, "1")})[0].decision.code), "pin_required");
    ASSERT_TRUE(bank->ledger().unlock_account(teller.acting, {id, "known"}));
    EXPECT_EQ(guess(anna, id, false), "pin_wrong");
    EXPECT_EQ(guess(anna, id, true), "ok");
}

TEST_F(Pins, GiveTwentyParallelGuessesNoMoreThanThreeVerdicts) {
    std::atomic<int> verdicts{0};
    std::atomic<int> now{0};
    std::atomic<int> at_once{0};
    std::mutex mutex;
    std::multiset<std::string> outcomes;
    std::vector<std::thread> threads;
    for (int i = 0; i < 20; ++i) {
        threads.emplace_back([&] {
            auto const outcome = bank->pins().authorize(
                anna.acting, id,
                [&](std::string_view) {
                    ++verdicts;
                    if (++now > 1) ++at_once;
                    --now;
                    return false;
                },
                3, grant(seconds{300}));
            std::lock_guard const lock(mutex);
            outcomes.insert(word_of(outcome));
        });
    }
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(verdicts, 3);
    EXPECT_EQ(at_once, 0);
    EXPECT_EQ(outcomes.count("pin_wrong"), 3U);
    EXPECT_EQ(outcomes.count("account_locked"), 17U);
}

TEST_F(Pins, DoNotStallPostingWhileTheyAreJudged) {
    auto posted = std::string{};
    ASSERT_TRUE(bank->pins().authorize(
        anna.acting, id,
        [&](std::string_view) {
            posted = word(run({deposit(teller, id, 5, "1")})[0].decision.code);
            return true;
        },
        3, grant(seconds{300})));
    EXPECT_EQ(posted, "posted");
}

TEST_F(Pins, AreRefusedWithoutAVerdict) {
    auto const bert = person(Role::customer, "bert");
    auto const without = account(anna).id;
    auto const closed = account(anna, 0, "x").id;
    ASSERT_TRUE(bank->ledger().close_account(teller.acting, closed));
    auto const auditor = person(Role::auditor, "otto");
    struct {
        Person const& who;
        AccountId of;
        char const* expected;
    } const cells[] = {{bert, id, "account_not_found"},
                       {anna, AccountId{99999}, "account_not_found"},
                       {anna, without, "pin_not_set"},
                       {anna, closed, "account_closed"},
                       {auditor, id, "permission_denied"}};
    for (auto const& cell : cells) {
        auto verdicts = 0;
        auto const outcome = bank->pins().authorize(
            cell.who.acting, cell.of, [&](std::string_view) { return ++verdicts > 0; }, 3,
            grant(seconds{300}));
        EXPECT_EQ(word_of(outcome), cell.expected);
        EXPECT_EQ(verdicts, 0);
        EXPECT_EQ(audit_tail(1).front(), std::string{"authorize_pin "} + cell.expected);
    }
}

TEST_F(Pins, LetASessionMoveAnAccountForAnHourAtMostWhateverTheDaemonSays) {
    auto const asked = [this](seconds lifetime) {
        return word_of(bank->pins().authorize(
            anna.acting, id, [](std::string_view) { return true; }, 3, grant(lifetime)));
    };
    EXPECT_EQ(asked(seconds{10'000'000}), "decision_refused");
    EXPECT_EQ(asked(seconds{3'700}), "decision_refused");
    EXPECT_EQ(database.value("select count(*) from bank.pin_authorizations"), "0");
    auto const begun = database.value("select clock_timestamp()");
    EXPECT_EQ(asked(seconds{3'600}), "ok");
    EXPECT_EQ(
        database.value(fmt::format("select p.expires_at between timestamptz '{}' + interval '1 "
                                   "hour' and now() + interval '1 hour' from "
                                   "bank.pin_authorizations p",
                                   begun)),
        "t");
}

TEST_F(Pins, AreChangedByWhoKnowsThePresentOneOrByATeller) {
    auto const set = [&](Person const& who, AccountId of, std::string const& record,
                         access::PinVerifier const& verify) {
        return word_of(bank->pins().set_pin(who.acting, of, record, verify, 3));
    };
    auto const right = [](std::string_view) { return true; };
    auto const wrong = [](std::string_view) { return false; };
    auto const pin_of = [&](AccountId of) {
        return database.value("select pin_hash from bank.accounts where id = " +
                              std::to_string(of.value));
    };
    EXPECT_EQ(set(anna, id, "new", {}), "pin_required");
    EXPECT_EQ(set(anna, id, "new", wrong), "pin_wrong");
    EXPECT_EQ(pin_of(id), "the PIN");
    EXPECT_EQ(set(anna, id, "new", right), "ok");
    EXPECT_EQ(pin_of(id), "new");
    EXPECT_EQ(set(teller, id, "newer", {}), "ok");
    EXPECT_EQ(pin_of(id), "newer");
    auto const fresh = account(anna).id;
    EXPECT_EQ(set(anna, fresh, "first", right), "pin_not_set");
    EXPECT_EQ(set(anna, fresh, "first", {}), "ok");
    EXPECT_TRUE(read(fresh).has_pin);
    for (int i = 0; i < 3; ++i) EXPECT_EQ(set(anna, fresh, "x", wrong), "pin_wrong");
    EXPECT_EQ(set(anna, fresh, "x", right), "account_locked");
    EXPECT_EQ(pin_of(fresh), "first");
}

}  // namespace
}  // namespace bank::test
