// The way back after an alarm: what a superuser, the daemon's role and single administrators cannot
// do to a bank that is halted.
#include <fmt/format.h>

#include <thread>

#include "core/audit/alarms.hpp"
#include "core/audit/sealer.hpp"
#include "core/crypto/key_maker.hpp"
#include "tests/integration/postgres/bank_fixture.hpp"

namespace bank::test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using Step = audit::Sealer::Step;

constexpr auto origin = "bank.example/audit";

// A bank's MACs have begun, and it has two administrators and a teller.
class AlarmsInDatabase : public BankFixture {
protected:
    // A daemon on the database.
    struct Daemon {
        explicit Daemon(AlarmsInDatabase& test)
            : fixture(test),
              alarms(test.bank->alarms(),
                     {&record_keys(), &record_keys(), &test.pepper,
                      [this](std::vector<api::Alarm> const&) { sealer.look_again(); }}),
              store(test.bank->make_seal_store()),
              sealer(*store, test.clock, record_keys(), test.signers(), settings(),
                     {[](std::string const&) {}, [](std::string const& why) { FAIL() << why; },
                      [this](audit::RecordsAlarm const& alarm) { return record(alarm); }}) {}

        static audit::SealerSettings settings() {
            audit::SealerSettings s;
            s.origin = origin;
            s.checkpoint_every = std::chrono::milliseconds{0};
            return s;
        }
        Status record(audit::RecordsAlarm const& alarm) {
            if (auto const read = alarms.refresh(); !read) return read;
            if (alarms.covers(alarm)) return Done{};
            audit::Event event;
            event.action = audit::Action::records_alarm;
            event.outcome = Code::bank_halted;
            event.details =
                fmt::format(R"({{"xid":{},"digest":"{}"}})", alarm.xid, to_hex(alarm.digest));
            if (auto const recorded = fixture.bank->audit().record(event); !recorded)
                return recorded;
            return alarms.refresh();
        }
        std::vector<api::Alarm> open() {
            EXPECT_TRUE(alarms.refresh());
            return alarms.open();
        }

        AlarmsInDatabase& fixture;
        audit::Alarms alarms;
        std::unique_ptr<audit::SealStore> store;
        audit::Sealer sealer;
    };

    std::vector<audit::NoteSigner> signers() const {
        std::vector<audit::NoteSigner> made;
        made.push_back(audit::NoteSigner::make(origin, key).value());
        return made;
    }
    std::string unsealed() const {
        return database.value(
            "select count(*) from bank.audit_logs l left join bank.sealed() e on true"
            " where (l.xid, l.id) > (coalesce(e.last_xid, '0'), coalesce(e.last_id, 0))");
    }
    // Until all is sealed, or the bank is halted.
    void settle(Daemon& one) {
        auto const end = std::chrono::steady_clock::now() + std::chrono::seconds{60};
        while (one.sealer.step() != Step::halted && unsealed() != "0") {
            ASSERT_LT(std::chrono::steady_clock::now(), end);
            std::this_thread::yield();
        }
    }
    AuditId raise_schema() {
        audit::Event event;
        event.action = audit::Action::schema_alarm;
        event.outcome = Code::bank_halted;
        event.details = fmt::format(R"({{"differences":1,"objects":["x"],"digest":"{:064}"}})", 1);
        EXPECT_TRUE(bank->audit().record(event));
        return newest();
    }
    AuditId newest() const {
        return AuditId{std::stoll(database.value("select max(id) from bank.audit_logs"))};
    }
    std::string clear(Person const& who, AuditId alarm) {
        auto const cleared = daemon.alarms.decide(who.acting, who.id, {alarm, "looked at"});
        if (!cleared) return std::string{word(cleared.code())};
        return cleared->cleared_at ? "cleared" : "open";
    }
    // As a superuser who leaves the guards as they were.
    void alter(std::string const& sql) {
        database.query(
            "alter table bank.audit_logs disable trigger all;" + sql +
            ";alter table bank.audit_logs enable always trigger refuse_row_change,"
            " enable always trigger refuse_change, enable always trigger refuse_row_deletion");
    }
    // A decision in the name of `who`, written as the bank writes it, but without its keys: with
    // details like those of record `model`, if that is one.
    void plant(Person const& who, AuditId alarm, AuditId model = {}) {
        auto const details =
            model ? fmt::format(
                        "(select d.details from bank.audit_logs l join bank.audit_details d"
                        " on d.hash = l.details_hash where l.id = {})",
                        model.value)
                  : fmt::format(R"('{{"alarm":{},"reason":"planted","mac":"{}"}}'::json)",
                                alarm.value, std::string(64, '0'));
        database.query(
            fmt::format("select bank.write_audit((null, {}, '{}', 'admin', null)::bank.actor, null,"
                        " 'clear_alarm', 'ok', null, {})",
                        who.id.value, who.name, details));
    }
    // An event that the bank did not write; returns the transaction.
    std::string invent() {
        return database.value(
            "with t as materialized (select bank.write_audit(null, null, 'set_role', 'ok', null,"
            " '{\"user_id\":1}')) select pg_current_xact_id() from t");
    }
    // Raises an alarm over it.
    AuditId raise_records() {
        invent();
        settle(daemon);
        EXPECT_TRUE(daemon.sealer.has_alarm());
        auto const open = daemon.open();
        EXPECT_FALSE(open.empty());
        return open.empty() ? AuditId{} : open.back().id;
    }

