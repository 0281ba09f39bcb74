#include <fmt/format.h>

#include <atomic>
#include <random>
#include <thread>

#include "core/postgres/client/connection.hpp"
#include "core/postgres/client/transaction.hpp"
#include "tests/integration/postgres/bank_fixture.hpp"

namespace bank::test {
namespace {

using api::Role;

class Lane : public BankFixture {
protected:
    Lane()
        : anna(person(Role::customer, "anna")),
          bert(person(Role::customer, "bert")),
          a(account(anna).id),
          b(account(bert).id) {}

    Person anna;
    Person bert;
    AccountId a;
    AccountId b;
};

TEST_F(Lane, PostsABatchOfMixedOutcomesInTheOrderOfArrival) {
    authorize(anna, a);
    auto const closed = account(bert).id;
    ASSERT_TRUE(bank->ledger().close_account(teller.acting, closed));
    auto const locked = account(bert).id;
    ASSERT_TRUE(bank->ledger().lock_account(teller.acting, {locked, "test"}));
    auto usd = deposit(teller, a, 5, "usd");
    usd.amount.currency = *money::parse_currency("USD");

    auto const results = run({
        deposit(teller, a, 1000, "1"),
        transfer(anna, a, b, 300, "2"),
        transfer(anna, a, b, 800, "3"),
        transfer(bert, b, a, 100, "4"),
        transfer(anna, b, a, 100, "5"),
        transfer(teller, a, a, 1, "6"),
        transfer(teller, a, closed, 1, "7"),
        transfer(teller, locked, a, 1, "8"),
        withdrawal(anna, a, 700, "9"),
        usd,
        transfer(teller, AccountId{999999}, a, 1, "11"),
    });
    std::vector<std::string> outcomes;
    for (auto const& result : results) outcomes.emplace_back(word(result.decision.code));
    EXPECT_THAT(outcomes,
                ::testing::ElementsAre("posted", "posted", "insufficient_funds", "pin_required",
                                       "permission_denied", "accounts_are_the_same",
                                       "credit_account_closed", "debit_account_locked", "posted",
                                       "unknown_currency", "debit_account_not_found"));
    EXPECT_EQ(balance(a), 0);
    EXPECT_EQ(balance(b), 300);
    EXPECT_TRUE(results[2].posted.id);
    EXPECT_FALSE(results[3].posted.id);
    EXPECT_EQ(
        database.value("select count(*) from bank.transfers where debit_previous is not null"),
        "3");
    EXPECT_THAT(audit_tail(11), ::testing::ElementsAreArray([&] {
                    std::vector<std::string> expected;
                    std::vector<std::string> const actions{
                        "deposit",  "transfer", "transfer",   "transfer", "transfer", "transfer",
                        "transfer", "transfer", "withdrawal", "deposit",  "transfer"};
                    for (std::size_t i = 0; i < actions.size(); ++i)
                        expected.push_back(actions[i] + " " + outcomes[i]);
                    return expected;
                }()));
    expect_sound_ledger();
}

TEST_F(Lane, UsesTheTellersDrawerAndTheBanksCashForCustomers) {
    authorize(anna, a);
    run({deposit(teller, a, 500, "1"), withdrawal(anna, a, 200, "2")});
    EXPECT_EQ(database.value(fmt::format(
                  "select balance from bank.accounts where kind = 'cash' and user_id = {}",
                  teller.id.value)),
              "-500");
    EXPECT_EQ(
        database.value("select balance from bank.accounts where kind = 'cash' and user_id is null"),
        "200");
}

TEST_F(Lane, AnswersARetryAsTheFirstTimeAndMovesNothing) {
    auto const order = deposit(teller, a, 1000, "k");
    auto const too_much = transfer(teller, a, b, 2000, "refused");
    auto const first = run({order, too_much});
    pay_in(a, 5000);
    auto const before = money();

    auto const lane = bank->make_lane();
    std::vector const again{order, too_much};
    auto const locked = lane->lock(again);
    ASSERT_TRUE(locked);
    ASSERT_EQ(locked->known.size(), 2U);
    auto const& posted = locked->known.at(order.idempotency_id).answer;
    EXPECT_EQ(posted.id, first[0].posted.id);
    EXPECT_EQ(posted.balance, 1000);
    EXPECT_EQ(posted.balance_currency, eur);
    EXPECT_EQ(posted.entry_id, ledger::credit_entry(first[0].posted.id));
    auto const& refused = locked->known.at(too_much.idempotency_id).answer;
    EXPECT_EQ(word(refused.status), "insufficient_funds");
    EXPECT_EQ(refused.balance, 1000);
    EXPECT_FALSE(refused.entry_id);

    auto const decisions = ledger::decide(again, *locked);
    EXPECT_TRUE(decisions[0].is_replay && decisions[1].is_replay);
    ASSERT_TRUE(lane->post(again, decisions, *locked));
    EXPECT_EQ(money(), before);
    EXPECT_EQ(database.value("select bank.record_details(details_hash, transfer_id) ->> 'replay' "
                             "from bank.audit_logs"
                             " order by id desc limit 1"),
              "true");
}

TEST_F(Lane, RefusesAKeyThatBelongsToAnotherRequest) {
    run({deposit(teller, a, 1000, "k")});
    auto const before = money();
    EXPECT_EQ(word(run({deposit(teller, a, 1001, "k")})[0].decision.code),
              "idempotency_key_reused");
    EXPECT_EQ(money(), before);
    EXPECT_THAT(audit_tail(1), ::testing::ElementsAre("deposit idempotency_key_reused"));
}

TEST_F(Lane, KnowsRetriesWithinOneBatch) {
    auto const results = run(
        {deposit(teller, a, 10, "k"), deposit(teller, a, 10, "k"), deposit(teller, a, 11, "k")});
    EXPECT_TRUE(results[1].decision.is_replay);
    EXPECT_EQ(word(results[2].decision.code), "idempotency_key_reused");
    EXPECT_EQ(balance(a), 10);
    EXPECT_EQ(database.value("select count(*) from bank.transfers"), "1");
}

TEST_F(Lane, SeesAKeyThatWasCommittedWhileItWaitedForTheLock) {
    auto const order = deposit(teller, a, 10, "k");
    auto const first = bank->make_lane();
    std::vector const orders{order};
    auto const locked = first->lock(orders);
    ASSERT_TRUE(locked);
    Result<ledger::LockedBatch> second_locked = Code::internal_error;
    std::thread waiter([&] {
        auto const second = bank->make_lane();
        second_locked = second->lock(orders);
    });
    ASSERT_TRUE(first->post(orders, ledger::decide(orders, *locked), *locked));
    waiter.join();
    ASSERT_TRUE(second_locked);
    EXPECT_EQ(second_locked->known.size(), 1U);
}

TEST_F(Lane, LooksAgainIfItsKeyWasUsedMeanwhileOnOtherAccounts) {
    auto const c = account(anna).id;
    std::vector const orders{deposit(teller, a, 10, "k")};
    auto other = transfer(teller, b, c, 5, "k");
    pay_in(b, 100);
    std::vector const others{other};
    auto const first = bank->make_lane();
    auto const second = bank->make_lane();
    auto const locked = first->lock(orders);
    auto const other_locked = second->lock(others);
    ASSERT_TRUE(locked && other_locked);
    ASSERT_TRUE(first->post(orders, ledger::decide(orders, *locked), *locked));
    auto const before = money();
    auto const posted = second->post(others, ledger::decide(others, *other_locked), *other_locked);
    ASSERT_FALSE(posted);
    EXPECT_EQ(word(posted.code()), "overloaded");
    EXPECT_EQ(word(run(*second, others)[0].decision.code), "idempotency_key_reused");
    EXPECT_EQ(money(), before);
}

struct Forgery {
    char const* name;
    std::function<void(ledger::TransferOrder&, ledger::Decision&)> forge;
};

TEST_F(Lane, NeverPostsWhatTheEngineCouldNotDecide) {
    authorize(anna, a);
    pay_in(a, 1000);
    auto const strange = AccountId{std::stoll(
        database.value("select id from bank.accounts where kind = 'cash' and user_id = " +
                       std::to_string(admin.id.value)))};
    auto const drawer = AccountId{std::stoll(
        database.value("select id from bank.accounts where kind = 'cash' and user_id = " +
                       std::to_string(teller.id.value)))};
    auto const auditor = person(Role::auditor, "otto");
    auto const balance_a = balance(a);
    auto const balance_b = balance(b);
    Forgery const forgeries[] = {
        {"an overdraft",
         [&](auto& o, auto& d) {
             d.amount.amount = o.amount.amount = 1001;
             d.debit_balance = d.available = balance_a - 1001;
             d.credit_balance = balance_b + 1001;
         }},
        {"another's account",
         [&](auto& o, auto& d) {
             o.debit_account = d.debit_account = b;
             o.credit_account = d.credit_account = a;
             d.debit_balance = d.available = balance_b - 1;
             d.credit_balance = balance_a + 1;
             d.amount.amount = o.amount.amount = 1;
         }},
        {"no PIN", [&](auto& o, auto&) { o.acting = log_in_again(anna).acting; }},
        {"an auditor", [&](auto& o, auto&) { o.acting = auditor.acting; }},
        {"an unknown session", [&](auto& o, auto&) { o.acting.session.fill(7); }},
        {"a wrong balance", [&](auto&, auto& d) { ++d.debit_balance; }},
        {"a refusal that is none",
         [&](auto&, auto& d) {
             d.code = Code::insufficient_funds;
             d.debit_balance = d.available = balance_a;
             d.credit_balance = balance_b;
         }},
        {"another status",
         [&](auto&, auto& d) {
             d.code = Code::debit_account_closed;
             d.debit_balance = d.available = balance_a;
             d.credit_balance = balance_b;
         }},
        {"a negative amount",
         [&](auto& o, auto& d) {
             d.amount.amount = o.amount.amount = -5;
             d.debit_balance = d.available = balance_a + 5;
             d.credit_balance = balance_b - 5;
         }},
        {"an account that is not there",
         [&](auto&, auto& d) { d.credit_account = AccountId{987654}; }},
        {"cash by transfer",
         [&](auto&, auto& d) {
             d.credit_account = drawer;
             d.credit_balance = -995;
         }},
        {"another's drawer",
         [&](auto& o, auto& d) {
             o = deposit(teller, a, 5, "drawer");
             d.debit_account = strange;
             d.credit_account = a;
             d.debit_balance = -5;
             d.credit_balance = d.available = balance_a + 5;
         }},
        {"another currency",
         [&](auto& o, auto& d) {
             d.amount.currency = o.amount.currency = *money::parse_currency("USD");
         }},
    };
    for (auto const& forgery : forgeries) {
        auto const before = money();
        auto order = transfer(anna, a, b, 5, forgery.name);
        ledger::Decision decision;
        decision.code = Code::posted;
        decision.debit_account = a;
        decision.credit_account = b;
        decision.amount = order.amount;
        decision.debit_balance = balance_a - 5;
        decision.credit_balance = balance_b + 5;
        decision.available = balance_a - 5;
        forgery.forge(order, decision);
        EXPECT_EQ(word(force({order}, {decision})), "decision_refused") << forgery.name;
        EXPECT_EQ(money(), before) << forgery.name;
    }
    // The same without forgery is posted: so each forgery above is the reason for its refusal.
    EXPECT_EQ(word(run({transfer(anna, a, b, 5, "honest")})[0].decision.code), "posted");
}

TEST_F(Lane, KeepsNothingOfABatchWithOneForgedOrder) {
    auto const before = money();
    std::vector const orders{deposit(teller, a, 10, "1"), transfer(teller, a, b, 99, "2")};
    auto const lane = bank->make_lane();
    auto const locked = lane->lock(orders);
    ASSERT_TRUE(locked);
    auto decisions = ledger::decide(orders, *locked);
    decisions[1].code = Code::posted;
    decisions[1].debit_balance = decisions[1].available = -89;
    decisions[1].credit_balance = 99;
    auto const posted = lane->post(orders, decisions, *locked);
    ASSERT_FALSE(posted);
    EXPECT_EQ(word(posted.code()), "decision_refused");
    EXPECT_EQ(money(), before);
    // The lane continues.
    EXPECT_EQ(word(run(*lane, {deposit(teller, a, 10, "3")})[0].decision.code), "posted");
}

TEST_F(Lane, RefusesASessionThatEndedSinceTheLock) {
    std::vector const orders{deposit(teller, a, 10, "1")};
    auto const lane = bank->make_lane();
    auto const locked = lane->lock(orders);
    ASSERT_TRUE(locked);
    ASSERT_TRUE(bank->users().end_session(teller.acting));
    auto const posted = lane->post(orders, ledger::decide(orders, *locked), *locked);
    ASSERT_FALSE(posted);
    EXPECT_EQ(word(posted.code()), "decision_refused");
    EXPECT_EQ(word(run(*lane, orders)[0].decision.code), "session_ended");
    EXPECT_EQ(balance(a), 0);
}

TEST_F(Lane, RecoversFromAKilledBackendWithoutARestart) {
    std::vector const orders{deposit(teller, a, 10, "1")};
    auto const lane = bank->make_lane();
    auto const locked = lane->lock(orders);
    ASSERT_TRUE(locked);
    database.query(
        "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'bankd'"
        " and datname = current_database()");
    auto const posted = lane->post(orders, ledger::decide(orders, *locked), *locked);
    ASSERT_FALSE(posted);
    EXPECT_THAT(std::string{word(posted.code())},
                ::testing::AnyOf("storage_unavailable", "outcome_unknown"));
    EXPECT_EQ(balance(a), 0);
    EXPECT_EQ(word(run(*lane, orders)[0].decision.code), "posted");
    EXPECT_EQ(balance(a), 10);
    // The pool's connections were killed, too.
    EXPECT_TRUE(bank->users().find_session(teller.acting.session));
}

TEST_F(Lane, ConservesMoneyUnderConcurrentLanesOnFewAccounts) {
    std::vector<AccountId> accounts;
    for (int i = 0; i < 6; ++i) {
        accounts.push_back(account(anna, 50).id);
        pay_in(accounts.back(), 1000);
    }
    std::atomic<int> failures{0};
    std::vector<std::thread> threads;
    for (unsigned lane_no = 0; lane_no < 4; ++lane_no) {
        threads.emplace_back([&, lane_no] {
            std::mt19937 random(lane_no);
            auto const lane = bank->make_lane();
            for (int batch = 0; batch < 12; ++batch) {
                std::vector<ledger::TransferOrder> orders;
                for (int i = 0; i < 40; ++i) {
                    // Half of the keys are the same in all lanes: replays across them.
                    auto const key = fmt::format("{} {} {}", i % 2 == 0 ? 9U : lane_no, batch, i);
                    std::mt19937 choice(static_cast<unsigned>(std::hash<std::string>{}(key)));
                    auto const from = accounts[choice() % accounts.size()];
                    auto const to = accounts[choice() % accounts.size()];
                    orders.push_back(transfer(teller, from, to,
                                              1 + static_cast<std::int64_t>(choice() % 700), key));
                }
                auto const locked = lane->lock(orders);
                if (!locked || !lane->post(orders, ledger::decide(orders, *locked), *locked))
                    ++failures;
            }
        });
    }
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(failures, 0);
    EXPECT_EQ(
        database.value("select min(balance) >= -50 from bank.accounts where kind = 'customer'"),
        "t");
    // 12 batches of 20 shared keys, and of 20 keys per lane, plus the six deposits.
    EXPECT_EQ(database.value("select count(*) from bank.transfers"),
              std::to_string(6 + 12 * (20 + 4 * 20)));
    expect_sound_ledger();
}

TEST(Commit, ThatIsAnsweredRollbackIsNoCommit) {
    TempPostgres const database;
    postgres::ConnectionSettings settings;
    settings.connection = database.connection_as("bankd");
    auto const connection = postgres::Connection::open(settings);
    ASSERT_TRUE(connection);
    ASSERT_TRUE((*connection)->run_script("begin"));
    EXPECT_FALSE((*connection)->run_script("select 1 / 0"));
    auto const answer = (*connection)->run({"", "commit"});
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->command_tag(), "ROLLBACK");
    EXPECT_FALSE(postgres::check_commit(answer->command_tag()));
}

TEST(Transaction, ThatFailedCannotBeCommitted) {
    TempPostgres const database;
    postgres::ConnectionSettings settings;
    settings.connection = database.connection_as("bankd");
    postgres::Connector connector(settings);
    postgres::Pool pool(connector, 2, std::chrono::milliseconds{50});
    auto transaction = postgres::Transaction::begin(pool);
    ASSERT_TRUE(transaction);
    EXPECT_FALSE(transaction->run({"", "select 1 / 0"}));
    EXPECT_FALSE(transaction->commit());
    // The other connection, then none.
    auto const other = pool.take();
    ASSERT_TRUE(other);
    auto const third = pool.take();
    ASSERT_FALSE(third);
    EXPECT_EQ(word(third.code()), "overloaded");
}

TEST(Outage, IsAnsweredAtOnce) {
    postgres::Settings settings;
    settings.connection = "host=/nowhere dbname=none user=nobody";
    postgres::Database bank(settings);
    auto const start = std::chrono::steady_clock::now();
    for (int i = 0; i < 100; ++i) {
        auto const found = bank.users().find_session({});
        ASSERT_FALSE(found);
        EXPECT_EQ(word(found.code()), "storage_unavailable");
        EXPECT_EQ(found.error().retry_after_s, 1U);
    }
    auto const lane = bank.make_lane();
    std::vector<ledger::TransferOrder> const none;
    EXPECT_EQ(word(lane->lock(none).code()), "storage_unavailable");
    // Each of them would have waited for two seconds.
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds{20});
}

}  // namespace
}  // namespace bank::test
