// A customer who makes payments, and staff who set limits; lanes with memory, as in a daemon.
#pragma once
#include <fmt/format.h>

#include <atomic>
#include <future>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/ledger/posting_lanes.hpp"
#include "tests/integration/postgres/bank_fixture.hpp"

namespace bank::test {

// The kinds that count against the limits of the debited account.
inline constexpr api::TransferKind spending_kinds[] = {
    api::TransferKind::withdrawal, api::TransferKind::transfer, api::TransferKind::hold};

// Counts how often its lane had to read before it decided.
class CountingStore final : public ledger::LaneStore {
public:
    CountingStore(std::unique_ptr<ledger::LaneStore> store, std::atomic<int>& locks)
        : store_(std::move(store)), locks_(locks) {}
    Result<std::vector<ledger::LockedAccount>> read(std::span<AccountId const> ids) override {
        return store_->read(ids);
    }
    Result<ledger::LockedBatch> lock(std::span<ledger::TransferOrder const> orders) override {
        ++locks_;
        return store_->lock(orders);
    }
    Result<std::vector<ledger::Posted>> post(std::span<ledger::TransferOrder const> orders,
                                             std::span<ledger::Decision const> decisions,
                                             ledger::LockedBatch const& batch) override {
        return store_->post(orders, decisions, batch);
    }
    void abandon() noexcept override { store_->abandon(); }

private:
    std::unique_ptr<ledger::LaneStore> store_;
    std::atomic<int>& locks_;
};

// The lanes of one daemon.
class Daemon {
public:
    Daemon(postgres::Database& bank, int lane_count) {
        std::vector<std::unique_ptr<ledger::LaneStore>> stores;
        for (int i = 0; i < lane_count; ++i)
            stores.push_back(std::make_unique<CountingStore>(bank.make_lane(), locks));
        lanes = std::make_unique<ledger::PostingLanes>(
            std::move(stores), ledger::PostingLanes::Limits{},
            [this](ledger::TransferOrder const&, Error const&) { ++alarms; });
    }

    std::future<std::string> submit(ledger::TransferOrder const& order) const {
        auto promise = std::make_shared<std::promise<std::string>>();
        lanes->submit({order}, [promise](auto result) {
            promise->set_value(
                std::string(word(result.ok() ? result->front().status : result.code())));
        });
        return promise->get_future();
    }
    std::string post(ledger::TransferOrder const& order) const { return submit(order).get(); }

    std::atomic<int> locks{0};
    std::atomic<int> alarms{0};
    std::unique_ptr<ledger::PostingLanes> lanes;  // Last: its threads use the members above.
};

class LimitsFixture : public BankFixture {
protected:
    LimitsFixture()
        : anna(person(api::Role::customer, "anna")), bert(person(api::Role::customer, "bert")) {}

    // An account of Anna's from which she may pay without a PIN.
    AccountId rich(std::int64_t amount, std::int64_t overdraft_limit = 0) {
        auto const id = account(anna, overdraft_limit).id;
        if (amount > 0) pay_in(id, amount);
        authorize(anna, id);
        return id;
    }
    ledger::TransferOrder hold(Person const& who, AccountId from, AccountId to,
                               std::int64_t amount) {
        auto made = order(api::TransferKind::hold, who, from, to, amount, key());
        made.expires_in_s = 3600;
        return made;
    }
    ledger::TransferOrder spend(api::TransferKind kind, Person const& who, AccountId from,
                                AccountId to, std::int64_t amount) {
        if (kind == api::TransferKind::hold) return hold(who, from, to, amount);
        if (kind == api::TransferKind::withdrawal) return withdrawal(who, from, amount, key());
        return transfer(who, from, to, amount, key());
    }
    // The full amount that `origin` held or moved.
    ledger::TransferOrder of_origin(api::TransferKind kind, Person const& who, TransferId origin) {
        auto made = order(kind, who, {}, {}, 0, key());
        made.amount = {};
        made.origin = origin;
        return made;
    }

    std::string post(ledger::TransferOrder const& order) {
        return std::string{word(run({order})[0].decision.code)};
    }
    TransferId posted(ledger::TransferOrder const& order) {
        auto const result = run({order})[0];
        EXPECT_EQ(word(result.decision.code), "posted");
        return result.posted.id;
    }
    // The order gets this answer, which is stored; no balance changed.
    void expect_refused(ledger::TransferOrder const& order, std::string const& status) {
        auto const before = standing();
        auto const result = run({order})[0];
        EXPECT_EQ(word(result.decision.code), status);
        EXPECT_EQ(standing(), before);
        EXPECT_EQ(database.value(fmt::format("select status from bank.transfers where id = {}",
                                             result.posted.id.value)),
                  status);
    }
    std::string standing() {
        return database.value(
            "select string_agg(concat_ws('/', id, balance, held, last_entry, entry_count,"
            " spent_day, spent_week, spent_month, spent_on), ' ' order by id)"
            " || ' ' || (select count(*) from bank.open_holds) from bank.accounts");
    }

    void set_limits(AccountId id, api::Limits const& limits, std::int64_t minimum_balance = 0) {
        ASSERT_TRUE(bank->ledger().set_limits(admin.acting, {id, limits, minimum_balance}));
    }
    void set_role_limits(api::Role role, api::Limits const& limits) {
        ASSERT_TRUE(bank->ledger().set_role_limits(admin.acting, {role, eur, limits}));
    }
    void freeze(AccountId id, bool debits, bool credits) {
        ASSERT_TRUE(bank->ledger().freeze_account(
            teller.acting, {id, debits, credits, debits || credits ? "court order" : ""}));
    }
    static std::string key() {
        static int count = 0;
        return fmt::format("limit {}", ++count);
    }

    Person anna;
    Person bert;
};

}  // namespace bank::test
