// A database with users, accounts and money, and the stores on it as the daemon creates them.
#pragma once
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/ledger/engine.hpp"
#include "core/postgres/database.hpp"
#include "tests/support/record_keys.hpp"
#include "tests/support/temp_postgres.hpp"

namespace bank::test {

struct Person {
    UserId id;
    std::string name;
    SessionId session;
    access::Acting acting;
};

struct OrderResult {
    ledger::Decision decision;
    ledger::Posted posted;
};

class BankFixture : public ::testing::Test {
protected:
    BankFixture() : BankFixture(TempPostgres::Content::migrated, {}) {}
    // `prepare` migrates an empty database, and may leave rows in it.
    BankFixture(TempPostgres::Content content,
                std::function<void(TempPostgres const&)> const& prepare);

    // A user of this role, signed in. Tellers and admins have cash drawers in EUR.
    Person person(api::Role role, std::string const& name);
    // Those of the last transaction with records, which was plain SQL, as if the core had done it.
    void sign_last_records();
    // Another session of theirs.
    Person log_in_again(Person const& who);
    // The database stores the digest of `token` as the refresh token.
    static access::NewSession new_session(UserId user, std::string const& token);
    // Of any transfer, with a MAC of nobody.
    static access::PinGrant grant(std::chrono::seconds lifetime);
    static access::TokenDigest digest_of(std::string const& token);

    api::Account account(Person const& owner, std::int64_t overdraft_limit = 0,
                         std::string const& pin = "");
    // As the service does it, with ids drawn first. Nothing here checks the MACs, which are zero.
    Result<api::Account> open_account(access::Acting const& acting,
                                      api::OpenAccountRequest const& request,
                                      std::string const& pin);
    Result<api::User> add_user(access::Acting const& acting, api::AddUserRequest const& request,
                               std::string const& record);
    Result<api::User> set_role(access::Acting const& acting,
                               api::SetUserRoleRequest const& request);
    api::Account read(AccountId id);
    std::int64_t balance(AccountId id);
    // Deposited by the teller.
    void pay_in(AccountId id, std::int64_t amount);
    // Lets the customer pay from the account without a PIN, as after a right one.
    void authorize(Person const& who, AccountId id);

    ledger::TransferOrder order(api::TransferKind kind, Person const& who, AccountId debit,
                                AccountId credit, std::int64_t amount,
                                std::string const& key) const;
    ledger::TransferOrder deposit(Person const& who, AccountId id, std::int64_t amount,
                                  std::string const& key) const {
        return order(api::TransferKind::deposit, who, {}, id, amount, key);
    }
    ledger::TransferOrder withdrawal(Person const& who, AccountId id, std::int64_t amount,
                                     std::string const& key) const {
        return order(api::TransferKind::withdrawal, who, id, {}, amount, key);
    }
    ledger::TransferOrder transfer(Person const& who, AccountId from, AccountId to,
                                   std::int64_t amount, std::string const& key) const {
        return order(api::TransferKind::transfer, who, from, to, amount, key);
    }

    // Held for an hour.
    ledger::TransferOrder hold(Person const& who, AccountId from, AccountId to, std::int64_t amount,
                               std::string const& key) const;
    // `amount` 0 is the full amount.
    ledger::TransferOrder capture(Person const& who, TransferId of, std::int64_t amount,
                                  std::string const& key) const {
        return settling(api::TransferKind::capture, who, of, amount, key);
    }
    ledger::TransferOrder release(Person const& who, TransferId of, std::string const& key) const {
        return settling(api::TransferKind::release, who, of, 0, key);
    }
    ledger::TransferOrder reversal(Person const& who, TransferId of, std::int64_t amount,
                                   std::string const& key) const {
        return settling(api::TransferKind::reversal, who, of, amount, key);
    }
    // The orders as one linked group.
    static std::vector<ledger::TransferOrder> linked(std::vector<ledger::TransferOrder> orders);
    // Waits until `sql` returns this.
    void wait_until(std::string const& sql, std::string const& answer);
    // Waits until a session waits for a lock that another holds.
    void wait_for_a_waiting_lock() {
        wait_until(
            "select count(*) > 0 from pg_stat_activity where wait_event_type = 'Lock'"
            " and datname = current_database()",
            "t");
    }
    // Waits until every transaction that wrote a record has ended, and those before it in all
    // databases of the cluster: only then can the records be sealed.
    void wait_until_all_can_be_sealed() {
        wait_until(
            "select coalesce(max(xid::text::bigint), 0)"
            " < pg_snapshot_xmin(pg_current_snapshot())::text::bigint from bank.audit_logs",
            "t");
    }
    // As if a posted hold had expired.
    void end_time_of(TransferId hold);

    // As the job does: returns the number of expired holds that it ended.
    std::int64_t expire_holds(int count_max = 100);

    // Through lock, the engine and post; fails the test if the batch is not posted.
    std::vector<OrderResult> run(ledger::LaneStore& lane,
                                 std::vector<ledger::TransferOrder> const& orders);
    std::vector<OrderResult> run(std::vector<ledger::TransferOrder> const& orders);
    // The status of a single order.
    std::string outcome(ledger::TransferOrder const& order);
    // The id of an order that must be posted.
    TransferId posted(ledger::TransferOrder const& order);
    // Posts a decision that the engine would never make: posted if SQL accepts it.
    Code force(std::vector<ledger::TransferOrder> const& orders,
               std::vector<ledger::Decision> const& decisions);

    // Action and outcome of the last audit records, oldest first: "deposit posted". Without
    // those of states, which accompany them.
    std::vector<std::string> audit_tail(int count);
    void expect_sound_ledger();
    // All balances, holds and entries as one text, to check that nothing changed.
    std::string money();

private:
    ledger::TransferOrder settling(api::TransferKind kind, Person const& who, TransferId of,
                                   std::int64_t amount, std::string const& key) const;

protected:
    TempPostgres database;
    std::unique_ptr<postgres::Database> bank;
    Person admin;
    Person teller;
    money::Currency eur;
};

}  // namespace bank::test
