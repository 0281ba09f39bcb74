// Faults that other ledgers were shipped with: one test for each class.
#include <fmt/format.h>

#include <latch>
#include <set>
#include <thread>

#include "core/postgres/client/connection.hpp"
#include "tests/integration/postgres/bank_fixture.hpp"
#include "tests/integration/postgres/daemon_lanes.hpp"

namespace bank::test {
namespace {

using api::Role;
using ::testing::AnyOf;
using ::testing::ElementsAre;

class OtherLedgers : public BankFixture {
protected:
    OtherLedgers()
        : anna(person(Role::customer, "anna")),
          bert(person(Role::customer, "bert")),
          a(account(anna).id),
          b(account(bert).id) {
        pay_in(a, 1000);
        authorize(anna, a);
    }
    ~OtherLedgers() override { expect_sound_ledger(); }

    // Of the daemon's role to this database; -1: none.
    void limit_connections(int limit) {
        database.query(
            fmt::format("do $$ begin execute format('alter database %I connection limit {}',"
                        " current_database()); end $$",
                        limit));
    }

    // Returns when they have ended.
    void kill_backends(std::string const& where) {
        database.query(
            "select pg_terminate_backend(pid, 5000) from pg_stat_activity where usename ="
            " 'bankd' and datname = current_database() and " +
            where);
    }

