// The daemon's role in hostile hands, without any session: each function refuses what the daemon
// never asks for.
#include <fmt/format.h>

#include "tests/integration/postgres/bank_fixture.hpp"

namespace bank::test {
namespace {

constexpr auto disagrees = "BK001";
constexpr auto out_of_order = "BK003";
constexpr auto check_violation = "23514";
constexpr auto insufficient_privilege = "42501";

class DaemonRole : public BankFixture {
protected:
    // The SQLSTATE, or the first column of the rows joined, as bankd.
    std::string attack(std::string const& sql) const {
        std::vector<std::string> rows;
        auto const state = run_sql(database.connection_as("bankd"), sql, &rows);
        if (!state.empty()) return state;
        std::string joined;
        for (auto const& row : rows) joined += (joined.empty() ? "" : ",") + row;
        return joined;
    }
    std::string count(std::string const& table) const {
        return database.value("select count(*) from bank." + table);
    }
    static std::string caller(std::string const& session = "null") {
        return fmt::format("row({}, '192.0.2.1', 'attack', null)::bank.caller", session);
    }
};

// Sealing and checkpoints.

class SealedByTheRole : public DaemonRole {
protected:
    // Rows like those of bank.write_audit.
    void write(int count_max) const {
        database.query(
            fmt::format("insert into bank.audit_logs"
                        " (\"timestamp\", subject_id, action, outcome, details_hash, leaf)"
                        " select now(), 1, 'start', 'ok', sha256('x'), sha256(int8send(n))"
                        " from generate_series(1, {} - (select count(*) from bank.audit_logs)) n",
                        count_max));
    }
    // Of the record so many places after the first.
    std::string position(int place) const {
        return database.value(
            fmt::format("select quote_literal(xid) || ', ' || id from bank.audit_logs"
                        " order by xid, id offset {} limit 1",
                        place));
    }
    std::string seal_at(std::string const& from, std::string const& records, std::string const& end,
                        std::string const& tiles = "'{}', '{}', '{}'") {
        return attack(fmt::format("select bank.seal({}, {}, {}, {})", from, records, end, tiles));
    }
    std::string seal(int from, int records, int place,
                     std::string const& tiles = "'{}', '{}', '{}'") {
        return seal_at(std::to_string(from), std::to_string(records), position(place), tiles);
    }
    // The tile of the records from `first` on, one byte changed by `change`.
    std::string leaves(int first, int change = 0) const {
        return database.value(fmt::format(
            R"(select '\x' || encode(set_byte(t.h, 4000, get_byte(t.h, 4000) # {}), 'hex') from (
                select string_agg(r.leaf, '' order by r.xid, r.id) as h from (
                    select xid, id, leaf from bank.audit_logs order by xid, id offset {} limit 256
                ) r) t)",
            change, first));
    }
    static std::string tile(int level, int number, std::string const& hashes) {
        return fmt::format(R"('{{{}}}', '{{{}}}', array['{}'::bytea])", level, number, hashes);
    }
    std::string add_checkpoint(int size, std::string const& note) const {
        return attack(fmt::format("select bank.add_checkpoint({}, {})", size, note));
    }
    static std::string note(
        std::string const& origin, std::string const& size,
        std::string const& rest =
            R"(AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n— key AAAAAAAA\n)") {
        return fmt::format(R"(E'{}\n{}\n{}')", origin, size, rest);
    }
};

