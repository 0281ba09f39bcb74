// Two daemons with lanes that remember, on one database, while accounts also change from outside.
#include <fmt/format.h>

#include <atomic>
#include <mutex>
#include <random>
#include <thread>

#include "tests/integration/postgres/bank_fixture.hpp"
#include "tests/integration/postgres/daemon_lanes.hpp"

namespace bank::test {
namespace {

using api::Role;

class RememberingLane : public BankFixture {
protected:
    RememberingLane()
        : anna(person(Role::customer, "anna")),
          bert(person(Role::customer, "bert")),
          a(account(anna).id),
          b(account(bert).id),
          daemon(*bank) {
        pay_in(a, 1000);
        authorize(anna, a);
        // From here on the lane remembers Anna, her PIN, and both accounts.
        EXPECT_EQ(daemon.outcome(transfer(anna, a, b, 100, "first")), "posted");
        EXPECT_EQ(daemon.hooks.locks, 1);
    }
    ~RememberingLane() override {
        EXPECT_EQ(daemon.alarms, 0);
        expect_sound_ledger();
    }

    Person anna;
    Person bert;
    AccountId a;
    AccountId b;
    DaemonLanes daemon;
};

TEST_F(RememberingLane, DecidesWithoutLookingAndAnswersAsTheDatabaseHasIt) {
    for (int i = 0; i < 5; ++i) {
        auto const answer = daemon.post(transfer(anna, a, b, 10, std::to_string(i)));
        ASSERT_TRUE(answer);
        EXPECT_EQ(answer->balance, balance(a));
        EXPECT_EQ(answer->available, read(a).available);
    }
    EXPECT_EQ(daemon.outcome(transfer(anna, a, b, 9999, "too much")), "insufficient_funds");
    EXPECT_EQ(daemon.hooks.locks, 1);
    EXPECT_EQ(daemon.hooks.posts, 7);
}

TEST_F(RememberingLane, FindsAKeyThatWasUsedBefore) {
    auto const before = money();
    auto const again = daemon.post(transfer(anna, a, b, 100, "first"));
    ASSERT_TRUE(again);
    EXPECT_TRUE(again->is_replay);
    EXPECT_EQ(again->balance, 900);
    EXPECT_EQ(daemon.outcome(transfer(anna, a, b, 101, "first")), "idempotency_key_reused");
    EXPECT_EQ(money(), before);
    EXPECT_EQ(balance(a), 900);
}

TEST_F(RememberingLane, RefusesASessionThatHasEnded) {
    ASSERT_TRUE(bank->users().end_session(anna.acting));
    auto const before = money();
    EXPECT_EQ(daemon.outcome(transfer(anna, a, b, 1, "2")), "session_ended");
    EXPECT_EQ(daemon.outcome(transfer(anna, a, b, 1, "2")), "session_ended");
    EXPECT_EQ(money(), before);
}

TEST_F(RememberingLane, RefusesAUserWhoWasDisabled) {
    database.alter("update bank.users set is_disabled = true where user_name = 'anna'");
    auto const before = money();
    EXPECT_EQ(daemon.outcome(transfer(anna, a, b, 1, "2")), "session_ended");
    EXPECT_EQ(money(), before);
}

TEST_F(RememberingLane, AsksForThePinAgainWhenItsTimeIsOver) {
    database.query("update bank.pin_authorizations set expires_at = now()");
    auto const before = money();
    EXPECT_EQ(daemon.outcome(transfer(anna, a, b, 1, "2")), "pin_required");
    EXPECT_EQ(daemon.outcome(hold(anna, a, b, 1, "3")), "pin_required");
    EXPECT_EQ(money(), before);
    database.query("update bank.pin_authorizations set expires_at = now() + interval '1 minute'");
    EXPECT_EQ(daemon.outcome(transfer(anna, a, b, 1, "2")), "posted");
}

TEST_F(RememberingLane, TakesThePinOfOneTransferForThatOneOnly) {
    database.query("delete from bank.pin_authorizations");
    auto proven = transfer(anna, a, b, 1, "2");
    database.query(fmt::format(
        "insert into bank.pin_authorizations values ({}, {}, now() + interval '1 minute', '{}', "
        "sha256(''))",
        anna.session.value, a.value, to_string(proven.idempotency_id)));
    EXPECT_EQ(daemon.outcome(proven), "posted");
    auto other = transfer(anna, a, b, 1, "3");
    EXPECT_EQ(daemon.outcome(other), "pin_required");
    EXPECT_EQ(daemon.outcome(transfer(anna, a, b, 1, "4")), "pin_required");
    EXPECT_EQ(balance(a), 899);
}

TEST_F(RememberingLane, PostsGroupsWholeOrNot) {
    auto const good =
        daemon.post_linked(linked({transfer(anna, a, b, 100, "1"), hold(anna, a, b, 100, "2")}));
    ASSERT_TRUE(good);
    EXPECT_EQ((*good)[1].available, 700);
    EXPECT_EQ(daemon.hooks.locks, 1);
    auto const bad =
        daemon.post_linked(linked({transfer(anna, a, b, 700, "3"), transfer(anna, a, b, 1, "4")}));
    ASSERT_TRUE(bad);
    EXPECT_EQ(word((*bad)[0].status), "linked_transfer_refused");
    EXPECT_EQ(word((*bad)[1].status), "insufficient_funds");
    auto const again =
        daemon.post_linked(linked({transfer(anna, a, b, 100, "1"), hold(anna, a, b, 100, "2")}));
    ASSERT_TRUE(again);
    EXPECT_TRUE((*again)[0].is_replay && (*again)[1].is_replay);
    EXPECT_EQ((*again)[1].id, (*good)[1].id);
    EXPECT_EQ(balance(a), 800);
}

// ---- All at once ----

class TwoDaemons : public BankFixture {
protected:
    TwoDaemons() : anna(person(Role::customer, "anna")) {
        for (int i = 0; i < 10; ++i) {
            accounts.push_back(account(anna, 50).id);
            pay_in(accounts.back(), 1000);
            authorize(anna, accounts.back());
        }
    }

