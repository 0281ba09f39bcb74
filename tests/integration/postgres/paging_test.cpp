// A front end checks a page's limit but is not trusted: every list of the core checks it too.
#include <algorithm>
#include <limits>

#include "core/api/cursor.hpp"
#include "core/base/bounds.hpp"
#include "tests/integration/postgres/bank_fixture.hpp"

namespace bank::test {
namespace {

class Paging : public BankFixture {
protected:
    // The field that each list reports for a page, "ok" if none.
    std::vector<std::string> named(api::PageRequest const& page) {
        std::vector<std::string> fields;
        auto const note = [&](auto const& answer) {
            fields.push_back(answer.ok() ? "ok" : answer.error().field);
        };
        note(bank->users().list_sessions(anna.acting, {.user_id = anna.id, .page = page}));
        note(bank->users().list_users(admin.acting, {.page = page}));
        note(bank->ledger().list_accounts(anna.acting, {.page = page}));
        note(bank->ledger().list_holds(anna.acting, {.account_id = id, .page = page}));
        note(bank->ledger().list_transfers(admin.acting, {.page = page}));
        note(bank->ledger().history(anna.acting, {.account_id = id, .page = page}));
        note(bank->audit().read(admin.acting, {.page = page}));
        return fields;
    }

    Person const anna = person(api::Role::customer, "anna");
    AccountId const id = account(anna).id;
};

TEST_F(Paging, RefusesALimitThatIsNone) {
    pay_in(id, 100);
    for (auto const limit : {std::uint32_t{0}, std::uint32_t{bounds::page_limit_max + 1},
                             std::numeric_limits<std::uint32_t>::max() - 1,
                             std::numeric_limits<std::uint32_t>::max()}) {
        EXPECT_THAT(named({.limit = limit, .cursor = {}}), ::testing::Each("limit")) << limit;
    }
    for (auto const limit : {std::uint32_t{1}, std::uint32_t{bounds::page_limit_max}}) {
        EXPECT_THAT(named({.limit = limit, .cursor = {}}), ::testing::Each("ok")) << limit;
    }
}

TEST_F(Paging, RefusesACursorOfAnotherList) {
    pay_in(id, 100);
    constexpr std::int64_t position = 1;
    std::vector const lists{
        api::List::sessions,  api::List::users,   api::List::accounts,          api::List::holds,
        api::List::transfers, api::List::history, api::List::audit_newest_first};
    for (auto const list : lists) {
        auto const fields = named({.limit = 5, .cursor = api::to_cursor(list, position)});
        EXPECT_EQ(std::count(fields.begin(), fields.end(), "cursor"), 6);
        auto const place = std::find(lists.begin(), lists.end(), list) - lists.begin();
        EXPECT_EQ(fields.at(static_cast<std::size_t>(place)), "ok");
    }
    api::AuditRequest const following{
        .after = AuditId{1},
        .page = {.limit = 5, .cursor = api::to_cursor(api::List::audit_newest_first, 1)}};
    EXPECT_EQ(bank->audit().read(admin.acting, following).error().field, "cursor");
}

}  // namespace
}  // namespace bank::test