TEST_F(SealedByTheRole, AreTheRecordsThatLieBetweenAlone) {
    wait_until_all_can_be_sealed();
    auto const all = std::stoi(count("audit_logs"));
    ASSERT_GT(all, 6);
    EXPECT_EQ(seal(1, 1, 0), out_of_order) << "a gap before the first";
    for (auto const& [records, place] : {std::pair{2, 2}, {4, 2}, {0, 2}, {-3, 2}, {65537, 2}}) {
        EXPECT_EQ(seal(0, records, place), disagrees) << records;
    }
    for (auto const* end : {"'9223372036854775807', 9223372036854775807", "'0', 1", "'3', 0"}) {
        EXPECT_EQ(seal_at("0", std::to_string(all), end), disagrees) << end;
        EXPECT_EQ(seal_at("0", "1", end), disagrees) << end;
    }
    for (auto const& [from, records, end] :
         {std::tuple{"null", "3", position(2)}, {"0", "null", position(2)}}) {
        EXPECT_TRUE(seal_at(from, records, end).starts_with("BK")) << from << records;
    }
    EXPECT_TRUE(seal_at("0", "3", "null, null").starts_with("BK"));
    // An end between two records.
    database.query("select nextval(pg_get_serial_sequence('bank.audit_logs', 'id'))");
    EXPECT_EQ(seal_at("0", std::to_string(all),
                      database.value("select quote_literal(max(xid::text::bigint)) || ', ' ||"
                                     " max(id) + 1 from bank.audit_logs")),
              disagrees);
    EXPECT_EQ(count("audit_seals"), "0");

    EXPECT_EQ(seal(0, 3, 2), "");
    EXPECT_EQ(seal(0, 3, 2), out_of_order) << "the same again";
    EXPECT_EQ(seal(3, 1, 2), out_of_order) << "no further than the last";
    EXPECT_EQ(seal(3, 1, 1), out_of_order) << "back";
    EXPECT_EQ(seal(4, 1, 4), out_of_order) << "a gap";
    EXPECT_EQ(seal(2, 2, 4), out_of_order) << "an overlap";
    EXPECT_EQ(seal(3, 2, 4), "");
    EXPECT_EQ(database.value("select string_agg(first_no || '+' || record_count, ' ' order by"
                             " first_no) from bank.audit_seals"),
              "0+3 3+2");
}

TEST_F(SealedByTheRole, AreOfNoTransactionThatRuns) {
    wait_until_all_can_be_sealed();
    auto const all = count("audit_logs");
    EXPECT_EQ(attack(fmt::format(
                  "begin; select bank.record_event({}, 'start', 'ok', '{{}}');"
                  "select bank.seal(0, {} + 1, pg_current_xact_id(), {}, '{{}}', '{{}}', '{{}}')",
                  caller(), all, database.value("select max(id) + 1 from bank.audit_logs"))),
              disagrees);
}

TEST_F(SealedByTheRole, FillTheTilesThatTheirLeavesMake) {
    write(600);
    wait_until_all_can_be_sealed();
    auto const right = leaves(0);
    EXPECT_EQ(seal(0, 255, 254, tile(0, 0, right)), disagrees) << "not full yet";
    for (auto const& tiles :
         {std::string{"'{}', '{}', '{}'"}, std::string{"null, null, null"},
          tile(0, 0, leaves(0, 1)), tile(0, 0, leaves(1)), tile(0, 1, right), tile(1, 0, right),
          tile(0, -1, right), tile(7, 0, right), tile(0, 0, R"(\x00)"),
          fmt::format(R"('{{0,0}}', '{{0,1}}', array['{0}'::bytea, '{0}'])", right),
          std::string{R"('{0}', '{0}', array[null::bytea])"}}) {
        EXPECT_EQ(seal(0, 300, 299, tiles), disagrees) << tiles.substr(0, 40);
    }
    EXPECT_EQ(count("audit_seals"), "0");
    EXPECT_EQ(count("audit_tiles"), "0");
    ASSERT_EQ(seal(0, 300, 299, tile(0, 0, right)), "");
    // The second one begins with leaves that are sealed already.
    auto const second = leaves(256);
    for (auto const& wrong : {leaves(256, 1), leaves(300), right}) {
        EXPECT_EQ(seal(300, 300, 599, tile(0, 1, wrong)), disagrees);
    }
    EXPECT_EQ(seal(300, 211, 510, tile(0, 1, second)), disagrees) << "one is missing";
    EXPECT_EQ(seal(300, 212, 511, tile(0, 1, second)), "");
    EXPECT_EQ(seal(512, 88, 599), "");
    EXPECT_EQ(count("audit_tiles"), "2");
}

