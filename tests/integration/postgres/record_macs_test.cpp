// What is sealed was written by the core: a superuser invents, changes and removes records in SQL,
// with the right leaves, and none of it is sealed.
#include <fmt/format.h>

#include <atomic>
#include <thread>

#include "core/audit/record_mac_start.hpp"
#include "core/audit/sealer.hpp"
#include "core/crypto/key_maker.hpp"
#include "tests/integration/postgres/bank_fixture.hpp"

namespace bank::test {
namespace {

using audit::RecordKeys;
using audit::Sealer;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using Step = Sealer::Step;

constexpr auto origin = "bank.example/audit";

RecordKeys other_keys() {
    return RecordKeys::read(crypto::make_record_key().reveal()).value();
}

class RecordMacs : public BankFixture {
protected:
    struct Party {
        Party(RecordMacs& test, audit::RecordVerifier const& verifier)
            : store(test.bank->make_seal_store()),
              sealer(*store, test.clock, verifier, test.signers(), settings(),
                     {[](std::string const&) {}, [](std::string const& why) { FAIL() << why; },
                      [this](audit::RecordsAlarm const& alarm) {
                          alarms.push_back(alarm);
                          return Status{Done{}};
                      }}) {}

        static audit::SealerSettings settings() {
            audit::SealerSettings s;
            s.origin = origin;
            s.checkpoint_every = std::chrono::milliseconds{0};
            s.seal_max = 50;
            return s;
        }

        std::unique_ptr<audit::SealStore> store;
        std::vector<audit::RecordsAlarm> alarms;
        Sealer sealer;
    };

    std::vector<audit::NoteSigner> signers() const {
        std::vector<audit::NoteSigner> made;
        made.push_back(audit::NoteSigner::make(origin, key).value());
        return made;
    }
    // Seals until all is sealed or something is not: transactions in other databases of the cluster
    // must have ended as well.
    void settle(Party& party) {
        auto const end = std::chrono::steady_clock::now() + std::chrono::seconds{60};
        while (party.sealer.step() != Step::halted && unsealed() != "0") {
            ASSERT_LT(std::chrono::steady_clock::now(), end);
            std::this_thread::yield();
        }
    }
    void expect_all_sealed(audit::RecordVerifier const& verifier = record_keys()) {
        Party party(*this, verifier);
        settle(party);
        EXPECT_THAT(party.alarms, IsEmpty());
        EXPECT_EQ(unsealed(), "0");
        EXPECT_EQ(database.value("select count(*) from bank.audit_macs"), "0");
    }
    // The alarm that is raised over what is there.
    audit::RecordsAlarm alarm(audit::RecordVerifier const& verifier = record_keys()) {
        Party party(*this, verifier);
        settle(party);
        settle(party);
        EXPECT_TRUE(party.sealer.has_alarm());
        EXPECT_THAT(party.alarms, SizeIs(1));
        return party.alarms.empty() ? audit::RecordsAlarm{} : party.alarms.front();
    }
    std::string unsealed() const {
        return database.value(
            "select count(*) from bank.audit_logs l left join bank.sealed() e on true"
            " where (l.xid, l.id) > (coalesce(e.last_xid, '0'), coalesce(e.last_id, 0))");
    }
    std::string transfers() const { return database.value("select count(*) from bank.transfers"); }
    audit::Event refusal() const {
        audit::Event event;
        event.action = audit::Action::view_users;
        event.outcome = Code::permission_denied;
        event.details = "{}";
        return event;
    }

