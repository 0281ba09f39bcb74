// Holds through a lane, the engine and SQL, and their expiry.
#include <fmt/format.h>

#include <atomic>
#include <thread>

#include "tests/integration/postgres/bank_fixture.hpp"

namespace bank::test {
namespace {

using api::Role;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string word_of(auto const& result) {
    return result ? "ok" : std::string{word(result.code())};
}

class Holds : public BankFixture {
protected:
    Holds()
        : anna(person(Role::customer, "anna")),
          bert(person(Role::customer, "bert")),
          a(account(anna).id),
          b(account(bert).id) {
        pay_in(a, 1000);
        authorize(anna, a);
    }
    ~Holds() override { expect_sound_ledger(); }

    // Of Anna's money, for Bert.
    TransferId place(std::int64_t amount, std::string const& key = "hold") {
        return posted(hold(anna, a, b, amount, key));
    }
    // balance/held/available of an account.
    std::string standing(AccountId id) {
        auto const account = read(id);
        return fmt::format("{}/{}/{}", account.balance, account.held, account.available);
    }
    std::string state_of(TransferId hold) {
        auto const found = bank->ledger().find_hold(teller.acting, hold);
        return found ? std::string{to_string(found->state)} : word_of(found);
    }

    Person anna;
    Person bert;
    AccountId a;
    AccountId b;
};

TEST_F(Holds, ReserveAndMoveNothing) {
    auto const result = run({hold(anna, a, b, 300, "h")})[0];
    ASSERT_EQ(word(result.decision.code), "posted");
    EXPECT_EQ(result.decision.debit_balance, 1000);
    EXPECT_EQ(result.decision.debit_held, 300);
    EXPECT_EQ(result.decision.available, 700);
    ASSERT_TRUE(result.posted.expires_at);
    EXPECT_EQ(*result.posted.expires_at - result.posted.created_at, std::chrono::hours{1});
    EXPECT_EQ(standing(a), "1000/300/700");
    EXPECT_EQ(standing(b), "0/0/0");
    EXPECT_THAT(audit_tail(1), ElementsAre("hold posted"));
    auto const found = bank->ledger().find_transfer(anna.acting, result.posted.id);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->balance, 1000);
    EXPECT_EQ(found->available, 700);
    EXPECT_FALSE(found->entry_id);
    EXPECT_EQ(found->expires_at, result.posted.expires_at);
}

struct Settling {
    char const* name;
    std::int64_t captured;  // 0: the full amount; -1: released.
    char const* of_payer;
    char const* of_payee;
    char const* state;
};

class Settle : public Holds, public testing::WithParamInterface<Settling> {};

INSTANTIATE_TEST_SUITE_P(
    Holds, Settle,
    testing::Values(Settling{"all", 0, "700/0/700", "300/0/300", "captured"},
                    Settling{"all_by_amount", 300, "700/0/700", "300/0/300", "captured"},
                    Settling{"a_part", 120, "880/0/880", "120/0/120", "captured"},
                    Settling{"least", 1, "999/0/999", "1/0/1", "captured"},
                    Settling{"nothing", -1, "1000/0/1000", "0/0/0", "released"}),
    [](auto const& row) { return row.param.name; });

TEST_P(Settle, MovesThePartAndFreesTheRest) {
    auto const& row = GetParam();
    auto const of = place(300);
    auto const settling =
        row.captured < 0 ? release(bert, of, "s") : capture(bert, of, row.captured, "s");
    auto const result = run({settling})[0];
    ASSERT_EQ(word(result.decision.code), "posted");
    EXPECT_EQ(standing(a), row.of_payer);
    EXPECT_EQ(standing(b), row.of_payee);
    EXPECT_EQ(result.decision.debit_held, 0);
    EXPECT_EQ(result.decision.available, read(b).available);
    auto const found = bank->ledger().find_hold(bert.acting, of);
    ASSERT_TRUE(found);
    EXPECT_EQ(to_string(found->state), row.state);
    EXPECT_EQ(found->captured_amount, read(b).balance);
    EXPECT_EQ(found->settled_by, result.posted.id);
    EXPECT_EQ(found->amount.amount, 300);
    EXPECT_EQ(database.value("select count(*) from bank.open_holds"), "0");
}

struct Asker {
    char const* name;
    char const* who;
    char const* outcome;
};

class SettledBy : public Holds, public testing::WithParamInterface<Asker> {};

INSTANTIATE_TEST_SUITE_P(Holds, SettledBy,
                         testing::Values(Asker{"payee", "bert", "posted"},
                                         Asker{"teller", "tina", "posted"},
                                         Asker{"admin", "root", "posted"},
                                         Asker{"payer", "anna", "origin_not_found"},
                                         Asker{"stranger", "carl", "origin_not_found"},
                                         Asker{"auditor", "otto", "permission_denied"}),
                         [](auto const& row) { return row.param.name; });

TEST_P(SettledBy, WhoMay) {
    std::vector const people{
        anna, bert, teller, admin, person(Role::customer, "carl"), person(Role::auditor, "otto")};
    auto const who = *std::ranges::find(people, std::string{GetParam().who}, &Person::name);
    auto const one = place(100, "1");
    auto const other = place(200, "2");
    auto const before = money();
    EXPECT_EQ(outcome(capture(who, one, 0, "c")), GetParam().outcome);
    EXPECT_EQ(outcome(release(who, other, "r")), GetParam().outcome);
    if (std::string{GetParam().outcome} == "posted") {
        EXPECT_EQ(standing(a), "900/0/900");
        EXPECT_EQ(standing(b), "100/0/100");
    } else {
        EXPECT_EQ(money(), before);
        EXPECT_EQ(state_of(one), "open");
        EXPECT_EQ(state_of(other), "open");
        auto const refused = std::string{" "} + GetParam().outcome;
        EXPECT_THAT(audit_tail(2), ElementsAre("capture" + refused, "release" + refused));
    }
}

TEST_F(Holds, NeedThePinOfThePayer) {
    auto const before = money();
    auto const fresh = log_in_again(anna);
    EXPECT_EQ(outcome(hold(fresh, a, b, 1, "1")), "pin_required");
    EXPECT_EQ(outcome(hold(bert, a, b, 1, "2")), "permission_denied");
    EXPECT_EQ(money(), before);
}

TEST_F(Holds, CountInEveryCheckOfTheBalance) {
    place(800);
    auto& ledger = bank->ledger();
    auto const before = read(a);
    EXPECT_EQ(outcome(withdrawal(anna, a, 201, "w")), "insufficient_funds");
    EXPECT_EQ(outcome(transfer(anna, a, b, 201, "t")), "insufficient_funds");
    EXPECT_EQ(outcome(hold(anna, a, b, 201, "h")), "insufficient_funds");
    EXPECT_EQ(standing(a), "1000/800/200");
    EXPECT_EQ(outcome(transfer(anna, a, b, 200, "all that is free")), "posted");
    EXPECT_EQ(outcome(withdrawal(anna, a, 1, "none is left")), "insufficient_funds");
    EXPECT_EQ(standing(a), "800/800/0");
    EXPECT_EQ(word_of(ledger.close_account(teller.acting, a)), "account_not_empty");
    EXPECT_FALSE(read(a).is_closed);
    EXPECT_EQ(before.overdraft_limit, 0);
}

TEST_F(Holds, KeepAnAccountOpenAndItsOverdraftInUse) {
    auto& ledger = bank->ledger();
    auto const empty = account(anna, 100).id;
    auto const of = posted(hold(teller, empty, b, 60, "h"));
    EXPECT_EQ(standing(empty), "0/60/40");
    EXPECT_EQ(word_of(ledger.close_account(teller.acting, empty)), "account_not_empty");
    EXPECT_EQ(word_of(ledger.set_overdraft(admin.acting, {empty, 59})), "limit_below_use");
    EXPECT_EQ(read(empty).overdraft_limit, 100);
    EXPECT_EQ(word_of(ledger.set_overdraft(admin.acting, {empty, 60})), "ok");
    EXPECT_EQ(outcome(release(teller, of, "r")), "posted");
    EXPECT_EQ(word_of(ledger.set_overdraft(admin.acting, {empty, 0})), "ok");
    EXPECT_EQ(word_of(ledger.close_account(teller.acting, empty)), "ok");
}

TEST_F(Holds, KeepTheirPayeesAccountOpen) {
    auto& ledger = bank->ledger();
    auto const payee = account(bert).id;
    auto const first = posted(hold(anna, a, payee, 60, "1"));
    auto const second = posted(hold(anna, a, payee, 40, "2"));
    auto const refused = ledger.close_account(teller.acting, payee);
    EXPECT_EQ(word_of(refused), "payee_of_open_hold");
    EXPECT_THAT(refused.error().message, HasSubstr(fmt::format("Hold {} ", first.value)));
    EXPECT_FALSE(read(payee).is_closed);
    EXPECT_EQ(outcome(release(bert, first, "3")), "posted");
    EXPECT_THAT(ledger.close_account(teller.acting, payee).error().message,
                HasSubstr(fmt::format("Hold {} ", second.value)));
    EXPECT_EQ(outcome(release(bert, second, "4")), "posted");
    EXPECT_EQ(word_of(ledger.close_account(teller.acting, payee)), "ok");
}

TEST_F(Holds, AreNeitherCapturedAboveTheirAmountNorInAnotherCurrency) {
    auto const of = place(300);
    auto const standing_before = standing(a);
    EXPECT_EQ(outcome(capture(bert, of, 301, "c")), "capture_exceeds_hold");
    auto usd = capture(bert, of, 5, "usd");
    usd.amount.currency = *money::parse_currency("USD");
    EXPECT_EQ(outcome(usd), "currency_mismatch");
    EXPECT_EQ(outcome(capture(bert, TransferId{987654}, 0, "none")), "origin_not_found");
    EXPECT_EQ(standing(a), standing_before);
    EXPECT_EQ(state_of(of), "open");
    EXPECT_EQ(outcome(capture(bert, of, 300, "all")), "posted");
}

TEST_F(Holds, ThatWereRefusedOrAreNoneAreNotSettled) {
    auto const refused = run({hold(anna, a, b, 5000, "h")})[0];
    ASSERT_EQ(word(refused.decision.code), "insufficient_funds");
    auto const moved = posted(transfer(anna, a, b, 10, "t"));
    auto const before = money();
    for (auto const of : {refused.posted.id, moved}) {
        EXPECT_EQ(outcome(capture(bert, of, 0, fmt::format("c{}", of.value))), "origin_not_found");
        EXPECT_EQ(outcome(release(teller, of, fmt::format("r{}", of.value))), "origin_not_found");
    }
    EXPECT_EQ(money(), before);
}

TEST_F(Holds, AreSettledOnceInOneBatchAndInLaterOnes) {
    auto const captured = place(100, "1");
    auto const released = place(100, "2");
    auto const results = run({
        capture(bert, captured, 40, "c1"),
        capture(bert, captured, 60, "c2"),
        release(bert, captured, "r1"),
        release(bert, released, "r2"),
        capture(teller, released, 0, "c3"),
    });
    std::vector<std::string> outcomes;
    for (auto const& result : results) outcomes.emplace_back(word(result.decision.code));
    EXPECT_THAT(outcomes,
                ElementsAre("posted", "hold_settled", "hold_settled", "posted", "hold_settled"));
    EXPECT_EQ(standing(a), "960/0/960");
    for (auto const of : {captured, released}) {
        auto const key = fmt::format("late {}", of.value);
        EXPECT_EQ(outcome(capture(bert, of, 1, key + "c")), "hold_settled");
        EXPECT_EQ(outcome(release(bert, of, key + "r")), "hold_settled");
    }
    EXPECT_EQ(standing(a), "960/0/960");
    EXPECT_EQ(standing(b), "40/0/40");
}

TEST_F(Holds, AreSettledOnceByConcurrentLanes) {
    for (int round = 0; round < 5; ++round) {
        auto const of = place(10, fmt::format("hold {}", round));
        std::atomic<int> won{0};
        std::vector<std::jthread> lanes;
        for (int i = 0; i < 4; ++i) {
            lanes.emplace_back([&, i] {
                auto const key = fmt::format("{} {}", round, i);
                auto const order = i % 2 == 0 ? capture(bert, of, 0, key) : release(bert, of, key);
                if (outcome(order) == "posted") ++won;
            });
        }
        lanes.clear();
        EXPECT_EQ(won, 1);
    }
    EXPECT_EQ(read(a).held, 0);
    EXPECT_EQ(read(a).balance + read(b).balance, 1000);
}

TEST_F(Holds, OutliveALockAndAFreezeOfThePayerButNotOfThePayee) {
    auto& ledger = bank->ledger();
    auto const first = place(100, "1");
    auto const second = place(100, "2");
    ASSERT_TRUE(ledger.lock_account(teller.acting, {a, "lost card"}));
    ASSERT_TRUE(ledger.freeze_account(teller.acting, {a, true, false, "court"}));
    EXPECT_EQ(outcome(capture(bert, first, 0, "c1")), "posted");
    EXPECT_EQ(outcome(hold(teller, a, b, 1, "h")), "debit_account_locked");
    ASSERT_TRUE(ledger.freeze_account(teller.acting, {b, false, true, "court"}));
    EXPECT_EQ(outcome(capture(bert, second, 0, "c2")), "credit_account_frozen");
    EXPECT_EQ(read(a).held, 100);
    EXPECT_EQ(outcome(release(bert, second, "r")), "posted");
    EXPECT_EQ(read(a).held, 0);
}

TEST_F(Holds, WhoseTimeIsOverAreNeitherCapturedNorReleased) {
    auto const of = place(300);
    end_time_of(of);
    EXPECT_EQ(state_of(of), "expired");
    auto const results = run({capture(bert, of, 0, "c"), release(teller, of, "r")});
    for (auto const& result : results) EXPECT_EQ(word(result.decision.code), "hold_expired");
    EXPECT_EQ(standing(a), "1000/300/700");
    EXPECT_EQ(standing(b), "0/0/0");
    EXPECT_EQ(expire_holds(), 1);
    EXPECT_EQ(standing(a), "1000/0/1000");
    EXPECT_EQ(outcome(capture(bert, of, 0, "late")), "hold_settled");
    EXPECT_EQ(outcome(release(bert, of, "later")), "hold_settled");
    EXPECT_EQ(state_of(of), "expired");
}

TEST_F(Holds, ThatAreCapturedInTimeDoNotExpire) {
    auto const of = place(300);
    ASSERT_EQ(outcome(capture(bert, of, 200, "c")), "posted");
    end_time_of(of);
    auto const before = money();
    EXPECT_EQ(expire_holds(), 0);
    EXPECT_EQ(money(), before);
    EXPECT_EQ(state_of(of), "captured");
    EXPECT_EQ(outcome(capture(bert, of, 1, "again")), "hold_settled");
}

TEST_F(Holds, LeaveATransferAndAnAuditRecordWhenTheyExpire) {
    auto const of = place(300);
    end_time_of(of);
    ASSERT_EQ(expire_holds(), 1);
    EXPECT_THAT(audit_tail(1), ElementsAre("expiry posted"));
    auto const hold = bank->ledger().find_hold(anna.acting, of);
    ASSERT_TRUE(hold);
    EXPECT_EQ(hold->state, api::HoldState::expired);
    EXPECT_EQ(hold->captured_amount, 0);
    ASSERT_TRUE(hold->settled_by);
    auto const expiry = bank->ledger().find_transfer(anna.acting, hold->settled_by);
    ASSERT_TRUE(expiry);
    EXPECT_EQ(expiry->kind, api::TransferKind::expiry);
    EXPECT_EQ(expiry->origin, of);
    EXPECT_EQ(expiry->amount.amount, 300);
    EXPECT_EQ(expiry->available, 1000);
    EXPECT_FALSE(expiry->entry_id);
    EXPECT_EQ(
        database.value(fmt::format("select count(*) from bank.audit_logs where transfer_id = {}",
                                   hold->settled_by.value)),
        "1");
}

TEST_F(Holds, ExpireInPortionsOfAtMostTheCountAskedFor) {
    std::vector<TransferId> placed;
    for (int i = 0; i < 5; ++i) placed.push_back(place(10, fmt::format("{}", i)));
    for (auto const of : placed) end_time_of(of);
    EXPECT_EQ(expire_holds(3), 3);
    EXPECT_EQ(read(a).held, 20);
    EXPECT_EQ(expire_holds(3), 2);
    EXPECT_EQ(expire_holds(3), 0);
    EXPECT_EQ(standing(a), "1000/0/1000");
}

TEST_F(Holds, ExpireExactlyOnceHoweverManyAskAtOnce) {
    constexpr int count = 40;
    auto const other = account(bert).id;
    pay_in(other, 500);
    std::vector<ledger::TransferOrder> orders;
    for (int i = 0; i < count; ++i) {
        orders.push_back(hold(teller, i % 2 == 0 ? a : other, b, 7, fmt::format("{}", i)));
    }
    for (auto const& result : run(orders)) end_time_of(result.posted.id);
    std::atomic<std::int64_t> ended{0};
    {
        std::vector<std::jthread> daemons;
        for (int i = 0; i < 4; ++i) {
            daemons.emplace_back([&] {
                for (int round = 0; round < 8; ++round) ended += expire_holds(7);
            });
        }
    }
    EXPECT_EQ(ended, count);
    EXPECT_EQ(database.value("select count(*) from bank.transfers where kind = 'expiry'"),
              std::to_string(count));
    EXPECT_EQ(database.value("select count(*) from bank.audit_logs where action = 'expiry'"),
              std::to_string(count));
    EXPECT_EQ(standing(a), "1000/0/1000");
    EXPECT_EQ(standing(other), "500/0/500");
}

TEST_F(Holds, AreCapturedOrExpireButNotBoth) {
    auto brief = hold(anna, a, b, 10, "h");
    brief.expires_in_s = 1;
    std::vector const orders{capture(bert, posted(brief), 0, "c")};
    auto const lane = bank->make_lane();
    auto const locked = lane->lock(orders);
    ASSERT_TRUE(locked);
    wait_until("select count(*) from bank.open_holds where expires_at <= clock_timestamp()", "1");
    std::int64_t expired = -1;
    std::jthread bank_itself([&] { expired = expire_holds(); });
    wait_for_a_waiting_lock();
    EXPECT_TRUE(lane->post(orders, ledger::decide(orders, *locked), *locked));
    bank_itself.join();
    EXPECT_EQ(expired, 0);
    EXPECT_EQ(standing(a), "990/0/990");
    EXPECT_EQ(standing(b), "10/0/10");
}

TEST_F(Holds, ExpireAfterARestartOfTheDaemon) {
    auto const of = place(300);
    end_time_of(of);
    bank.reset();
    postgres::Settings settings;
    settings.signer = &record_keys();
    settings.connection = database.connection_as("bankd");
    bank = std::make_unique<postgres::Database>(settings);
    EXPECT_EQ(expire_holds(), 1);
    EXPECT_EQ(state_of(of), "expired");
    EXPECT_EQ(standing(a), "1000/0/1000");
}

TEST_F(Holds, AreShownToPayerPayeeAndStaffAndListedToThoseWhoSeeTheAccount) {
    auto const carl = person(Role::customer, "carl");
    auto const otto = person(Role::auditor, "otto");
    auto const first = place(100, "1");
    auto const second = place(200, "2");
    auto const third = place(300, "3");
    ASSERT_EQ(outcome(release(bert, second, "r")), "posted");
    auto& ledger = bank->ledger();
    for (auto const& who : {anna, bert, teller, admin, otto}) {
        auto const found = ledger.find_hold(who.acting, first);
        ASSERT_TRUE(found) << who.name;
        EXPECT_EQ(found->amount.amount, 100);
        EXPECT_EQ(found->debit_account_no, read(a).account_no);
        EXPECT_EQ(found->credit_account_no, read(b).account_no);
        EXPECT_EQ(found->state, api::HoldState::open);
        EXPECT_FALSE(found->settled_by);
    }
    EXPECT_EQ(word_of(ledger.find_hold(carl.acting, first)), "not_found");
    EXPECT_EQ(word_of(ledger.find_hold(teller.acting, TransferId{987654})), "not_found");

    for (auto const& who : {anna, teller, admin, otto}) {
        std::vector<TransferId> listed;
        api::ListHoldsRequest request{a, {1, ""}};
        do {
            auto const page = ledger.list_holds(who.acting, request);
            ASSERT_TRUE(page) << who.name;
            for (auto const& hold : page->items) listed.push_back(hold.id);
            request.page.cursor = page->next_cursor;
        } while (!request.page.cursor.empty());
        EXPECT_THAT(listed, ElementsAre(first, third)) << who.name;
    }
    // The payee sees the hold, but not the payer's other holds.
    for (auto const& who : {bert, carl}) {
        auto const page = ledger.list_holds(who.acting, {a, {}});
        EXPECT_TRUE(!page || page->items.empty()) << who.name;
    }
}

TEST_F(Holds, AreAnsweredAsTheFirstTimeWhenTheyAreSentAgain) {
    auto const of = place(100, "h");
    auto const other = place(50, "h2");
    std::vector const orders{hold(anna, a, b, 100, "h"), capture(bert, of, 70, "c"),
                             release(bert, other, "r"), hold(anna, a, b, 9999, "refused")};
    std::vector<OrderResult> first;
    for (auto const& order : orders) first.push_back(run({order})[0]);
    pay_in(a, 77);
    auto const before = money();

    auto const lane = bank->make_lane();
    auto const locked = lane->lock(orders);
    ASSERT_TRUE(locked);
    auto const decisions = ledger::decide(orders, *locked);
    ASSERT_TRUE(lane->post(orders, decisions, *locked));
    EXPECT_EQ(money(), before);
    std::vector<std::string> const words{"posted", "posted", "posted", "insufficient_funds"};
    std::vector<std::int64_t> const availables{900, 70, 70, 930};
    for (std::size_t i = 0; i < orders.size(); ++i) {
        EXPECT_TRUE(decisions[i].is_replay) << i;
        auto const& answer = locked->known.at(orders[i].idempotency_id).answer;
        EXPECT_EQ(word(answer.status), words[i]) << i;
        EXPECT_EQ(answer.available, availables[i]) << i;
        EXPECT_EQ(answer.kind, orders[i].kind);
        EXPECT_EQ(answer.origin, orders[i].origin);
        EXPECT_TRUE(answer.is_replay);
        EXPECT_EQ(answer.expires_at.has_value(), i == 0);
    }
    // The key of one kind is not valid for another.
    EXPECT_EQ(outcome(release(bert, of, "c")), "idempotency_key_reused");
    EXPECT_EQ(money(), before);
}

}  // namespace
}  // namespace bank::test