    SystemClock clock;
    Secret key = crypto::make_signing_key_pem();
    Secret pepper = crypto::make_pepper();
    Person boss = person(api::Role::admin, "boss");
    Person deputy = person(api::Role::admin, "deputy");
    Daemon daemon{*this};
};

TEST_F(AlarmsInDatabase, TwoAdministratorsClearAnAlarmWhichIsFoundAgainFromTheLog) {
    EXPECT_THAT(daemon.open(), IsEmpty());
    auto const alarm = raise_schema();
    ASSERT_THAT(daemon.open(), SizeIs(1));
    EXPECT_EQ(daemon.alarms.obstacle(), Code::bank_halted);
    EXPECT_EQ(clear(teller, alarm), "permission_denied");
    EXPECT_EQ(clear(boss, alarm), "open");
    EXPECT_EQ(clear(boss, alarm), "other_administrator_required");
    settle(daemon);
    Daemon restarted(*this);
    ASSERT_THAT(restarted.open(), SizeIs(1));
    ASSERT_THAT(restarted.open()[0].decisions, SizeIs(1));
    EXPECT_EQ(restarted.open()[0].decisions[0].user_name, "boss");
    EXPECT_EQ(clear(deputy, alarm), "cleared");
    EXPECT_THAT(restarted.open(), IsEmpty()) << "the other daemon resumes";
    EXPECT_EQ(restarted.alarms.obstacle(), std::nullopt);
    EXPECT_EQ(clear(boss, AuditId{alarm.value - 1}), "not_found");
    EXPECT_THAT(audit_tail(3),
                ElementsAre("clear_alarm permission_denied", "clear_alarm ok", "clear_alarm ok"));
    settle(daemon);
    EXPECT_EQ(unsealed(), "0");
}

TEST_F(AlarmsInDatabase, OfDecisionsAtTheSameTimeTwoClearItAndOnlyOneOfAPersonCounts) {
    for (int round = 0; round < 10; ++round) {
        auto const alarm = raise_records();
        std::vector<std::string> outcomes(6);
        std::vector<std::thread> threads;
        for (std::size_t i = 0; i < outcomes.size(); ++i) {
            threads.emplace_back(
                [&, i] { outcomes[i] = clear(i % 2 == 0 ? boss : deputy, alarm); });
        }
        for (auto& thread : threads) thread.join();
        EXPECT_THAT(daemon.open(), IsEmpty());
        EXPECT_EQ(database.value(fmt::format(
                      "select count(*) from bank.audit_logs l join bank.audit_details d on d.hash ="
                      " l.details_hash where l.action = 'clear_alarm' and l.outcome = 'ok' and"
                      " (d.details ->> 'alarm')::bigint = {}",
                      alarm.value)),
                  "2");
        for (auto const& outcome : outcomes) {
            EXPECT_THAT(outcome, ::testing::AnyOf("open", "cleared", "alarm_cleared",
                                                  "other_administrator_required"));
        }
        settle(daemon);
        EXPECT_EQ(unsealed(), "0");
    }
}

TEST_F(AlarmsInDatabase, APlantedDecisionDoesNotCountNotEvenWhereItLooksSealed) {
    auto const alarm = raise_schema();
    EXPECT_EQ(clear(boss, alarm), "open");
    auto const decision = newest();
    settle(daemon);
    for (auto const model : {AuditId{}, decision}) {
        plant(deputy, alarm, model);
        EXPECT_THAT(daemon.open()[0].decisions, SizeIs(1));
        // Moved among the sealed ones, which have no MAC any more.
        alter(fmt::format("update bank.audit_logs set xid = '3' where id = {}", newest().value));
        EXPECT_EQ(database.value(fmt::format(
                      "select is_whole and is_sealed from bank.alarm_records() where id = {}",
                      newest().value)),
                  "t");
        EXPECT_THAT(daemon.open()[0].decisions, SizeIs(1));
        alter(fmt::format("delete from bank.audit_logs where id > {}", decision.value));
    }
    EXPECT_EQ(daemon.alarms.obstacle(), Code::bank_halted);
}