TEST_F(SealedByTheRole, AreSignedWithOriginAndSizeOfASeal) {
    wait_until_all_can_be_sealed();
    auto const* const origin = "bank.example/audit";
    EXPECT_EQ(add_checkpoint(1, note(origin, "1")), disagrees) << "nothing is sealed";
    ASSERT_EQ(seal(0, 3, 2), "");
    ASSERT_EQ(seal(3, 2, 4), "");
    for (auto const& wrong : {
             std::string{"'rubbish'"},
             std::string{"''"},
             std::string{"null"},
             note(origin, "4"),
             note(origin, "03"),
             note("", "3"),
             note(std::string(256, 'x'), "3"),
             note(origin, "3", ""),
             note(origin, "3", R"(AAAA\n\n— key AAAAAAAA\n)"),
             note(origin, "3", R"(AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n)"),
             note(origin, "3", R"(AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\nkey AAAAAAAA\n)"),
             note(origin, "3", R"(AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n— key AAAAAAAA)"),
         }) {
        EXPECT_EQ(add_checkpoint(3, wrong), disagrees) << wrong;
    }
    for (auto const size : {-1, 0, 1, 2, 4, 6}) {
        EXPECT_EQ(add_checkpoint(size, note(origin, std::to_string(size))), disagrees) << size;
    }
    EXPECT_EQ(count("audit_checkpoints"), "0");

    EXPECT_EQ(add_checkpoint(3, note(origin, "3")), "t");
    EXPECT_EQ(add_checkpoint(3, note(origin, "3")), "f") << "there is one";
    EXPECT_EQ(add_checkpoint(5, note("other.example/audit", "5")), disagrees);
    EXPECT_EQ(add_checkpoint(5, note(std::string{origin} + "x", "5")), disagrees);
    EXPECT_EQ(add_checkpoint(5, note(origin, "5",
                                     R"(AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\nextension\n)"
                                     R"(\n— key AAAAAAAA\n— other BBBBBB==\n)")),
              "t");
    EXPECT_EQ(add_checkpoint(3, note(origin, "3")), disagrees) << "back";
    EXPECT_EQ(count("audit_checkpoints"), "2");
}

TEST_F(SealedByTheRole, LagBehindTheRecordsWhateverTheLastSealNames) {
    wait_until_all_can_be_sealed();
    auto const all = count("audit_logs");
    auto const oldest = [this] { return attack("select id from bank.oldest_unsealed()"); };
    auto const undelivered = [this] { return attack("select bank.count_undelivered(0)"); };
    auto const id_at = [this](int place) {
        return database.value(fmt::format(
            "select id from bank.audit_logs order by xid, id offset {} limit 1", place));
    };
    EXPECT_EQ(oldest(), id_at(0));
    ASSERT_EQ(seal(0, 3, 2), "");
    EXPECT_EQ(oldest(), id_at(3));
    EXPECT_EQ(undelivered(), all);
    // As earlier functions took it from the role: to the end of all time, with any count.
    for (auto const& [records, first] : {std::pair{1, 4}, {1'000'000, 3}}) {
        database.query(
            fmt::format("insert into bank.audit_seals (first_no, record_count, last_xid, last_id)"
                        " values (3, {}, '9223372036854775807', 9223372036854775807)",
                        records));
        EXPECT_EQ(oldest(), id_at(first)) << records;
        EXPECT_EQ(attack("select age_ms >= 0 from bank.oldest_unsealed()"), "t");
        if (records == 1) {
            EXPECT_EQ(undelivered(), all);
        }
        database.query(
            "alter table bank.audit_seals disable trigger all;"
            "delete from bank.audit_seals where first_no = 3;"
            "alter table bank.audit_seals enable always trigger refuse_row_change,"
            " enable always trigger refuse_change");
    }
    ASSERT_EQ(seal(3, std::stoi(all) - 3, std::stoi(all) - 1), "");
    EXPECT_EQ(oldest(), "");
    EXPECT_EQ(undelivered(), all);
}

TEST_F(SealedByTheRole, AreDeliveredNoFurtherThanTheyAreSealed) {
    wait_until_all_can_be_sealed();
    auto const reach = [this](std::string const& sink, std::string const& number) {
        return attack(
            fmt::format("select bank.set_delivered('{}', {}, sha256(''), false)", sink, number));
    };
    EXPECT_EQ(reach("journald", "1"), disagrees) << "nothing is sealed";
    ASSERT_EQ(seal(0, 3, 2), "");
    for (auto const* number : {"9223372036854775807", "4", "-1", "null"}) {
        EXPECT_EQ(reach("journald", number), disagrees) << number;
    }
    EXPECT_EQ(reach("mine", "0"), disagrees) << "no archive would ever pass it";
    EXPECT_EQ(count("audit_deliveries"), "0");
    EXPECT_EQ(reach("journald", "2"), "");
    EXPECT_EQ(reach("journald", "1"), "");
    EXPECT_EQ(attack("select next_no from bank.delivered('journald')"), "2") << "never back";
    EXPECT_EQ(reach("journald", "3"), "");
}

