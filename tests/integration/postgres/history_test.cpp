// The history and the balance at an instant, against a naive recomputation from all transfers. The
// accounts have several hundred entries, so that the marks on every 64th are used.
#include <fmt/format.h>

#include <algorithm>
#include <random>
#include <set>
#include <sstream>

#include "core/api/cursor.hpp"
#include "tests/integration/postgres/bank_fixture.hpp"

namespace bank::test {
namespace {

using api::Role;
using api::TransferKind;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::string word_of(auto const& result) {
    return result ? "ok" : std::string{word(result.code())};
}

struct Entry {
    EntryId id;
    std::int64_t amount = 0;
    std::int64_t balance = 0;
    Timestamp timestamp;
    bool operator==(Entry const&) const = default;
};

std::ostream& operator<<(std::ostream& out, Entry const& entry) {
    return out << entry.id.value << ": " << entry.amount << " -> " << entry.balance << " at "
               << entry.timestamp.us;
}

class History : public BankFixture {
protected:
    History()
        : anna(person(Role::customer, "anna")),
          bert(person(Role::customer, "bert")),
          a(account(anna, 500).id),
          b(account(bert).id),
          lane(bank->make_lane()) {
        authorize(anna, a);
    }

    // One batch: in, out and between accounts, with holds, which move nothing, and declined
    // transfers.
    void post_batch(std::mt19937& random, int size) {
        std::vector<ledger::TransferOrder> orders;
        for (int i = 0; i < size; ++i) {
            auto const amount = 1 + static_cast<std::int64_t>(random() % 900);
            auto const key = fmt::format("history {}", ++count_);
            switch (random() % 6) {
            case 0: orders.push_back(transfer(anna, a, b, amount, key)); break;
            case 1: orders.push_back(transfer(teller, b, a, amount, key)); break;
            case 2: orders.push_back(withdrawal(anna, a, amount, key)); break;
            case 3:
                orders.push_back(order(TransferKind::hold, anna, a, b, 1, key));
                orders.back().expires_in_s = 3600;
                break;
            default: orders.push_back(deposit(teller, a, amount, key)); break;
            }
        }
        run(*lane, orders);
    }
    // Batches of many sizes; in one, several marks have the same instant.
    void post_several_hundred() {
        std::mt19937 random(7);
        for (int batch = 0; batch < 40; ++batch) post_batch(random, 1 + batch % 11);
        post_batch(random, 250);
        for (int batch = 0; batch < 20; ++batch) post_batch(random, 1 + batch % 7);
        ASSERT_GT(entries(a).size(), 300U);
    }