    Person anna;
    Person bert;
    AccountId a;
    AccountId b;
};

// A repeated refund paid twice: it was matched with its payment, but not with itself.
TEST_F(OtherLedgers, RefundReplayMovesNothing) {
    DaemonLanes lanes(*bank);
    auto const paid = lanes.post(transfer(anna, a, b, 300, "t"));
    ASSERT_TRUE(paid);
    auto const refund = lanes.post(reversal(teller, paid->id, 100, "r"));
    ASSERT_TRUE(refund);
    auto const before = money();
    auto const again = lanes.post(reversal(teller, paid->id, 100, "r"));
    ASSERT_TRUE(again);
    EXPECT_TRUE(again->is_replay);
    EXPECT_EQ(again->id, refund->id);
    EXPECT_EQ(money(), before);
    EXPECT_EQ(lanes.outcome(reversal(teller, paid->id, 100, "r2")), "already_reversed");
    EXPECT_EQ(balance(a), 800);
    EXPECT_EQ(balance(b), 200);
    EXPECT_EQ(lanes.alarms, 0);
}

// A hold was checked only at its capture: before that, the money was spent again.
TEST_F(OtherLedgers, HoldCountsInTheBalanceCheck) {
    DaemonLanes lanes(*bank);
    auto const held = lanes.post(hold(anna, a, b, 900, "h"));
    ASSERT_TRUE(held);
    EXPECT_EQ(lanes.outcome(transfer(anna, a, b, 101, "t")), "insufficient_funds");
    EXPECT_EQ(lanes.outcome(withdrawal(anna, a, 101, "w")), "insufficient_funds");
    EXPECT_EQ(lanes.outcome(hold(anna, a, b, 101, "h2")), "insufficient_funds");
    EXPECT_EQ(balance(a), 1000);
    EXPECT_EQ(lanes.outcome(capture(bert, held->id, 0, "c")), "posted");
    EXPECT_EQ(balance(a), 100);
}

// A cancelled or declined hold could still be captured: its state was not checked.
TEST_F(OtherLedgers, ReleasedOrRefusedHoldIsNeverCaptured) {
    DaemonLanes lanes(*bank);
    auto const held = lanes.post(hold(anna, a, b, 300, "h"));
    auto const refused = lanes.post(hold(anna, a, b, 5000, "x"));
    ASSERT_TRUE(held && refused);
    ASSERT_EQ(lanes.outcome(release(bert, held->id, "r")), "posted");
    EXPECT_EQ(lanes.outcome(capture(bert, held->id, 0, "c1")), "hold_settled");
    EXPECT_EQ(lanes.outcome(capture(bert, refused->id, 0, "c2")), "origin_not_found");
    EXPECT_EQ(lanes.outcome(capture(teller, refused->id, 1, "c3")), "origin_not_found");
    EXPECT_EQ(balance(a), 1000);
    EXPECT_EQ(balance(b), 0);
    EXPECT_EQ(read(a).available, 1000);
}

// A bulk file was posted up to its first invalid line if its lines had different payers.
TEST_F(OtherLedgers, BulkGroupIsNeverPostedInPart) {
    auto const target = account(bert).id;
    auto const rich = account(anna).id;
    pay_in(rich, 100'000);
    std::atomic<int> next{0};
    {
        std::vector<std::unique_ptr<DaemonLanes>> daemons;
        for (int i = 0; i < 2; ++i) daemons.push_back(std::make_unique<DaemonLanes>(*bank, 2));
        std::vector<std::jthread> clients;
        for (int t = 0; t < 4; ++t) {
            clients.emplace_back([&, t] {
                for (int i = 0; i < 15; ++i) {
                    auto const key = std::to_string(++next);
                    // With 1000 in the account, the funds suffice for about ten groups.
                    auto const answer = daemons[static_cast<std::size_t>(t) % 2]->post_linked(
                        linked({transfer(teller, rich, target, 7, key + " 1"),
                                transfer(teller, a, target, 93, key + " 2"),
                                transfer(teller, rich, b, 1, key + " 3")}));
                    ASSERT_TRUE(answer) << answer.error().detail;
                    std::set<bool> posted;
                    for (auto const& one : *answer) posted.insert(one.status == Code::posted);
                    EXPECT_EQ(posted.size(), 1U);
                }
            });
        }
        clients.clear();
        for (auto const& daemon : daemons) EXPECT_EQ(daemon->alarms, 0);
    }
    EXPECT_EQ(balance(a), 1000 - 10 * 93);
    EXPECT_EQ(balance(target), 10 * 100);
    EXPECT_EQ(balance(b), 10);
    EXPECT_EQ(database.value("select count(*) from (select group_id from bank.transfers where"
                             " group_id is not null group by group_id having count(distinct status"
                             " = 'posted') > 1) g"),
              "0");
}

// A job that did not run left money held for good, and balances that never recovered.
TEST_F(OtherLedgers, ReservationIsReleasedWhenItsTimeIsOver) {
    {
        DaemonLanes lanes(*bank);
        auto const held = lanes.post(hold(anna, a, b, 700, "h"));
        auto const other = lanes.post(hold(anna, a, b, 200, "h2"));
        ASSERT_TRUE(held && other);
        end_time_of(held->id);
        ASSERT_EQ(expire_holds(), 1);
        // The lane remembers 900 as held.
        EXPECT_EQ(lanes.outcome(withdrawal(anna, a, 800, "w")), "posted");
        EXPECT_EQ(lanes.outcome(withdrawal(anna, a, 1, "w2")), "insufficient_funds");
        end_time_of(other->id);
    }
    // No daemon runs when the hold expires; the next daemon catches up.
    bank.reset();
    postgres::Settings settings;
    settings.signer = &record_keys();
    settings.connection = database.connection_as("bankd");
    bank = std::make_unique<postgres::Database>(settings);
    EXPECT_EQ(read(a).available, 0);
    ASSERT_EQ(expire_holds(), 1);
    EXPECT_EQ(read(a).available, 200);
    DaemonLanes lanes(*bank);
    EXPECT_EQ(lanes.outcome(withdrawal(anna, a, 200, "w3")), "posted");
}

// "Accepted" was answered while the record was still in a queue, and a crash lost it.
TEST_F(OtherLedgers, AnswerComesAfterTheRecordExists) {
    DaemonLanes daemon(*bank, 2);
    constexpr int count = 40;
    std::latch done(count);
    std::atomic<int> found{0};
    for (int i = 1; i <= count; ++i) {
        auto const order = i % 5 == 4 ? hold(anna, a, b, 1, fmt::format("{}", i))
                                      : transfer(anna, a, b, i, fmt::format("{}", i));
        daemon.lanes().submit({order}, [&](Result<std::vector<api::Transfer>> answer) {
            if (answer.ok()) {
                auto const& transfer = answer->front();
                // From a separate connection, at this very moment.
                found += database.value(fmt::format(
                             "select count(*) from bank.transfers t join bank.audit_logs l on"
                             " l.transfer_id = t.id where t.id = {} and t.status = '{}' and"
                             " t.debit_balance = {}",
                             transfer.id.value, word(transfer.status), transfer.balance)) == "1";
            }
            done.count_down();
        });
    }
    done.wait();
    EXPECT_EQ(found, count);
}

// Retries raced each other past the look-up of the key, and each was posted.
TEST_F(OtherLedgers, RetryIsNeverPostedTwice) {
    constexpr int keys = 15;
    pay_in(a, 100'000);
    std::vector<std::set<std::int64_t>> ids(keys);
    std::mutex mutex;
    {
        std::vector<std::unique_ptr<DaemonLanes>> daemons;
        for (int i = 0; i < 2; ++i) daemons.push_back(std::make_unique<DaemonLanes>(*bank, 2));
        std::vector<std::jthread> clients;
        for (std::size_t t = 0; t < 6; ++t) {
            clients.emplace_back([&, t] {
                for (int key = 0; key < keys; ++key) {
                    auto const answer =
                        daemons[t % 2]->post(transfer(anna, a, b, 10 + key, std::to_string(key)));
                    ASSERT_TRUE(answer) << answer.error().detail;
                    std::lock_guard const lock(mutex);
                    ids[static_cast<std::size_t>(key)].insert(answer->id.value);
                }
            });
        }
        clients.clear();
        for (auto const& daemon : daemons) EXPECT_EQ(daemon->alarms, 0);
    }
    for (auto const& of_key : ids) EXPECT_EQ(of_key.size(), 1U);
    EXPECT_EQ(balance(b), keys * 10 + keys * (keys - 1) / 2);
    EXPECT_EQ(database.value("select count(*) from bank.transfers where kind = 'transfer'"),
              std::to_string(keys));
}

// A balance in memory was updated before its record failed, and later answers relied on it.
TEST_F(OtherLedgers, BalanceNeverOvertakesTheLedger) {
    DaemonLanes daemon(*bank);
    ASSERT_EQ(daemon.outcome(transfer(anna, a, b, 100, "1")), "posted");
    // Killed after the decision from memory, with no reconnection; nothing is committed.
    daemon.hooks.before_post = [&] {
        limit_connections(0);
        kill_backends("state like 'idle%'");
    };
    EXPECT_THAT(daemon.outcome(transfer(anna, a, b, 100, "2")),
                AnyOf("storage_unavailable", "outcome_unknown"));
    EXPECT_EQ(balance(a), 900);
    daemon.hooks.before_post = nullptr;
    limit_connections(-1);
    // Reconnection is not tried at once.
    auto third = daemon.post(transfer(anna, a, b, 100, "3"));
    for (int i = 0; i < 100 && !third && third.code() == Code::storage_unavailable; ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
        third = daemon.post(transfer(anna, a, b, 100, "3"));
    }
    ASSERT_TRUE(third) << third.error().detail;
    EXPECT_EQ(third->balance, 800);

    // Killed in the middle of posting, while it waits for an account.
    postgres::ConnectionSettings settings;
    settings.connection = database.connection_as_superuser();
    {
        auto const other = postgres::Connection::open(settings);
        ASSERT_TRUE(other);
        ASSERT_TRUE((*other)->run_script(
            fmt::format("begin; select from bank.accounts where id = {} for update", a.value)));
        auto fourth = daemon.submit(transfer(anna, a, b, 100, "4"));
        wait_for_a_waiting_lock();
        kill_backends("wait_event_type = 'Lock'");
        auto const answer = fourth.get();
        ASSERT_FALSE(answer);
        EXPECT_THAT(std::string{word(answer.code())},
                    AnyOf("storage_unavailable", "outcome_unknown"));
        EXPECT_EQ(balance(a), 800);
    }
    EXPECT_EQ(daemon.post(transfer(anna, a, b, 100, "5"))->balance, 700);

    // Committed, but the answer was lost: the lane looks again and finds it.
    daemon.hooks.after_post = [&] {
        daemon.hooks.after_post = nullptr;
        return Code::outcome_unknown;
    };
    auto const sixth = daemon.post(transfer(anna, a, b, 100, "6"));
    ASSERT_TRUE(sixth);
    EXPECT_TRUE(sixth->is_replay);
    EXPECT_EQ(sixth->balance, 600);
    EXPECT_EQ(daemon.post(transfer(anna, a, b, 100, "7"))->balance, 500);
    EXPECT_EQ(daemon.outcome(transfer(anna, a, b, 501, "8")), "insufficient_funds");
    // When retried, a failed order is posted once.
    EXPECT_EQ(daemon.post(transfer(anna, a, b, 100, "2"))->balance, 400);
    EXPECT_EQ(daemon.post(transfer(anna, a, b, 100, "4"))->balance, 300);
    EXPECT_EQ(balance(a), 300);
    EXPECT_EQ(balance(b), 700);
    EXPECT_EQ(daemon.alarms, 0);
}

struct OutsideChange {
    char const* name;
    // With the fixture's own stores, as another daemon would.
    std::function<void(ledger::LedgerStore&, Person const& admin, AccountId)> change;
    char const* outcome;
};

class NoCachedBalance : public OtherLedgers, public testing::WithParamInterface<OutsideChange> {};

INSTANTIATE_TEST_SUITE_P(
    OtherLedgers, NoCachedBalance,
    testing::Values(
        OutsideChange{"lock",
                      [](auto& l, auto& by, auto id) {
                          EXPECT_TRUE(l.lock_account(by.acting, {id, "lost card"}));
                      },
                      "debit_account_locked"},
        OutsideChange{"freeze",
                      [](auto& l, auto& by, auto id) {
                          EXPECT_TRUE(l.freeze_account(by.acting, {id, true, false, "court"}));
                      },
                      "debit_account_frozen"},
        OutsideChange{"minimum",
                      [](auto& l, auto& by, auto id) {
                          EXPECT_TRUE(l.set_limits(by.acting, {id, {}, 801}));
                      },
                      "insufficient_funds"},
        OutsideChange{"limit",
                      [](auto& l, auto& by, auto id) {
                          EXPECT_TRUE(l.set_limits(by.acting, {id, {99, {}, {}, {}}, 0}));
                      },
                      "transfer_limit_exceeded"},
        OutsideChange{"role_limit",
                      [](auto& l, auto& by, auto) {
                          EXPECT_TRUE(l.set_role_limits(
                              by.acting,
                              {Role::customer, *money::parse_currency("EUR"), {{}, 150, {}, {}}}));
                      },
                      "day_limit_exceeded"},
        OutsideChange{"nothing", [](auto&, auto&, auto) {}, "posted"}),
    [](auto const& row) { return row.param.name; });

// A balance or a rule that was cached in one process was changed in another.
TEST_P(NoCachedBalance, SurvivesAnOutsideChange) {
    DaemonLanes daemon(*bank);
    ASSERT_EQ(daemon.outcome(transfer(anna, a, b, 100, "1")), "posted");
    GetParam().change(bank->ledger(), admin, a);
    EXPECT_EQ(daemon.outcome(transfer(anna, a, b, 100, "2")), GetParam().outcome);
    EXPECT_EQ(daemon.alarms, 0);
    EXPECT_EQ(balance(a), std::string{GetParam().outcome} == "posted" ? 800 : 900);
}

TEST_F(OtherLedgers, NoCachedBalanceSurvivesAnotherDaemonsPosting) {
    DaemonLanes one(*bank);
    DaemonLanes other(*bank);
    ASSERT_EQ(one.outcome(transfer(anna, a, b, 100, "1")), "posted");
    EXPECT_EQ(other.outcome(transfer(anna, a, b, 850, "2")), "posted");
    EXPECT_EQ(one.outcome(transfer(anna, a, b, 51, "3")), "insufficient_funds");
    EXPECT_EQ(one.outcome(transfer(anna, a, b, 50, "4")), "posted");
    pay_in(a, 500);
    auto const answer = other.post(transfer(anna, a, b, 500, "5"));
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, Code::posted);
    EXPECT_EQ(answer->balance, 0);
    EXPECT_EQ(one.alarms + other.alarms, 0);
}

// The sum of balance and overdraft limit overflowed, and each attempt raised an alarm.
TEST_F(OtherLedgers, EndOfTheNumbersIsARefusalLikeAnyOther) {
    constexpr std::int64_t largest = bounds::amount_max;
    constexpr int fitting = 1023;  // Times the largest amount, plus the overdraft limit.
    auto const overdrawable = account(anna, largest).id;
    auto const plain = account(anna).id;
    auto const other_teller = person(Role::teller, "clara");  // With a drawer of her own.
    auto const fill = [&](Person const& who, AccountId id, std::string const& key) {
        std::vector<ledger::TransferOrder> orders;
        for (int i = 0; i < fitting; ++i) {
            orders.push_back(deposit(who, id, largest, key + std::to_string(i)));
        }
        for (auto const& result : run(orders)) ASSERT_EQ(word(result.decision.code), "posted");
    };
    fill(teller, overdrawable, "a");
    fill(other_teller, plain, "b");
    EXPECT_EQ(read(overdrawable).available, fitting * largest + largest);

    EXPECT_EQ(outcome(deposit(teller, overdrawable, 1024, "c")), "balance_out_of_range");
    EXPECT_EQ(outcome(transfer(teller, a, overdrawable, 1000, "d")), "posted");
    EXPECT_EQ(outcome(deposit(teller, overdrawable, 24, "e")), "balance_out_of_range");
    EXPECT_EQ(outcome(deposit(teller, overdrawable, 23, "f")), "posted");
    EXPECT_EQ(balance(overdrawable), fitting * largest + 1023);

    auto& ledger = bank->ledger();
    EXPECT_EQ(outcome(deposit(other_teller, plain, largest, "h")), "posted");
    auto const refused = ledger.set_overdraft(admin.acting, {plain, 1024});
    EXPECT_EQ(word(refused.code()), "balance_out_of_range");
    EXPECT_EQ(read(plain).overdraft_limit, 0);
    EXPECT_TRUE(ledger.set_overdraft(admin.acting, {plain, 1023}));
    EXPECT_EQ(outcome(deposit(other_teller, plain, 1, "i")), "balance_out_of_range");
}

}  // namespace
}  // namespace bank::test