// What the log says.

TEST_F(DaemonRole, WritesWordsAndObjectsIntoTheLog) {
    auto const before = count("audit_logs");
    auto const details = count("audit_details");
    auto const record = [this](std::string const& action, std::string const& outcome,
                               std::string const& written) {
        return attack(fmt::format("select bank.record_event({}, {}, {}, {})", caller(), action,
                                  outcome, written));
    };
    for (auto const* word : {R"(E'x\ty')", R"(E'start\n')", "'Start'", "''", "'a b'", "'start-1'",
                             "'größe'", "'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'"}) {
        EXPECT_EQ(record(word, "'permission_denied'", "'{}'"), check_violation) << word;
        EXPECT_EQ(record("'transfer'", word, "'{}'"), check_violation) << word;
    }
    for (auto const* written :
         {"'[]'", "'1'", "'\"x\"'", "json_build_object('x', repeat('x', 5000))"}) {
        EXPECT_EQ(record("'start'", "'ok'", written), check_violation) << written;
    }
    EXPECT_EQ(count("audit_logs"), before);
    EXPECT_EQ(count("audit_details"), details);
    EXPECT_EQ(record("'start'", "'ok'", "null"), "");
    EXPECT_EQ(attack("select bank.keep_job('apply_retention', now());"
                     " select bank.fail_job('apply_retention', now(), 0, E'x\\ty')"),
              check_violation);
}

TEST_F(DaemonRole, RecordsNothingAsDoneThatItDidNotDo) {
    auto const before = count("audit_logs");
    for (auto const* action : {"transfer", "set_role", "erase_subject", "prune_audit", "restore",
                               "login", "change_password", "apply_retention"}) {
        for (auto const* outcome : {"ok", "posted"}) {
            EXPECT_EQ(attack(fmt::format("select bank.record_event({}, '{}', '{}', '{{}}')",
                                         caller(), action, outcome)),
                      disagrees)
                << action << ' ' << outcome;
        }
    }
    EXPECT_EQ(attack(fmt::format("select bank.record_event({}, null, null, '{{}}')", caller())),
              disagrees);
    // Through the batch: an order that is not stored, in nobody's name.
    auto const batch = [](std::string const& status, std::string const& code, bool is_replay) {
        return fmt::format(
            R"(select count(p.transfer_id) from bank.post_batch(
                array['\x00'::bytea], '{{1}}', '{{192.0.2.1}}', '{{attack}}', '{{1}}',
                array[gen_random_uuid()], '{{transfer}}', array[gen_random_uuid()],
                array['\x00'::bytea], '{{1}}', '{{2}}', array[null::bigint], array[null::integer],
                '{{5}}', '{{EUR}}', '{{x}}', array[null::bigint],
                array[{}]::bank.transfer_status[], array[{}]::text[], array[{}],
                '{{0}}', '{{0}}', '{{0}}', '{{0}}', '{{}}', '{{}}') p)",
            status, code, is_replay);
    };
    auto const subject = fmt::format(
        R"(select count(*) from bank.lock_batch(
            array['\x00'::bytea], '{{1}}', '{{transfer}}', '{{EUR}}', '{{}}', '{{}}', '{{}}',
            '{{192.0.2.1}}', '{{attack}}', '{{1}}');)");
    for (auto const& [status, code, is_replay] : {std::tuple{"'posted'", "null", true},
                                                  {"null", "'posted'", false},
                                                  {"null", "'ok'", false},
                                                  {"null", "null", false},
                                                  {"null", "'posted'", true}}) {
        EXPECT_EQ(attack(subject + batch(status, code, is_replay)), disagrees)
            << status << code << is_replay;
    }
    EXPECT_EQ(attack(subject + batch("null", R"(E'x\ty')", false)), check_violation);
    EXPECT_EQ(count("audit_logs"), before);
    EXPECT_EQ(attack(subject + batch("null", "'not_authenticated'", false)), "0");
    EXPECT_THAT(audit_tail(1), ::testing::ElementsAre("transfer not_authenticated"));
}

