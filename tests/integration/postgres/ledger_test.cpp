#include <fmt/format.h>

#include "core/money/iban.hpp"
#include "tests/integration/postgres/bank_fixture.hpp"

namespace bank::test {
namespace {

using api::Role;
using ::testing::HasSubstr;

std::string word_of(auto const& result) {
    return result ? "ok" : std::string{word(result.code())};
}

class Accounts : public BankFixture {
protected:
    Accounts() : anna(person(Role::customer, "anna")), bert(person(Role::customer, "bert")) {}
    Person anna;
    Person bert;
};

TEST_F(Accounts, AreOpenedWithANumberOfTheirOwn) {
    auto const opened = account(anna, 250, "pin");
    EXPECT_TRUE(money::is_iban(opened.account_no)) << opened.account_no;
    EXPECT_EQ(opened.owner, "anna");
    EXPECT_EQ(opened.available, 250);
    EXPECT_TRUE(opened.has_pin);
    auto const resolved = bank->ledger().resolve_account_no(opened.account_no);
    ASSERT_TRUE(resolved);
    EXPECT_EQ(*resolved, opened.id);
    EXPECT_FALSE(*bank->ledger().resolve_account_no("DE00"));

    api::OpenAccountRequest request;
    request.owner = "nobody";
    request.name = "x";
    request.currency = eur;
    EXPECT_EQ(word_of(open_account(teller.acting, request, "")), "user_not_found");
    request.owner = "anna";
    request.currency = *money::parse_currency("JPY");
    EXPECT_EQ(word_of(open_account(teller.acting, request, "")), "unknown_currency");
    request.currency = eur;
    EXPECT_EQ(word_of(open_account(anna.acting, request, "")), "permission_denied");
    EXPECT_EQ(word_of(open_account(teller.acting, request, "")), "ok");
    request.overdraft_limit = 1;
    EXPECT_EQ(word_of(open_account(teller.acting, request, "")), "permission_denied");
    EXPECT_EQ(database.value("select count(*) from bank.accounts where kind = 'customer'"), "2");
}

TEST_F(Accounts, AreShownToTheirOwnerAndToStaff) {
    auto const a = account(anna).id;
    auto const b = account(bert).id;
    EXPECT_EQ(word_of(bank->ledger().find_account(anna.acting, a)), "ok");
    EXPECT_EQ(word_of(bank->ledger().find_account(anna.acting, b)), "account_not_found");
    EXPECT_EQ(bank->ledger().list_accounts(anna.acting, {})->items.size(), 1U);
    api::ListAccountsRequest of_bert;
    of_bert.owner = "BERT";
    EXPECT_EQ(bank->ledger().list_accounts(anna.acting, of_bert)->items.size(), 0U);
    auto const found = bank->ledger().list_accounts(teller.acting, of_bert);
    ASSERT_EQ(found->items.size(), 1U);
    EXPECT_EQ(found->items[0].owner, "bert");
    api::ListAccountsRequest cash;
    cash.kind = api::AccountKind::cash;
    EXPECT_EQ(bank->ledger().list_accounts(teller.acting, cash)->items.size(), 3U);
}

TEST_F(Accounts, AreFoundByNumberNameAndOwner) {
    auto const a = account(anna);
    auto const b = account(bert);
    auto const ids = [&](auto const& who, std::string const& search) {
        api::ListAccountsRequest request;
        request.search = search;
        request.kind = api::AccountKind::customer;
        std::vector<AccountId> found;
        auto const page = bank->ledger().list_accounts(who.acting, request);
        for (auto const& each : page->items) found.push_back(each.id);
        return found;
    };
    using Ids = std::vector<AccountId>;
    auto const number = bank->ledger().find_account(teller.acting, a.id)->account_no;
    EXPECT_EQ(ids(teller, number), Ids{a.id});
    EXPECT_EQ(ids(teller, number.substr(number.size() - 4)), Ids{a.id});
    EXPECT_EQ(ids(teller, "de"), (Ids{a.id, b.id}));
    EXPECT_EQ(ids(teller, "ANN"), Ids{a.id});
    EXPECT_EQ(ids(teller, "nna"), Ids{});
    EXPECT_EQ(ids(teller, "%"), Ids{});
    EXPECT_EQ(ids(teller, "' or true --"), Ids{});
    // A customer finds neither other customers nor their existence.
    EXPECT_EQ(ids(anna, "ber"), Ids{});
    EXPECT_EQ(ids(anna, number.substr(0, 4)), Ids{a.id});
}

TEST_F(Accounts, AreLockedUnlockedLimitedAndClosed) {
    auto const id = account(anna).id;
    auto& ledger = bank->ledger();
    auto const locked = ledger.lock_account(teller.acting, {id, "lost card"});
    ASSERT_TRUE(locked);
    EXPECT_TRUE(locked->is_locked);
    EXPECT_EQ(locked->lock_reason, "lost card");
    EXPECT_EQ(word_of(ledger.unlock_account(teller.acting, {id, "found"})), "ok");
    EXPECT_EQ(word_of(ledger.set_overdraft(teller.acting, {id, 100})), "permission_denied");
    EXPECT_EQ(word_of(ledger.set_overdraft(admin.acting, {id, 100})), "ok");
    run({withdrawal(teller, id, 60, "w")});
    EXPECT_EQ(word_of(ledger.set_overdraft(admin.acting, {id, 59})), "limit_below_use");
    EXPECT_EQ(word_of(ledger.close_account(teller.acting, id)), "account_not_empty");
    pay_in(id, 60);
    auto const closed = ledger.close_account(teller.acting, id);
    ASSERT_TRUE(closed);
    EXPECT_TRUE(closed->is_closed);
    EXPECT_EQ(word_of(ledger.lock_account(teller.acting, {id, "x"})), "account_closed");
    EXPECT_EQ(word_of(ledger.lock_account(teller.acting, {AccountId{99999}, "x"})),
              "account_not_found");
    auto const cash =
        database.value("select id from bank.accounts where kind = 'cash' and user_id is null");
    EXPECT_EQ(word_of(ledger.close_account(admin.acting, AccountId{std::stoll(cash)})),
              "permission_denied");
    EXPECT_THAT(audit_tail(1), ::testing::ElementsAre("close_account permission_denied"));
}

TEST_F(Accounts, KeepACurrencyOnce) {
    auto const count = database.value("select count(*) from bank.accounts");
    ASSERT_TRUE(bank->keep_currency(eur));
    EXPECT_EQ(database.value("select count(*) from bank.accounts"), count);
    ASSERT_TRUE(bank->keep_currency(*money::parse_currency("USD")));
    EXPECT_EQ(database.value("select string_agg(kind::text, ' ' order by kind) from bank.accounts "
                             "where currency = 'USD'"),
              "cash cash cash suspense fees");
}

TEST_F(Accounts, ShowTheirHistoryNewestFirstInPages) {
    auto const a = account(anna).id;
    auto const b = account(bert).id;
    pay_in(a, 1000);
    for (int i = 1; i <= 4; ++i) run({transfer(teller, a, b, i, fmt::format("t{}", i))});
    api::HistoryRequest request;
    request.account_id = a;
    request.page.limit = 2;
    std::vector<std::int64_t> amounts;
    std::int64_t last_balance = 990;
    do {
        auto const page = bank->ledger().history(anna.acting, request);
        ASSERT_TRUE(page) << page.error().detail;
        for (auto const& entry : page->items) {
            EXPECT_EQ(entry.balance, last_balance);
            last_balance -= entry.amount;
            amounts.push_back(entry.amount);
            EXPECT_EQ(entry.reference, "R\"1\" \\ {,} é");
            if (entry.amount < 0) {
                EXPECT_EQ(entry.counterparty_account_no, read(b).account_no);
            }
        }
        request.page.cursor = page->next_cursor;
    } while (!request.page.cursor.empty());
    EXPECT_THAT(amounts, ::testing::ElementsAre(-4, -3, -2, -1, 1000));
    EXPECT_EQ(word_of(bank->ledger().history(bert.acting, request)), "account_not_found");
    request.until = Timestamp{0};
    EXPECT_TRUE(bank->ledger().history(anna.acting, request)->items.empty());
    request.page.cursor = "abc";
    EXPECT_EQ(bank->ledger().history(anna.acting, request).error().field, "cursor");
}

TEST_F(Accounts, HaveTheirTransfersListedNewestFirstForStaffAlone) {
    auto const a = account(anna, 100).id;  // Which is an overdraft limit.
    auto const b = account(bert).id;
    auto const ids = [&](Person const& who, api::ListTransfersRequest request) {
        std::vector<std::int64_t> found;
        request.page.limit = 2;
        do {
            auto const page = bank->ledger().list_transfers(who.acting, request);
            if (!page) {
                ADD_FAILURE() << word_of(page);
                break;
            }
            for (auto const& one : page->items) found.push_back(one.id.value);
            request.page.cursor = page->next_cursor;
        } while (!request.page.cursor.empty());
        return found;
    };
    EXPECT_TRUE(ids(teller, {}).empty());
    auto const decided = run({transfer(teller, a, b, 30, "1"), transfer(teller, a, b, 80, "2"),
                              deposit(teller, b, 5, "3"), transfer(teller, a, b, 40, "4")});
    std::vector<std::int64_t> all;
    for (auto const& one : decided) all.push_back(one.posted.id.value);
    auto const picked = [&](std::vector<std::size_t> const& places) {
        std::vector<std::int64_t> some;
        for (auto const place : places) some.push_back(all.at(place));
        return some;
    };
    for (auto const* who : {&teller, &admin}) {
        EXPECT_EQ(ids(*who, {}), picked({3, 2, 1, 0}));
    }
    EXPECT_EQ(ids(teller, {.account_id = a}), picked({3, 1, 0}));
    EXPECT_EQ(ids(teller, {.account_id = a, .kind = api::TransferKind::transfer}),
              picked({3, 1, 0}));
    EXPECT_EQ(ids(teller, {.status = Code::insufficient_funds}), picked({1}));
    EXPECT_EQ(ids(teller, {.account_id = b, .status = Code::posted}), picked({3, 2, 0}));
    EXPECT_EQ(ids(teller, {.kind = api::TransferKind::hold}), picked({}));
    EXPECT_EQ(ids(anna, {}), picked({}));  // SQL agrees.
    api::ListTransfersRequest no_cursor;
    no_cursor.page.cursor = "x";
    EXPECT_EQ(word_of(bank->ledger().list_transfers(teller.acting, no_cursor)), "invalid_field");
}

TEST_F(Accounts, HaveTheirTransfersListedFromAnyIdWithoutReadingTheNewerOnes) {
    auto const a = account(anna).id;
    auto const b = account(bert).id;
    database.query(
        fmt::format("insert into bank.transfers (id, debit_account_id, credit_account_id, amount,"
                    " debit_balance, credit_balance, available, user_id, session_id, created_at,"
                    " idempotency_id, kind, status, request_digest, currency, reference)"
                    " select n, {}, {}, 1, 0, 0, 0, {}, {}, now(), gen_random_uuid(), 'transfer',"
                    " 'insufficient_funds', sha256(''), 'EUR', '' from generate_series(1, 1000) n",
                    a.value, b.value, teller.id.value, teller.session.value));
    auto const read_for = [&](std::string const& before) {
        // The plan as in a large table.
        return database.value(fmt::format(
            "set local enable_seqscan = off; set local enable_sort = off;"
            " set local bank.session = '{}';"
            " do $$ begin assert (select count(*) from bank.list_transfers({}, null, '', '', 10)) ="
            " 10; end $$;"
            " select idx_tup_fetch + seq_tup_read < 50 from pg_stat_xact_user_tables"
            " where relid = 'bank.transfers'::regclass",
            to_hex(teller.acting.session), before));
    };
    for (auto const* before : {"null", "1001", "500", "11"}) EXPECT_EQ(read_for(before), "t");
}

TEST_F(Accounts, ShowATransferFromTheReadersSideOnly) {
    auto const a = account(anna, 500).id;
    auto const b = account(bert).id;
    pay_in(a, 1000);
    auto const done = run({transfer(teller, a, b, 10, "1"), transfer(teller, a, b, 99999, "2")});
    auto const id = done[0].posted.id;
    auto const by_anna = bank->ledger().find_transfer(anna.acting, id);
    ASSERT_TRUE(by_anna);
    EXPECT_EQ(by_anna->balance, 990);
    EXPECT_EQ(by_anna->available, 1490);
    EXPECT_EQ(by_anna->entry_id, ledger::debit_entry(id));
    auto const by_bert = bank->ledger().find_transfer(bert.acting, id);
    ASSERT_TRUE(by_bert);
    EXPECT_EQ(by_bert->balance, 10);
    EXPECT_EQ(by_bert->available, 10);
    EXPECT_EQ(by_bert->entry_id, ledger::credit_entry(id));
    EXPECT_EQ(word_of(bank->ledger().find_transfer(person(Role::customer, "carl").acting, id)),
              "not_found");
    // A declined transfer is visible to its requester and to staff.
    auto const refused = done[1].posted.id;
    EXPECT_EQ(word_of(bank->ledger().find_transfer(bert.acting, refused)), "not_found");
    auto const by_admin = bank->ledger().find_transfer(admin.acting, refused);
    ASSERT_TRUE(by_admin);
    EXPECT_EQ(word(by_admin->status), "insufficient_funds");
    EXPECT_EQ(by_admin->balance, 990);
    EXPECT_EQ(by_admin->available, 1490);
}

struct Corruption {
    char const* sql;
    char const* finding;
};

class Check : public Accounts, public ::testing::WithParamInterface<Corruption> {};

TEST_P(Check, FindsWhatWasPlanted) {
    auto const a = account(anna).id;
    auto const b = account(bert).id;
    pay_in(a, 1000);
    run({transfer(teller, a, b, 10, "1"), transfer(teller, a, b, 99999, "2")});
    expect_sound_ledger();
    database.query(std::string{"alter table bank.transfers disable trigger all;"} + GetParam().sql);
    auto const report = bank->ledger().check_ledger(admin.acting);
    ASSERT_TRUE(report) << report.error().detail;
    EXPECT_FALSE(report->is_sound);
    std::string all;
    for (auto const& finding : report->findings) all += finding.what + "\n";
    EXPECT_THAT(all, HasSubstr(GetParam().finding));
}

INSTANTIATE_TEST_SUITE_P(
    Corruptions, Check,
    ::testing::Values(
        Corruption{"update bank.accounts set balance = balance + 1 where kind = 'customer' and "
                   "balance = 990",
                   "The balances of EUR sum to 1 instead of 0."},
        Corruption{"update bank.accounts set held = 5 where balance = 990",
                   "holds 5, but its open holds sum to 0."},
        Corruption{"update bank.accounts set entry_count = 9 where balance = 990",
                   "has 2 entries up to"},
        Corruption{"update bank.transfers set debit_balance = debit_balance + 1 where amount = 10",
                   "by -10 to 991"},
        Corruption{"update bank.transfers set debit_previous = 0 where amount = 10",
                   "names 0 as the one before it instead of"},
        Corruption{"delete from bank.transfers where amount = 10",
                   "has balance 990, but its entries sum to 1000 and end at 1000."},
        Corruption{"update bank.transfers set amount = 11 where amount = 10",
                   "leads from 1000 by -11 to 990."},
        Corruption{"alter table bank.transfers drop constraint moved_has_entries;"
                   "update bank.transfers set status = 'insufficient_funds' where amount = 10",
                   "is insufficient_funds, but has entries."},
        Corruption{"update bank.transfers set currency = 'USD' where amount = 10",
                   "is in USD, but account"},
        Corruption{"update bank.transfers set credit_account_id = 424242 where amount = 10",
                   "of account 424242, which does not exist"},
        Corruption{"insert into bank.open_holds values (1, 1, 5, now())",
                   "Hold 1 is open, but no transfer made it."}));

TEST_F(Accounts, AreCheckedForAdminsAndAuditorsOnly) {
    auto const auditor = person(Role::auditor, "otto");
    auto const report = bank->ledger().check_ledger(auditor.acting);
    ASSERT_TRUE(report) << report.error().detail;
    ASSERT_EQ(report->sums.size(), 1U);
    EXPECT_EQ(report->accounts, 5);
    EXPECT_EQ(word_of(bank->ledger().check_ledger(teller.acting)), "permission_denied");
    EXPECT_EQ(word_of(bank->ledger().check_ledger(anna.acting)), "permission_denied");
    EXPECT_THAT(audit_tail(3),
                ::testing::ElementsAre("check_ledger ok", "check_ledger permission_denied",
                                       "check_ledger permission_denied"));
}

}  // namespace
}  // namespace bank::test