    SystemClock clock;
    Secret key = crypto::make_signing_key_pem();
    Person anna = person(api::Role::customer, "anna");
    AccountId a = account(anna).id;
    AccountId b = account(anna).id;
};

// The same rows that the bank would have written, inserted by a superuser.
std::string invented_transfer(TransferId model) {
    return fmt::format(
        "begin;"
        "insert into bank.transfers"
        " select nextval('bank.transfer_ids'), debit_account_id, credit_account_id, amount,"
        "  debit_balance - amount, credit_balance + amount, available - amount, 2 * id, 2 * id + 1,"
        "  null, null, user_id, session_id, now(), null, gen_random_uuid(), value_date, kind, "
        "status,"
        "  request_digest, currency, reference from bank.transfers where id = {0};"
        "update bank.accounts a set balance = a.balance + case when a.id = t.debit_account_id"
        "  then -t.amount else t.amount end from bank.transfers t"
        " where t.id = {0} and a.id in (t.debit_account_id, t.credit_account_id);"
        "insert into bank.audit_logs (\"timestamp\", actor_id, transfer_id, subject_id, action,"
        "  outcome, request_id, leaf)"
        " select t.created_at, l.actor_id, t.id, l.subject_id, l.action, l.outcome, l.request_id,"
        "  l.leaf from bank.audit_logs l, bank.transfers t"
        " where l.transfer_id = {0} and t.id = (select max(id) from bank.transfers);"
        "alter table bank.audit_logs disable trigger all;"
        "update bank.audit_logs l set leaf = bank.leaf_of(w.record)"
        " from bank.audit_subjects s, bank.audit_secret a, bank.audit_logs k,"
        "  lateral bank.written_record(k, s.hash, a.value) w"
        " where l.id = (select max(id) from bank.audit_logs) and k.id = l.id and s.id = "
        "l.subject_id;"
        "alter table bank.audit_logs enable always trigger refuse_row_change,"
        " enable always trigger refuse_change, enable always trigger refuse_row_deletion;"
        "commit",
        model.value);
}

TEST_F(RecordMacs, AnInventedTransferIsNeverSealed) {
    pay_in(a, 1000);
    auto const model = posted(transfer(teller, a, b, 100, "1"));
    expect_all_sealed();
    database.query(invented_transfer(model));
    auto const invented = database.value("select max(id) from bank.transfers");
    auto const record = database.value("select max(id) from bank.audit_logs");
    posted(transfer(teller, a, b, 1, "2"));

    auto const found = alarm();
    ASSERT_THAT(found.records, SizeIs(1));
    EXPECT_EQ(std::to_string(found.records[0].transfer_id), invented);
    EXPECT_THAT(found.sentence,
                HasSubstr(fmt::format("Record {}: transfer posted, transaction {}, user {}", record,
                                      invented, teller.id.value)));
    EXPECT_EQ(unsealed(), "2") << "nor what came after it";
    EXPECT_EQ(database.value("select tree_size from bank.sealed()"),
              database.value("select max(tree_size) from bank.audit_checkpoints"));
    EXPECT_EQ(alarm().xid, found.xid) << "after a restart too";
}

TEST_F(RecordMacs, AnInventedEventIsNeverSealedNotEvenWithTheMacOfAnother) {
    ASSERT_TRUE(bank->audit().record(refusal()));
    database.query(
        "begin;"
        "insert into bank.audit_logs"
        " (\"timestamp\", subject_id, action, outcome, details_hash, leaf)"
        " select \"timestamp\", subject_id, action, outcome, details_hash, leaf"
        " from bank.audit_logs order by id desc limit 1;"
        "insert into bank.audit_macs select pg_current_xact_id(), key_id, record_count, mac"
        " from bank.audit_macs order by xid desc limit 1;"
        "commit");
    auto const found = alarm();
    ASSERT_THAT(found.records, SizeIs(1));
    EXPECT_EQ(found.records[0].action, "view_users");
    EXPECT_EQ(unsealed(), "1");
}

TEST_F(RecordMacs, WhatIsChangedOrRemovedBeforeTheSealIsNeverSealed) {
    for (auto const* const attack :
         {"update bank.audit_logs set leaf = sha256(leaf) where xid = {0}",
          "delete from bank.audit_logs where id = (select max(id) from bank.audit_logs"
          " where xid = {0})",
          "delete from bank.audit_logs where xid = {0}"}) {
        expect_all_sealed();
        run({deposit(teller, a, 10, fmt::format("{}1", attack)),
             deposit(teller, b, 10, fmt::format("{}2", attack))});
        auto const xid = database.value("select max(xid::text::bigint) from bank.audit_logs");
        ASSERT_TRUE(bank->audit().record(refusal()));
        auto const kept =
            "create table kept as select * from bank.audit_logs where xid = '" + xid + "';";
        database.query(kept + "alter table bank.audit_logs disable trigger all;" +
                       fmt::format(fmt::runtime(attack), "'" + xid + "'"));
        EXPECT_EQ(std::to_string(alarm().xid), xid) << attack;
        database.query("delete from bank.audit_logs where xid = '" + xid +
                       "'; insert into bank.audit_logs overriding system value select * from kept;"
                       "drop table kept");
    }
}

TEST_F(RecordMacs, ATransactionWhoseRecordIsSwallowedIsNotCommitted) {
    database.query(
        "create function public.swallow() returns trigger language plpgsql as"
        " $$ begin return case when new.action not in ('login', 'deposit') then new end; end $$;"
        "create trigger swallow before insert on bank.audit_logs"
        " for each row execute function public.swallow();"
        "alter table bank.audit_logs enable always trigger swallow");
    auto const before = transfers();
    auto const sessions = database.value("select count(*) from bank.sessions");
    auto const opened = bank->users().open_session({}, new_session(anna.id, "swallowed"));
    ASSERT_FALSE(opened);
    EXPECT_EQ(database.value("select count(*) from bank.sessions"), sessions);

    std::vector const orders{deposit(teller, a, 10, "1"), deposit(teller, b, 10, "2")};
    auto const lane = bank->make_lane();
    auto const locked = lane->lock(orders);
    ASSERT_TRUE(locked);
    auto const refused = lane->post(orders, ledger::decide(orders, *locked), *locked);
    ASSERT_FALSE(refused);
    EXPECT_EQ(word(refused.code()), "decision_refused");
    EXPECT_EQ(transfers(), before);
    EXPECT_EQ(balance(a), 0);
    database.query("drop trigger swallow on bank.audit_logs");
    EXPECT_EQ(word(run(*lane, orders)[1].decision.code), "posted");
    expect_all_sealed();
}

TEST_F(RecordMacs, ATransactionThatGetsAnInventedRecordIsNotCommitted) {
    database.query(
        "create function public.invent() returns trigger language plpgsql as"
        " $$ begin if pg_trigger_depth() = 1 then insert into bank.audit_logs"
        " (\"timestamp\", subject_id, action, outcome, details_hash, leaf)"
        " values (now(), new.subject_id, 'set_role', 'ok', sha256('x'), sha256('x'));"
        " end if; return null; end $$;"
        "create trigger invent after insert on bank.audit_logs"
        " for each row execute function public.invent()");
    EXPECT_FALSE(bank->audit().record(refusal()));
    std::vector const orders{deposit(teller, a, 10, "1")};
    auto const lane = bank->make_lane();
    auto const locked = lane->lock(orders);
    ASSERT_TRUE(locked);
    auto const refused = lane->post(orders, ledger::decide(orders, *locked), *locked);
    ASSERT_FALSE(refused);
    EXPECT_EQ(word(refused.code()), "decision_refused");
    EXPECT_EQ(balance(a), 0);
    database.query("drop trigger invent on bank.audit_logs");
    expect_all_sealed();
}

TEST_F(RecordMacs, AnotherKeySealsNothingAndThePreviousOneStillVerifies) {
    expect_all_sealed();
    ASSERT_TRUE(bank->audit().record(refusal()));
    EXPECT_EQ(alarm(other_keys()).records.size(), 1U);
    auto const rotated = RecordKeys::read(std::string{crypto::make_record_key().reveal()} +
                                          "\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8");
    expect_all_sealed(rotated.value());
}

TEST_F(RecordMacs, ACrashLeavesNoRecordWithoutAMac) {
    pay_in(a, 1'000'000);
    std::atomic<bool> is_done{false};
    std::atomic<int> count{0};
    std::vector<std::thread> threads;
    for (int lane_no = 0; lane_no < 2; ++lane_no) {
        threads.emplace_back([&, lane_no] {
            auto const lane = bank->make_lane();
            for (int i = 0; !is_done; ++i) {
                std::vector<ledger::TransferOrder> orders;
                for (int n = 0; n < 20; ++n)
                    orders.push_back(
                        transfer(teller, a, b, 1, fmt::format("{} {} {}", lane_no, i, n)));
                auto const locked = lane->lock(orders);
                if (locked && lane->post(orders, ledger::decide(orders, *locked), *locked))
                    count += 20;
            }
        });
    }
    threads.emplace_back([&] {
        while (!is_done) static_cast<void>(bank->audit().record(refusal()));
    });
    auto const end = std::chrono::steady_clock::now() + std::chrono::seconds{3};
    for (int killed = 0; killed < 60 || (count < 400 && std::chrono::steady_clock::now() < end);
         ++killed) {
        database.query(
            "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'bankd'"
            " and datname = current_database() and state <> 'idle' limit 1; select pg_sleep(0.01)");
    }
    is_done = true;
    for (auto& thread : threads) thread.join();
    EXPECT_GT(count, 0);
    EXPECT_EQ(database.value("select count(*) from bank.audit_logs l"
                             " where not exists (select from bank.audit_macs m"
                             " where m.xid = l.xid)"),
              "0");
    expect_all_sealed();
    expect_sound_ledger();
}

TEST_F(RecordMacs, BeginOnceAndAcceptWhatAnEarlierVersionLeftUnsealed) {
    expect_all_sealed();
    auto const begun = [&] {
        EXPECT_TRUE(audit::begin_record_macs(bank->record_macs(), record_keys(), {},
                                             audit::Pending::accepted));
        return database.value(
            "select count(*) from bank.audit_logs where action = 'begin_record_macs'");
    };
    // As bankd's functions wrote them before, two in one transaction.
    std::string const write = "select bank.record_event(null::bank.caller, 'start', 'ok', '{}');";
    auto const write_unsigned = [&] {
        ASSERT_EQ(
            run_sql(database.connection_as("bankd"), "begin;" + write + write + "commit", nullptr),
            "");
    };
    database.query("delete from bank.audit_macs_start");
    write_unsigned();
    write_unsigned();
    Party early(*this, record_keys());
    EXPECT_EQ(early.sealer.step(), Step::standing);
    EXPECT_EQ(unsealed(), "4");
    EXPECT_EQ(begun(), "1");
    EXPECT_EQ(database.value("select d.details->>'records' from bank.audit_logs l"
                             " join bank.audit_details d on d.hash = l.details_hash"
                             " where l.action = 'begin_record_macs'"),
              "4");
    EXPECT_EQ(begun(), "1") << "once";
    expect_all_sealed();

    write_unsigned();
    EXPECT_EQ(begun(), "1");
    EXPECT_EQ(alarm().records.size(), 2U);
    // A second beginning is a second record.
    database.query("delete from bank.audit_macs_start");
    EXPECT_EQ(begun(), "2");
    expect_all_sealed();
}

}  // namespace
}  // namespace bank::test