TEST_F(DaemonRole, ChangesNoPasswordWithoutARecord) {
    auto const anna = person(api::Role::customer, "anna");
    auto const change = [&](std::int64_t version, std::string const& record) {
        return attack(fmt::format("select bank.rehash_password({}, {}, {}, '{}')", caller(),
                                  anna.id.value, version, record));
    };
    auto const before = std::stoi(count("audit_logs"));
    EXPECT_EQ(change(0, "a record of another password"), "1");
    // With the record of the state.
    EXPECT_EQ(count("audit_logs"), std::to_string(before + 2));
    EXPECT_THAT(audit_tail(1), ::testing::ElementsAre("change_password ok"));
    EXPECT_EQ(database.value("select actor_id from bank.audit_logs order by id desc limit 1"),
              std::to_string(anna.id.value));
    EXPECT_EQ(change(0, "again"), "") << "it is another version";
    EXPECT_EQ(attack(fmt::format("select bank.rehash_password({}, {}, null, 'x')", caller(),
                                 anna.id.value)),
              "");
    database.alter(
        fmt::format("update bank.users set is_disabled = true where id = {}", anna.id.value));
    EXPECT_EQ(change(1, "of a disabled user"), "");
    EXPECT_EQ(count("audit_logs"), std::to_string(before + 2));
    EXPECT_EQ(database.value("select password from bank.users where user_name = 'anna'"),
              "a record of another password");
}

TEST_F(DaemonRole, OpensNoSessionThatOutlivesTheLongestConfigured) {
    auto const before = count("sessions");
    auto const open = [this](std::string const& version, std::string const& secret,
                             std::string const& lifetime_s) {
        return attack(fmt::format(
            "select status from bank.open_session({}, {}, {}, {}, sha256('refresh'), {}, null, "
            "null)",
            caller(), teller.id.value, version, secret, lifetime_s));
    };
    auto const* const secret = R"('\x000102030405060708090a0b0c0d0e0f')";
    for (auto const* lifetime_s : {"7776001", "3155760000", "0", "-1", "null"}) {
        EXPECT_EQ(open("0", secret, lifetime_s), disagrees) << lifetime_s;
    }
    EXPECT_EQ(open("0", R"('\x00')", "60"), disagrees) << "a secret that can be guessed";
    EXPECT_EQ(open("null", secret, "60"), "login_refused");
    EXPECT_EQ(attack(fmt::format("select status from bank.open_local_session({}, 7, {}, "
                                 "sha256('refresh'), 3155760000)",
                                 caller(), secret)),
              disagrees);
    EXPECT_EQ(count("sessions"), before);
    EXPECT_EQ(open("0", secret, "60"), "ok");
    // Nor does it change a password whose version it does not say.
    EXPECT_EQ(attack(fmt::format(
                  "select bank.change_password({}, null, 'x')",
                  caller(fmt::format("{}::bytea || int8send({})", secret, teller.id.value)))),
              "password_wrong");
}

TEST_F(DaemonRole, KeepsCurrenciesOnlyWithAccountsThatWereDrawn) {
    auto const before = count("accounts");
    auto const keep = [this](std::string const& currency, std::string const& id) {
        return attack(
            fmt::format("select bank.keep_currency({}, '{{cash}}', '{{null}}', "
                        "array[{}]::bigint[], '{{XX00MINE}}')",
                        currency, id));
    };
    auto const drawn = attack("select bank.draw_account_id()");
    for (auto const* currency : {"'eur'", "'E R'", "''", "'EURO'", "'€€€'", "null"}) {
        EXPECT_EQ(keep(currency, drawn), disagrees) << currency;
    }
    for (auto const* id : {"9223372036854775807", "null"}) {
        EXPECT_EQ(keep("'CHF'", id), disagrees) << id;
    }
    EXPECT_EQ(count("accounts"), before);
    EXPECT_EQ(keep("'CHF'", drawn), "");
    EXPECT_THAT(audit_tail(1), ::testing::ElementsAre("open_account ok"));
}