    // All entries of the account, oldest first, from the transfers alone.
    std::vector<Entry> entries(AccountId id) {
        auto const rows = database.query(fmt::format(
            "select concat_ws(' ', 2 * id + (credit_account_id = {0})::int,"
            " case credit_account_id when {0} then amount else -amount end, bank.us(created_at))"
            " from bank.transfers"
            " where status = 'posted' and kind not in ('hold', 'release', 'expiry')"
            " and {0} in (debit_account_id, credit_account_id) order by id",
            id.value));
        std::vector<Entry> all;
        std::int64_t balance = 0;
        for (auto const& row : rows) {
            Entry entry;
            std::istringstream(row) >> entry.id.value >> entry.amount >> entry.timestamp.us;
            entry.balance = balance += entry.amount;
            all.push_back(entry);
        }
        return all;
    }
    static std::vector<Entry> between(std::vector<Entry> const& all, api::HistoryRequest const& w) {
        std::vector<Entry> found;
        for (auto entry = all.rbegin(); entry != all.rend(); ++entry) {
            auto const is_early = w.from && entry->timestamp < *w.from;
            auto const is_late = w.until && entry->timestamp >= *w.until;
            if (!is_early && !is_late) found.push_back(*entry);
        }
        return found;
    }
    // The critical instants: around every entry's, and far away from them.
    static std::vector<Timestamp> instants(std::vector<Entry> const& all) {
        std::set<std::int64_t> found{0, 4'102'444'800'000'000};
        for (auto const& entry : all) {
            for (auto const beside : {-1, 0, 1}) found.insert(entry.timestamp.us + beside);
        }
        std::vector<Timestamp> instants;
        for (auto const us : found) instants.push_back({us});
        return instants;
    }

    // All pages; only the last may be short, and none is empty unless there are no entries.
    std::vector<Entry> read_all(Person const& who, api::HistoryRequest request) {
        std::vector<Entry> found;
        do {
            auto const page = bank->ledger().history(who.acting, request);
            if (!page) throw std::runtime_error(std::string{word(page.code())});
            for (auto const& item : page->items) {
                EXPECT_EQ(item.account_id, request.account_id);
                EXPECT_EQ(item.transfer_id.value, item.id.value / 2);
                found.push_back({item.id, item.amount, item.balance, item.created_at});
            }
            if (!page->next_cursor.empty()) {
                EXPECT_EQ(page->items.size(), request.page.limit);
            }
            if (!request.page.cursor.empty()) {
                EXPECT_FALSE(page->items.empty());
            }
            request.page.cursor = page->next_cursor;
        } while (!request.page.cursor.empty());
        return found;
    }

    void expect_balances(AccountId id) {
        auto const all = entries(id);
        auto next = all.begin();
        Entry last;  // Without an entry: the balance is 0.
        for (auto const at : instants(all)) {
            for (; next != all.end() && next->timestamp <= at; ++next) last = *next;
            auto const found = bank->ledger().balance(teller.acting, {id, at});
            ASSERT_TRUE(found) << word(found.code());
            EXPECT_EQ(found->balance, last.balance) << at.us;
            EXPECT_EQ(found->entry_id, last.id) << at.us;
            EXPECT_EQ(found->at, at);
            EXPECT_EQ(found->account_id, id);
            EXPECT_EQ(found->currency, eur);
        }
        EXPECT_EQ(next, all.end());
    }

    Person anna;
    Person bert;
    AccountId a;
    AccountId b;
    std::unique_ptr<ledger::LaneStore> lane;

private:
    int count_ = 0;
};

TEST_F(History, MarksEvery64thEntryOfEachAccount) {
    post_several_hundred();
    AccountId const drawer{std::stoll(database.value(fmt::format(
        "select id from bank.accounts where kind = 'cash' and user_id = {}", teller.id.value)))};
    for (auto const id : {a, b, drawer}) {
        auto const all = entries(id);
        std::vector<std::string> expected;
        for (std::size_t i = 63; i < all.size(); i += 64)
            expected.push_back(fmt::format("{} {}", all[i].id.value, all[i].timestamp.us));
        EXPECT_EQ(database.query(
                      fmt::format("select concat_ws(' ', entry_id, bank.us(\"timestamp\")) from "
                                  "bank.history_marks where account_id = {} order by entry_id",
                                  id.value)),
                  expected);
        EXPECT_EQ(database.value(
                      fmt::format("select entry_count from bank.accounts where id = {}", id.value)),
                  std::to_string(all.size()));
    }
    expect_sound_ledger();
}

TEST_F(History, SaysTheBalanceAtEveryInstant) {
    post_several_hundred();
    AccountId const drawer{std::stoll(database.value(fmt::format(
        "select id from bank.accounts where kind = 'cash' and user_id = {}", teller.id.value)))};
    for (auto const id : {a, b, drawer}) {
        expect_balances(id);
        auto const now = bank->ledger().balance(teller.acting, {id, {}});
        ASSERT_TRUE(now);
        EXPECT_EQ(now->balance, balance(id));
        EXPECT_EQ(now->entry_id, entries(id).back().id);
        EXPECT_GT(now->at, entries(id).back().timestamp);
    }
}

// A database administrator with all rights alters the marks.
TEST_F(History, BeginsNowhereElseBecauseOfAnAlteredMarkWhichIsFound) {
    post_several_hundred();
    auto const drawer = database.value(fmt::format(
        "select id from bank.accounts where kind = 'cash' and user_id = {}", teller.id.value));
    auto const mine = fmt::format("where account_id = {}", a.value);
    database.query("create table public.marks as select * from bank.history_marks");
    auto const count =
        std::stoul(database.value("select count(*) from bank.history_marks " + mine));
    ASSERT_GT(count, 3U);
    std::pair<std::string, std::size_t> const changes[] = {
        {"delete from bank.history_marks " + mine, count},
        {"delete from bank.history_marks", 0},
        {"update bank.history_marks set \"timestamp\" = \"timestamp\" - interval '1 day' " + mine,
         2 * count},
        {"update bank.history_marks set \"timestamp\" = \"timestamp\" + interval '1 day' " + mine,
         2 * count},
        // Entries of other transactions, and of the other side.
        {"update bank.history_marks set entry_id = entry_id - 2 " + mine, 2 * count},
        {"update bank.history_marks set entry_id = entry_id # 1 " + mine, 2 * count},
        {fmt::format("update bank.history_marks set account_id = {} where account_id = {}", a.value,
                     drawer),
         0},
        {fmt::format("insert into bank.history_marks select {}, now() - interval '1 year', {}",
                     a.value, entries(a).front().id.value),
         1},
    };
    for (auto const& [change, found] : changes) {
        SCOPED_TRACE(change);
        database.query(
            "alter table bank.history_marks disable trigger user; delete from bank.history_marks;"
            "insert into bank.history_marks select * from public.marks; " +
            change);
        expect_balances(a);
        auto const report = bank->ledger().check_ledger(admin.acting);
        ASSERT_TRUE(report);
        EXPECT_FALSE(report->is_sound);
        if (found > 0) {
            EXPECT_EQ(report->findings.size(), std::min<std::size_t>(found, 100));
        }
    }
}

TEST_F(History, ThatADateBeyondTheLastTransferIsPutBeforeIsAFinding) {
    post_several_hundred();
    expect_sound_ledger();
    for (auto const* const moment : {"'2099-01-01'", "'-infinity'",
                                     "last_posted_at + interval '1 us'",
                                     "last_posted_at - interval '1 us'"}) {
        SCOPED_TRACE(moment);
        database.query("create table public.kept as select id, last_posted_at from bank.accounts");
        database.alter(fmt::format("update bank.accounts set last_posted_at = {} where id = {}",
                                   moment, a.value));
        auto const report = bank->ledger().check_ledger(admin.acting);
        ASSERT_TRUE(report);
        ASSERT_EQ(report->findings.size(), 1U);
        EXPECT_NE(report->findings[0].what.find(fmt::format("Account {} is dated", a.value)),
                  std::string::npos)
            << report->findings[0].what;
        database.alter(
            "update bank.accounts a set last_posted_at = k.last_posted_at from public.kept k"
            " where k.id = a.id");
        database.query("drop table public.kept");
    }
    expect_sound_ledger();
}

TEST_F(History, IsPagedFromAndUntilEachInstant) {
    post_several_hundred();
    auto const all = entries(a);
    auto const first = all.front().timestamp;
    auto const last = all.back().timestamp;
    auto const crowd = all[all.size() / 2].timestamp;  // Shared by the many entries of one batch.
    auto const early = all[all.size() / 8].timestamp;
    constexpr std::chrono::microseconds one{1};
    using Instant = std::optional<Timestamp>;
    std::pair<Instant, Instant> const windows[] = {
        {{}, {}},          {first, {}},
        {first + one, {}}, {{}, last},
        {{}, last + one},  {{}, first},
        {{}, first + one}, {last, {}},
        {last + one, {}},  {crowd, crowd + one},
        {crowd + one, {}}, {{}, crowd},
        {early, crowd},    {early + one, crowd + one},
        {early, early},    {crowd, early},
    };
    for (auto const& [from, until] : windows) {
        for (auto const limit : {7U, 64U, 100U}) {
            api::HistoryRequest const request{a, from, until, {limit, ""}};
            EXPECT_EQ(read_all(anna, request), between(all, request))
                << limit << " from " << (from ? from->us : -1) << " until "
                << (until ? until->us : -1);
        }
    }
}

TEST_F(History, BeginsAndEndsBesideEveryMark) {
    post_several_hundred();
    auto const all = entries(a);
    for (std::size_t i = 63; i < all.size(); i += 64) {
        for (auto const beside : {-1, 0, 1}) {
            auto const at = all[i].timestamp + std::chrono::microseconds{beside};
            api::HistoryRequest const before{a, {}, at, {100, ""}};
            EXPECT_EQ(read_all(anna, before), between(all, before)) << i << " " << beside;
            api::HistoryRequest const since{a, at, {}, {100, ""}};
            EXPECT_EQ(read_all(anna, since), between(all, since)) << i << " " << beside;
        }
    }
}

TEST_F(History, GoesOnWhereItWasWhileEntriesAreAdded) {
    std::mt19937 random(3);
    post_batch(random, 40);
    auto const all = entries(a);
    api::HistoryRequest request{a, {}, {}, {10, ""}};
    auto const page = bank->ledger().history(anna.acting, request);
    ASSERT_TRUE(page);
    post_batch(random, 40);
    request.page.cursor = page->next_cursor;
    auto const rest = read_all(anna, request);
    auto expected = between(all, {});
    expected.erase(expected.begin(), expected.begin() + 10);
    EXPECT_EQ(rest, expected);
    // A page that is exactly full is the last.
    request.page.cursor.clear();
    request.page.limit = static_cast<std::uint32_t>(entries(a).size());
    auto const whole = bank->ledger().history(anna.acting, request);
    ASSERT_TRUE(whole);
    EXPECT_EQ(whole->items.size(), request.page.limit);
    EXPECT_EQ(whole->next_cursor, "");
}

TEST_F(History, OfAnAccountWithoutEntriesIsEmptyAndItsBalanceZero) {
    EXPECT_THAT(read_all(anna, {a, {}, {}, {}}), IsEmpty());
    EXPECT_THAT(read_all(anna, {a, {}, Timestamp{1}, {}}), IsEmpty());
    for (auto const at : {std::optional<Timestamp>{}, {Timestamp{0}}}) {
        auto const found = bank->ledger().balance(anna.acting, {a, at});
        ASSERT_TRUE(found);
        EXPECT_EQ(found->balance, 0);
        EXPECT_FALSE(found->entry_id);
    }
}

TEST_F(History, BooksCapturesAndReversalsButNoHoldsReleasesAndRefusals) {
    pay_in(a, 100);
    auto const hold = [&](std::string const& key) {
        auto made = order(TransferKind::hold, anna, a, b, 60, key);
        made.expires_in_s = 3600;
        return run({made})[0].posted.id;
    };
    auto const settle = [&](TransferKind kind, TransferId origin, std::string const& key) {
        auto made = order(kind, teller, {}, {}, 0, key);
        made.amount = {};
        made.origin = origin;
        auto const result = run({made})[0];
        EXPECT_EQ(word(result.decision.code), "posted");
        return result.posted.id;
    };
    auto const before = bank->ledger().balance(anna.acting, {a, {}});
    settle(TransferKind::release, hold("h1"), "r1");
    auto const held = hold("h2");
    run({withdrawal(anna, a, 9999, "refused")});
    auto const after = bank->ledger().balance(anna.acting, {a, {}});
    EXPECT_EQ(after->balance, before->balance);
    EXPECT_EQ(after->entry_id, before->entry_id);
    auto const captured = settle(TransferKind::capture, held, "c2");
    settle(TransferKind::reversal, captured, "b2");

    api::HistoryRequest const request{a, {}, {}, {}};
    auto const page = bank->ledger().history(anna.acting, request);
    ASSERT_TRUE(page);
    std::vector<std::string> found;
    for (auto const& entry : page->items)
        found.push_back(
            fmt::format("{} {} {}", to_string(entry.kind), entry.amount, entry.balance));
    EXPECT_THAT(found, ElementsAre("reversal 60 100", "capture -60 40", "deposit 100 100"));
    EXPECT_EQ(read_all(anna, request), between(entries(a), request));
}

TEST_F(History, IsSeenByItsOwnerAndByStaffAlone) {
    pay_in(a, 100);
    run({transfer(anna, a, b, 30, "seen")});
    auto const auditor = person(Role::auditor, "otto");
    auto& ledger = bank->ledger();
    api::HistoryRequest const of_a{a, {}, {}, {}};
    api::BalanceRequest const at_last{a, entries(a).back().timestamp};
    for (auto const& who : {anna, teller, auditor, admin}) {
        EXPECT_EQ(read_all(who, of_a), between(entries(a), of_a)) << who.name;
        auto const found = ledger.balance(who.acting, at_last);
        ASSERT_TRUE(found) << who.name;
        EXPECT_EQ(found->balance, 70);
    }
    EXPECT_EQ(word_of(ledger.history(bert.acting, of_a)), "account_not_found");
    EXPECT_EQ(word_of(ledger.balance(bert.acting, at_last)), "account_not_found");
    EXPECT_EQ(word_of(ledger.balance(bert.acting, {a, {}})), "account_not_found");
    // The payee sees their own side of the payment.
    api::HistoryRequest const of_b{b, {}, {}, {}};
    auto const seen = read_all(bert, of_b);
    ASSERT_EQ(seen.size(), 1U);
    EXPECT_EQ(seen[0].amount, 30);
    EXPECT_EQ(seen[0].balance, 30);
    // An account that does not exist looks the same to everyone.
    for (auto const& who : {bert, admin}) {
        EXPECT_EQ(word_of(ledger.history(who.acting, {{999999}, {}, {}, {}})), "account_not_found");
        EXPECT_EQ(word_of(ledger.balance(who.acting, {{999999}, {}})), "account_not_found");
    }
    // A customer may not see the bank's own accounts.
    AccountId const drawer{std::stoll(database.value(fmt::format(
        "select id from bank.accounts where kind = 'cash' and user_id = {}", teller.id.value)))};
    EXPECT_EQ(word_of(ledger.history(anna.acting, {drawer, {}, {}, {}})), "account_not_found");
    EXPECT_EQ(read_all(teller, {drawer, {}, {}, {}}).size(), 1U);

    database.query(fmt::format("update bank.sessions set revoked_at = now() where id = {}",
                               anna.session.value));
    EXPECT_EQ(word_of(ledger.history(anna.acting, of_a)), "session_ended");
    EXPECT_EQ(word_of(ledger.balance(anna.acting, at_last)), "session_ended");
}

TEST_F(History, IsNotEnteredByTheCursorOfAnotherAccount) {
    pay_in(a, 100);
    pay_in(a, 100);
    run({transfer(anna, a, b, 30, "1"), transfer(anna, a, b, 30, "2")});
    // The debit of the second payment, whose chain leads to all of Anna's payments.
    auto const of_anna = entries(a).back().id;
    auto const of_bert = entries(b).back().id;
    api::HistoryRequest request{b, {}, {}, {}};
    request.page.cursor = api::to_cursor(api::List::history, of_anna.value);
    EXPECT_THAT(read_all(bert, {b, {}, {}, {}}).size(), 2U);
    EXPECT_THAT(bank->ledger().history(bert.acting, request)->items, IsEmpty());
    request.page.cursor = api::to_cursor(api::List::history, of_bert.value);
    EXPECT_EQ(bank->ledger().history(bert.acting, request)->items.size(), 1U);
    request.page.cursor = api::to_cursor(api::List::history, 999999998);
    EXPECT_THAT(bank->ledger().history(bert.acting, request)->items, IsEmpty());
}

class ClockBehind : public History {
protected:
    // As if the account's last transfer had been this long after now.
    void move_ahead(AccountId id, std::string const& by) {
        database.query(
            fmt::format("update bank.accounts set last_posted_at = now() + interval "
                        "'{}' where id = {}",
                        by, id.value));
    }
    std::string floor_of(AccountId id) {
        return database.value(fmt::format(
            "select bank.us(last_posted_at) from bank.accounts where id = {}", id.value));
    }
    std::string last_transfer(std::string const& what) {
        return database.value(
            fmt::format("select {} from bank.transfers t order by id desc limit 1", what));
    }
};

TEST_F(ClockBehind, AHoldLastsByTheClockAndNotByTheTimeOfItsTransfer) {
    pay_in(a, 1000);
    move_ahead(b, "3 days");
    auto const floor = floor_of(b);
    auto hold = order(TransferKind::hold, anna, a, b, 10, "hold");
    hold.expires_in_s = 3600;
    auto const result = run({hold})[0];
    ASSERT_EQ(word(result.decision.code), "posted");
    EXPECT_EQ(last_transfer("bank.us(created_at)"), floor);
    auto const is_in_an_hour =
        "expires_at between now() + interval '50 minutes' and now() + interval '1 hour'";
    EXPECT_EQ(last_transfer(is_in_an_hour), "t");
    EXPECT_EQ(database.value(fmt::format("select {} from bank.open_holds", is_in_an_hour)), "t");
    ASSERT_TRUE(result.posted.expires_at);
    EXPECT_LT(*result.posted.expires_at, result.posted.created_at);
    EXPECT_EQ(database.value("select bank.us(expires_at) from bank.open_holds"),
              last_transfer("bank.us(expires_at)"));
    expect_sound_ledger();
}

TEST_F(ClockBehind, ATransferIsNotEarlierThanTheLastOfEitherAccount) {
    pay_in(a, 1000);
    for (auto const ahead : {b, a}) {
        move_ahead(ahead, "3 days");
        auto const floor = floor_of(ahead);
        posted(transfer(anna, a, b, 10, fmt::format("to {}", ahead.value)));
        EXPECT_EQ(last_transfer("bank.us(created_at)"), floor);
        EXPECT_EQ(floor_of(a), floor) << "both have it now";
        EXPECT_EQ(floor_of(b), floor);
        EXPECT_EQ(last_transfer("value_date = (created_at at time zone 'UTC')::date"), "t");
        EXPECT_EQ(database.value("select bank.us(l.timestamp) from bank.audit_logs l"
                                 " where l.transfer_id is not null order by l.id desc limit 1"),
                  floor);
    }
    // Other accounts keep the clock's time.
    auto const carl = account(bert).id;
    posted(transfer(teller, a, carl, 1, "with a"));
    auto const dora = account(bert).id;
    auto const erik = account(bert, 100).id;
    posted(transfer(teller, erik, dora, 1, "without"));
    EXPECT_EQ(last_transfer("created_at between now() - interval '1 minute' and now()"), "t");
    expect_sound_ledger();
}

TEST_F(ClockBehind, NeitherIsTheEndOfAHold) {
    pay_in(a, 1000);
    auto const held = posted(hold(anna, a, b, 10, "hold"));
    move_ahead(a, "1 hour");
    auto const floor = floor_of(a);
    end_time_of(held);
    expire_holds();
    EXPECT_EQ(last_transfer("kind || ' ' || bank.us(created_at)"), "expiry " + floor);
    EXPECT_EQ(last_transfer("value_date = (created_at at time zone 'UTC')::date"), "t");
    expect_sound_ledger();
}

TEST_F(ClockBehind, TheCheckFindsAnEntryThatIsEarlierThanTheOneBeforeIt) {
    pay_in(a, 1000);
    posted(transfer(anna, a, b, 10, "k"));
    expect_sound_ledger();
    database.query(
        "alter table bank.transfers disable trigger all;"
        "update bank.transfers set created_at = created_at - interval '1 hour'"
        " where id = (select max(id) from bank.transfers);"
        "alter table bank.transfers enable always trigger refuse_row_change,"
        " enable always trigger refuse_change");
    auto const report = bank->ledger().check_ledger(admin.acting);
    ASSERT_TRUE(report);
    EXPECT_FALSE(report->is_sound);
    ASSERT_FALSE(report->findings.empty());
    EXPECT_NE(report->findings[0].what.find("before the one that it follows"), std::string::npos)
        << report->findings[0].what;
}

}  // namespace
}  // namespace bank::test