TEST_F(AlarmsInDatabase, AnAlteredDecisionDoesNotCount) {
    auto const alarm = raise_schema();
    EXPECT_EQ(clear(boss, alarm), "open");
    auto const decision = newest();
    ASSERT_THAT(daemon.open()[0].decisions, SizeIs(1));
    // In the row alone, and with the leaf that fits.
    std::string const leaf =
        ";update bank.audit_logs l set leaf = bank.leaf_of(bank.event_record("
        "bank.us(l.\"timestamp\"), l.action, l.outcome, l.actor_id, l.account_id, l.request_id,"
        " s.hash, l.details_hash)) from bank.audit_subjects s where s.id = l.subject_id"
        " and l.id = {1}";
    for (bool const is_sealed : {false, true}) {
        if (is_sealed) settle(daemon);
        for (auto const& sql :
             {std::string{"update bank.audit_logs set actor_id = {0} where id = {1}"},
              "update bank.audit_logs set actor_id = {0} where id = {1}" + leaf}) {
            alter(fmt::format("create table kept as select * from bank.audit_logs where id = {}",
                              decision.value));
            alter(fmt::format(fmt::runtime(sql), deputy.id.value, decision.value));
            EXPECT_THAT(daemon.open()[0].decisions, IsEmpty());
            alter(
                fmt::format("update bank.audit_logs l set actor_id = k.actor_id, leaf = k.leaf"
                            " from kept k where k.id = l.id; drop table kept"));
            EXPECT_THAT(daemon.open()[0].decisions, SizeIs(1));
        }
    }
}

TEST_F(AlarmsInDatabase, TheSecondDecisionAcceptsExactlyTheRecordsOfTheAlarm) {
    settle(daemon);
    auto const alarm = raise_records();
    EXPECT_EQ(daemon.alarms.obstacle(), Code::bank_halted);
    Daemon other(*this);
    EXPECT_EQ(other.sealer.step(), Step::standing);
    EXPECT_TRUE(other.sealer.has_alarm());
    EXPECT_EQ(database.value("select count(*) from bank.audit_logs where action = 'records_alarm'"),
              "1")
        << "daemons share an alarm";

    EXPECT_EQ(clear(boss, alarm), "open");
    EXPECT_EQ(daemon.sealer.step(), Step::halted);
    EXPECT_NE(unsealed(), "0");
    EXPECT_EQ(clear(deputy, alarm), "cleared");
    settle(daemon);
    EXPECT_EQ(unsealed(), "0");
    EXPECT_FALSE(daemon.sealer.has_alarm());
    EXPECT_THAT(other.open(), IsEmpty());
    static_cast<void>(other.sealer.step());
    EXPECT_FALSE(other.sealer.has_alarm()) << "the other daemon resumes";
    EXPECT_EQ(database.value("select count(*) from bank.audit_logs where action = 'records_alarm'"),
              "1");
    // A second alarm is one of its own.
    auto const second = raise_records();
    EXPECT_NE(second, alarm);
    EXPECT_EQ(clear(boss, second), "open");
    EXPECT_EQ(clear(deputy, second), "cleared");
    settle(daemon);
    EXPECT_EQ(unsealed(), "0");
}

TEST_F(AlarmsInDatabase, RecordsThatChangeBetweenTheDecisionsAreNotAccepted) {
    settle(daemon);
    auto const alarm = raise_records();
    EXPECT_EQ(clear(boss, alarm), "open");
    alter("update bank.audit_logs set leaf = sha256(leaf) where action = 'set_role'");
    EXPECT_EQ(clear(deputy, alarm), "alarm_persists");
    settle(daemon);
    auto const newer = daemon.open().back().id;
    EXPECT_NE(newer, alarm);
    EXPECT_EQ(clear(boss, newer), "open") << "both decide on what there is now";
    EXPECT_EQ(clear(deputy, newer), "cleared");
    settle(daemon);
    EXPECT_EQ(unsealed(), "0");
    EXPECT_THAT(daemon.open(), IsEmpty());
}