TEST_F(DaemonRole, PlacesNoHoldThatLastsForEver) {
    auto const anna = person(api::Role::customer, "anna");
    auto const from = account(anna).id;
    auto const to = account(anna).id;
    pay_in(from, 100);
    auto const before = money();
    for (auto const lifetime_s :
         {std::int64_t{2'678'401}, std::int64_t{1} << 40, std::int64_t{0}}) {
        auto order = hold(teller, from, to, 10, fmt::format("for {}", lifetime_s));
        order.expires_in_s = lifetime_s;
        std::vector const orders{order};
        auto const lane = bank->make_lane();
        auto const locked = lane->lock(orders);
        ASSERT_TRUE(locked);
        auto const posted = lane->post(orders, ledger::decide(orders, *locked), *locked);
        EXPECT_EQ(posted ? "posted" : word(posted.code()), "decision_refused") << lifetime_s;
    }
    EXPECT_EQ(money(), before);
    auto order = hold(teller, from, to, 10, "for a month");
    order.expires_in_s = 2'678'400;
    EXPECT_EQ(outcome(order), "posted");
}

TEST_F(DaemonRole, GivesUpNoRecordsWithoutConsent) {
    auto const finish = [this](std::string const& lost, std::string const& id = "1",
                               std::string const& mac = "sha256('')") {
        return attack(fmt::format("select bank.finish_restore({}, '{{}}', {}, {}, {})", caller(),
                                  id, lost, mac));
    };
    database.query("select bank.mark_restored('20261130', 'newest')");
    EXPECT_EQ(finish("'a note'"), disagrees);
    EXPECT_EQ(attack("select count(*) from bank.open_restore()"), "1");
    // Nobody knows how many: then no note is given up either.
    database.query("select bank.accept_loss(null, 'no evidence is left')");
    EXPECT_EQ(finish("'a note'"), disagrees);
    database.query("select bank.accept_loss(5, 'the disk is lost')");
    EXPECT_EQ(finish("'a note'", "2"), disagrees);
    EXPECT_EQ(finish("'a note'", "1", "null"), disagrees);
    EXPECT_EQ(finish("null"), disagrees) << "a MAC of nothing";
    EXPECT_EQ(finish("'a note'"), "");
    EXPECT_EQ(attack("select count(*) from bank.lost_checkpoints()"), "1");
}

// What PostgreSQL lets every role do elsewhere.

TEST_F(DaemonRole, HasNothingOfPostgresThatItDoesNotNeed) {
    for (auto const* statement :
         {"select lo_create(0)",
          "select lo_creat(-1)",
          R"(select lo_from_bytea(0, '\x00'))",
          "select lo_open(1, 131072)",
          "select lo_get(1)",
          R"(select lo_put(1, 0, '\x00'))",
          "select lo_unlink(1)",
          "select loread(0, 1)",
          R"(select lowrite(0, '\x00'))",
          "select pg_advisory_lock(1)",
          "select pg_try_advisory_lock(1)",
          "select pg_advisory_xact_lock_shared(1, 2)",
          "select pg_advisory_unlock_all()",
          "select pg_terminate_backend(pg_backend_pid())",
          "select pg_cancel_backend(1)",
          "select pg_logical_emit_message(false, 'x', 'x')",
          "select pg_export_snapshot()",
          "declare c cursor for select 1; select cursor_to_xml('c', 1, false, false, '')",
          "select query_to_xml('select 1', false, false, '')",
          "select table_to_xml('pg_class', false, false, '')",
          "select database_to_xml(false, false, '')",
          "do 'begin end'",
          "create temporary table mine (x int)",
          "create schema mine",
          "select nextval('bank.transfer_ids')",
          "select last_value from bank.transfer_ids",
          "select setval('bank.account_ids', 1)"}) {
        EXPECT_EQ(attack(std::string{"begin; "} + statement), insufficient_privilege) << statement;
        EXPECT_EQ(attack(std::string{"begin; set local role bank_admin; "} + statement),
                  insufficient_privilege)
            << statement;
    }
    EXPECT_EQ(database.value("select count(*) from pg_largeobject_metadata"), "0");
    // The owner keeps what the bank's functions, the migrator and pg_dump call in its name.
    EXPECT_EQ(run_sql(database.connection_as("bank_owner"),
                      "begin; select pg_export_snapshot(); do 'begin end';"
                      " select pg_advisory_xact_lock(3, 0)",
                      nullptr),
              "");
    for (auto const* elsewhere : {"postgres", "template1"}) {
        EXPECT_EQ(database.value(fmt::format(
                      "select has_database_privilege('bankd', '{}', 'connect')", elsewhere)),
                  "f")
            << elsewhere;
    }
}

}  // namespace
}  // namespace bank::test