    void remember(api::Transfer const& answer) {
        std::lock_guard const lock(mutex);
        answers.push_back(answer);
        if (answer.status != Code::posted) return;
        if (answer.kind == api::TransferKind::hold) holds.push_back(answer.id);
        if (answer.kind == api::TransferKind::transfer) movements.push_back(answer.id);
    }
    static TransferId one_of(std::vector<TransferId> const& ids, std::mt19937& random) {
        return ids.empty() ? TransferId{} : ids[random() % ids.size()];
    }
    ledger::TransferOrder any_order(std::mt19937& random, std::string const& key) {
        auto const from = accounts[random() % accounts.size()];
        auto const to = accounts[random() % accounts.size()];
        auto const& who = random() % 2 == 0 ? anna : teller;
        auto const amount = 1 + static_cast<std::int64_t>(random() % 300);
        std::lock_guard const lock(mutex);
        auto const held = one_of(holds, random);
        auto const moved = one_of(movements, random);
        switch (random() % 9) {
        case 0: return deposit(who, to, amount, key);
        case 1: return withdrawal(who, from, amount, key);
        case 2:
        case 3: {
            auto order = hold(who, from, to, amount, key);
            order.expires_in_s = 1 + static_cast<std::int64_t>(random() % 2) * 3600;
            return order;
        }
        case 4:
            if (held) return capture(who, held, 0, key);
            break;
        case 5:
            if (held) return release(who, held, key);
            break;
        case 6:
            if (moved) return reversal(teller, moved, 0, key);
            break;
        default: break;
        }
        return transfer(who, from, to, amount, key);
    }
    // One client of one daemon.
    void hammer(DaemonLanes& daemon, unsigned seed) {
        std::mt19937 random(seed);
        for (int i = 0; i < 60; ++i) {
            // All use some keys, for the same order or different ones.
            auto const key =
                i % 10 == 0 ? fmt::format("shared {}", i) : fmt::format("{} {}", seed, i);
            if (random() % 6 == 0) {
                auto const group = daemon.post_linked(
                    linked({any_transfer(random, key + " 1"), any_transfer(random, key + " 2")}));
                if (group.ok()) {
                    for (auto const& answer : *group) remember(answer);
                } else {
                    expect_harmless(group.code());
                }
                continue;
            }
            auto const answer = daemon.post(any_order(random, key));
            answer.ok() ? remember(*answer) : expect_harmless(answer.code());
        }
    }
    ledger::TransferOrder any_transfer(std::mt19937& random, std::string const& key) {
        return transfer(teller, accounts[random() % 10], accounts[random() % 10],
                        1 + static_cast<std::int64_t>(random() % 500), key);
    }
    void expect_harmless(Code code) {
        EXPECT_THAT(std::string{word(code)},
                    ::testing::AnyOf("idempotency_key_reused", "overloaded", "origin_not_found"));
    }
    // Staff at work, and the expiry of holds, until stopped.
    void interfere(std::atomic<bool> const& is_over) {
        std::mt19937 random(4711);
        auto& ledger = bank->ledger();
        while (!is_over) {
            auto const id = accounts[random() % accounts.size()];
            switch (random() % 5) {
            case 0:
                EXPECT_TRUE(ledger.lock_account(teller.acting, {id, "test"}));
                EXPECT_TRUE(ledger.unlock_account(teller.acting, {id, "test"}));
                break;
            case 1:
                EXPECT_TRUE(ledger.freeze_account(teller.acting, {id, true, true, "test"}));
                EXPECT_TRUE(ledger.freeze_account(teller.acting, {id, false, false, ""}));
                break;
            case 2:
                (void)ledger.set_overdraft(admin.acting, {id, random() % 2 == 0 ? 50 : 500});
                break;
            case 3:
                EXPECT_TRUE(ledger.set_limits(admin.acting, {id, {{}, 20'000, {}, {}}, 5}));
                break;
            default: expire_holds(); break;
            }
        }
    }
    // The answers match the stored transfers.
    void expect_answers_are_kept() {
        for (auto const& answer : answers) {
            auto const kept = bank->ledger().find_transfer(admin.acting, answer.id);
            ASSERT_TRUE(kept) << answer.id.value;
            EXPECT_EQ(kept->kind, answer.kind);
            EXPECT_EQ(kept->status, answer.status);
            EXPECT_EQ(kept->amount.amount, answer.amount.amount);
            EXPECT_EQ(kept->debit_account_no, answer.debit_account_no);
            EXPECT_EQ(kept->credit_account_no, answer.credit_account_no);
            EXPECT_EQ(kept->balance, answer.balance);
            EXPECT_EQ(kept->available, answer.available);
            EXPECT_EQ(kept->entry_id, answer.entry_id);
            EXPECT_EQ(kept->created_at, answer.created_at);
            EXPECT_EQ(kept->expires_at, answer.expires_at);
            EXPECT_EQ(kept->origin, answer.origin);
        }
    }

    Person anna;
    std::vector<AccountId> accounts;
    std::mutex mutex;
    std::vector<api::Transfer> answers;
    std::vector<TransferId> holds;
    std::vector<TransferId> movements;
};

TEST_F(TwoDaemons, AndStaffOnTheSameAccountsKeepTheLedgerSound) {
    std::atomic<bool> is_over{false};
    {
        DaemonLanes one(*bank, 2);
        DaemonLanes other(*bank, 2);
        std::jthread staff([&] { interfere(is_over); });
        std::vector<std::jthread> clients;
        for (unsigned seed = 0; seed < 6; ++seed) {
            clients.emplace_back([&, seed] { hammer(seed % 2 == 0 ? one : other, seed); });
        }
        clients.clear();
        is_over = true;
        staff.join();
        EXPECT_EQ(one.alarms + other.alarms, 0);
        EXPECT_GT(one.hooks.posts + other.hooks.posts, 0);
    }
    EXPECT_GT(answers.size(), 200U);
    expect_answers_are_kept();
    expect_sound_ledger();
    EXPECT_EQ(database.value("select bool_and(balance - held >= -overdraft_limit)"
                             " from bank.accounts where kind = 'customer'"),
              "t");
    // The same key never identifies two transfers.
    EXPECT_EQ(database.value("select count(*) - count(distinct idempotency_id) from bank.transfers"
                             " where kind <> 'expiry'"),
              "0");
}

}  // namespace
}  // namespace bank::test