TEST_F(AlarmsInDatabase, RemovedRecordsAreAcceptedAsRemoved) {
    settle(daemon);
    audit::Event event;
    event.action = audit::Action::view_users;
    event.outcome = Code::permission_denied;
    ASSERT_TRUE(bank->audit().record(event));
    auto const xid = database.value("select max(xid::text::bigint) from bank.audit_logs");
    ASSERT_TRUE(bank->audit().record(event));
    alter("delete from bank.audit_logs where xid = '" + xid + "'");
    settle(daemon);
    ASSERT_THAT(daemon.open(), SizeIs(1));
    auto const alarm = daemon.open()[0].id;
    EXPECT_EQ(clear(boss, alarm), "open");
    EXPECT_EQ(clear(deputy, alarm), "cleared");
    settle(daemon);
    EXPECT_EQ(unsealed(), "0");
    EXPECT_EQ(database.value("select count(*) from bank.audit_macs"), "0");
}

TEST_F(AlarmsInDatabase, AnAlarmStaysOpenIfItsCauseIsUndone) {
    settle(daemon);
    auto const alarm = raise_records();
    alter("delete from bank.audit_logs where action = 'set_role'");
    settle(daemon);
    EXPECT_FALSE(daemon.sealer.has_alarm());
    EXPECT_EQ(unsealed(), "0");
    EXPECT_THAT(daemon.open(), SizeIs(1));
    EXPECT_EQ(clear(boss, alarm), "open");
    EXPECT_EQ(clear(deputy, alarm), "cleared");
}

TEST_F(AlarmsInDatabase, APlantedDecisionIsNoneAfterItsRecordsWereAccepted) {
    auto const schema = raise_schema();
    EXPECT_EQ(clear(boss, schema), "open");
    settle(daemon);
    plant(deputy, schema);
    settle(daemon);
    auto const alarm = daemon.open().back().id;
    EXPECT_EQ(clear(boss, alarm), "open");
    EXPECT_EQ(clear(deputy, alarm), "cleared");
    settle(daemon);
    EXPECT_EQ(unsealed(), "0");
    ASSERT_THAT(daemon.open(), SizeIs(1));
    EXPECT_EQ(daemon.open()[0].id, schema);
    EXPECT_EQ(clear(deputy, schema), "cleared");
}

TEST_F(AlarmsInDatabase, ADecisionSurvivesTheErasureOfItsAdministrator) {
    auto const alarm = raise_schema();
    EXPECT_EQ(clear(boss, alarm), "open");
    EXPECT_EQ(clear(deputy, alarm), "cleared");
    ASSERT_TRUE(bank->users().set_disabled(admin.acting, {boss.id, true}));
    ASSERT_TRUE(bank->users().erase_subject(admin.acting, boss.id));
    EXPECT_THAT(daemon.open(), IsEmpty());
}

// As the role bankd, with the session of one administrator.
TEST_F(AlarmsInDatabase, TheDaemonsRoleAcceptsRecordsOnlyAfterAnothersDecision) {
    settle(daemon);
    auto const alarm = raise_records();
    auto const digest = database.value(
        fmt::format("select digest from bank.alarm_records() where id = {}", alarm.value));
    auto const xid = database.value(
        fmt::format("select of_xid from bank.alarm_records() where id = {}", alarm.value));
    auto const accept = [&](AuditId of, std::string const& of_xid) {
        return run_sql(database.connection_as("bankd"),
                       fmt::format(R"(set role bank_admin; select bank.clear_alarm()"
                                   R"(row('\x{}', null, '', null), {}, 'x', sha256('x'), '{}',)"
                                   R"( '\x{}', '\x00000000', 1, sha256('x')))",
                                   to_hex(boss.acting.session), of.value, of_xid, digest),
                       nullptr);
    };
    auto const macs = database.value("select count(*) from bank.audit_macs");
    EXPECT_EQ(accept(alarm, xid), "BK001") << "nobody else has decided";
    EXPECT_EQ(clear(deputy, alarm), "open");
    EXPECT_EQ(accept(alarm, "1"), "BK001") << "another transaction";
    EXPECT_EQ(accept(AuditId{1}, xid), "");
    EXPECT_THAT(audit_tail(1), ElementsAre("clear_alarm not_found"));
    EXPECT_EQ(database.value("select count(*) from bank.audit_macs"),
              std::to_string(std::stoi(macs) + 1))
        << "that of the decision";
    auto const none = fmt::format(R"(set role bank_admin; select bank.clear_alarm()"
                                  R"(row('\x{}', null, '', null), {}, '', sha256('x'), null,)"
                                  R"( null, null, null, null))",
                                  to_hex(boss.acting.session), alarm.value);
    EXPECT_EQ(run_sql(database.connection_as("bankd"), none, nullptr), "BK001") << "no reason";
    EXPECT_EQ(run_sql(database.connection_as("bankd"),
                      "select bank.accept_records('1', '', '', 1, '')", nullptr),
              "42501");
}

}  // namespace
}  // namespace bank::test
