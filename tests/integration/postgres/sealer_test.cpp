// The sealer on PostgreSQL: the joint result of several sealers and many writers, and the detection
// at a start of tables changed by an attacker with all rights.
#include "core/audit/sealer.hpp"

#include <fmt/format.h>

#include <map>
#include <thread>

#include "core/crypto/key_maker.hpp"
#include "core/postgres/client/connection.hpp"
#include "tests/integration/postgres/bank_fixture.hpp"
#include "tests/support/fake_clock.hpp"

namespace bank::test {
namespace {

using audit::Hash;
using audit::Sealer;
using audit::TileId;
using std::chrono::milliseconds;
using ::testing::HasSubstr;
using Step = Sealer::Step;

constexpr auto origin = "bank.example/audit";

class Sealing : public BankFixture {
protected:
    // One daemon's part of it.
    struct Party {
        Party(Sealing& test, std::uint32_t seal_max, std::vector<std::string> evidence)
            : store(test.bank->make_seal_store()),
              sealer(*store, test.clock, test.verifier, test.signers(),
                     {origin, milliseconds{1}, milliseconds{0}, seal_max},
                     {[this](std::string const& note) { last_note = note; },
                      [this](std::string const& sentence) { refused = sentence; },
                      [](audit::RecordsAlarm const& alarm) {
                          ADD_FAILURE() << alarm.sentence;
                          return Status{Done{}};
                      }},
                     std::move(evidence)) {}
        std::unique_ptr<audit::SealStore> store;
        std::string last_note;
        std::string refused;
        Sealer sealer;
    };

    std::vector<audit::NoteSigner> signers() const {
        std::vector<audit::NoteSigner> made;
        made.push_back(audit::NoteSigner::make(origin, key).value());
        return made;
    }
    std::unique_ptr<Party> party(std::uint32_t seal_max = 4096,
                                 std::vector<std::string> evidence = {}) {
        return std::make_unique<Party>(*this, seal_max, std::move(evidence));
    }

    // One record per transaction.
    std::string write(int count = 1) const {
        std::string sql;
        for (int i = 0; i < count; ++i) sql += write_sql;
        return run_sql(database.connection_as("bankd"), sql, nullptr);
    }
    // Rows like those of bank.write_audit, many at once.
    void write_in_bulk(int count) const {
        database.query(
            fmt::format("insert into bank.audit_logs"
                        " (\"timestamp\", subject_id, action, outcome, details_hash, leaf)"
                        " select now(), 1, 'start', 'ok', sha256('x'), sha256(int4send(n))"
                        " from generate_series(1, {}) n",
                        count));
    }
    std::unique_ptr<postgres::Connection> connect() const {
        return postgres::Connection::open({database.connection_as_superuser()}).value();
    }
    // Transactions in other databases of the cluster must have ended as well: that can take a
    // moment.
    void settle(Party& party) {
        auto const end = std::chrono::steady_clock::now() + std::chrono::seconds{60};
        while (party.sealer.step() != Step::idle || count_sealed() != count_logs()) {
            ASSERT_LT(std::chrono::steady_clock::now(), end);
            std::this_thread::yield();
        }
    }
    std::uint64_t count_logs() const {
        return std::stoull(database.value("select count(*) from bank.audit_logs"));
    }
    std::uint64_t count_sealed() const {
        return std::stoull(database.value(
            "select coalesce(max(first_no + record_count), 0) from bank.audit_seals"));
    }
    // The first answer other than `step`.
    static Step step_past(Party& party, Step step) {
        auto const end = std::chrono::steady_clock::now() + std::chrono::seconds{20};
        auto next = party.sealer.step();
        while (next == step && std::chrono::steady_clock::now() < end) next = party.sealer.step();
        return next;
    }
    std::vector<Hash> leaves() const {
        std::vector<Hash> all;
        for (auto const& hex :
             database.query("select encode(leaf, 'hex') from bank.audit_logs order by xid, id")) {
            Hash leaf{};
            auto const bytes = from_hex(hex).value();
            std::copy(bytes.begin(), bytes.end(), leaf.begin());
            all.push_back(leaf);
        }
        return all;
    }
    // The backends that hold the sealer's lock.
    std::vector<std::string> holders() const {
        return database.query(
            "select l.pid from pg_locks l join pg_database d on d.oid = l.database"
            " where l.locktype = 'advisory' and l.granted and d.datname = current_database()"
            " and (l.classid::bigint << 32) | l.objid::bigint = 7089068696234451308");
    }
    void wait_for_holders(std::size_t count) const {
        auto const end = std::chrono::steady_clock::now() + std::chrono::seconds{20};
        while (holders().size() != count) ASSERT_LT(std::chrono::steady_clock::now(), end);
    }
    void end_holder() const {
        for (auto const& pid : holders()) {
            database.query(fmt::format("select pg_terminate_backend({}, 20000)", pid));
        }
    }
    // Each record has one number, and the tree is that of all leaves in order.
    void expect_sound_tree(Party& party) {
        EXPECT_EQ(database.value("select coalesce(bool_and(first_no = coalesce(before, 0)), true)"
                                 " from (select first_no, lag(first_no + record_count)"
                                 " over (order by first_no) as before from bank.audit_seals) s"),
                  "t");
        EXPECT_EQ(database.value("select sum(record_count) from bank.audit_seals"),
                  std::to_string(count_logs()));
        EXPECT_EQ(
            database.value(
                "select count(*) from (select row_number() over (order by l.xid, l.id) - 1 as n,"
                " bank.number_of(l.xid, l.id) as number from bank.audit_logs l) r"
                " where r.n is distinct from r.number"),
            "0");
        audit::TileEdge edge;
        for (auto const& leaf : leaves()) edge.append(leaf);
        EXPECT_EQ(audit::TileTree(*party.store, edge.head().size).head().value(), edge.head());
    }
    // As an attacker with all rights: with the triggers off.
    void change(std::string const& table, std::string const& sql) const {
        database.query(
            fmt::format("alter table bank.{0} disable trigger all; {1};"
                        "alter table bank.{0}"
                        " enable always trigger refuse_row_change,"
                        " enable always trigger refuse_change",
                        table, sql));
    }

    static constexpr auto write_sql =
        "select bank.record_event(row(null, '192.0.2.1', 'writer', null)::bank.caller, 'start',"
        " 'ok', '{}');";
    TrustingVerifier verifier;
    SystemClock clock;
    Secret key = crypto::make_signing_key_pem();
};

TEST_F(Sealing, WaitsForTheOldestTransactionAndKeepsTheOrder) {
    auto const one = party();
    ASSERT_EQ(write(), "");  // The writer is connected: the others would wait for a new one.
    settle(*one);
    auto const before = count_sealed();
    auto const late = connect();
    ASSERT_TRUE(late->run_script(fmt::format("begin; {}", write_sql)));
    ASSERT_EQ(write(3), "");
    EXPECT_EQ(one->sealer.step(), Step::idle);
    EXPECT_EQ(count_sealed(), before) << "a record could still come between";
    ASSERT_TRUE(late->run_script(fmt::format("{} commit", write_sql)));
    settle(*one);
    EXPECT_EQ(count_sealed(), before + 5);
    expect_sound_tree(*one);
}

TEST_F(Sealing, ManyWritersAndTwoSealersMakeOneOrder) {
    ASSERT_EQ(write(), "");
    auto const one = party(50);
    auto const other = party(50);
    one->sealer.start();
    other->sealer.start();
    std::vector<std::thread> writers;
    std::atomic<int> failed{0};
    for (int w = 0; w < 8; ++w) {
        writers.emplace_back([&, w] {
            auto const connection = connect();
            for (int i = 0; i < 40; ++i) {
                // Some end long after others that started later; some are rolled back.
                auto const* end = (i + w) % 7 == 0 ? "rollback" : "commit";
                auto const sql = fmt::format("begin; {} select pg_sleep({}); {} {}", write_sql,
                                             (i * 7 + w * 3) % 10 * 0.003, write_sql, end);
                if (!connection->run_script(sql)) ++failed;
            }
        });
    }
    // The current sealer loses its connection in the middle, repeatedly.
    for (int i = 0; i < 3; ++i) {
        wait_until(fmt::format("select count(*) > {} from bank.audit_seals", i * 3), "t");
        EXPECT_LE(holders().size(), 1U);
        end_holder();
    }
    for (auto& writer : writers) writer.join();
    EXPECT_EQ(failed, 0);
    wait_until(
        "select (select count(*) from bank.audit_logs)"
        " = (select sum(record_count) from bank.audit_seals)",
        "t");
    wait_for_holders(1);
    one->sealer.stop();
    other->sealer.stop();
    wait_for_holders(0);
    EXPECT_EQ(one->refused + other->refused, "");
    expect_sound_tree(*one);
    EXPECT_TRUE(party()->sealer.check());
}

TEST_F(Sealing, AnotherTakesOverWhenTheConnectionOfTheSealerIsGone) {
    auto const one = party();
    auto const other = party();
    settle(*one);
    EXPECT_EQ(step_past(*other, Step::away), Step::standing);
    EXPECT_EQ(holders().size(), 1U);
    end_holder();
    ASSERT_EQ(write(2), "");
    settle(*other);
    EXPECT_EQ(holders().size(), 1U);
    EXPECT_TRUE(other->sealer.is_sealing());
    EXPECT_EQ(step_past(*one, Step::idle), Step::away);
    EXPECT_EQ(step_past(*one, Step::away), Step::standing) << "after it has a connection again";
    EXPECT_FALSE(one->sealer.is_sealing());
    expect_sound_tree(*other);
}

TEST_F(Sealing, ARequestOfADaemonThatStandsByReachesTheOneThatSeals) {
    auto const one = party();
    auto const other = party();
    settle(*one);
    EXPECT_FALSE(one->store->take_request());
    EXPECT_FALSE(other->store->take_request()) << "it has no connection";
    ASSERT_TRUE(other->store->pass_request());
    ASSERT_TRUE(other->store->pass_request());
    // With the answer to one of its next questions.
    auto const end = std::chrono::steady_clock::now() + std::chrono::seconds{20};
    auto is_there = false;
    while (!is_there) {
        ASSERT_LT(std::chrono::steady_clock::now(), end);
        ASSERT_TRUE(one->store->sealed());
        is_there = one->store->take_request();
    }
    EXPECT_FALSE(other->store->take_request()) << "only who seals listens";
}

TEST_F(Sealing, NothingIsSealedOnAConnectionThatDoesNotHoldTheLock) {
    auto const one = party();
    settle(*one);
    auto const before = count_sealed();
    end_holder();
    ASSERT_EQ(write(2), "");
    // The first question detects the lost connection, the next one uses a new connection.
    EXPECT_FALSE(one->store->oldest_unsealed());
    auto const end = std::chrono::steady_clock::now() + std::chrono::seconds{20};
    while (!one->store->oldest_unsealed()) ASSERT_LT(std::chrono::steady_clock::now(), end);
    EXPECT_TRUE(holders().empty());
    EXPECT_EQ(step_past(*one, Step::idle), Step::away);
    EXPECT_EQ(count_sealed(), before);
    EXPECT_EQ(word(one->store->add_checkpoint({before, "note"}).code()), "storage_unavailable");
}

TEST_F(Sealing, TilesAreTheSameFromTheDatabaseAtEachLevelAndWidth) {
    write_in_bulk(65'536 + 3 * 256 + 255 - static_cast<int>(count_logs()));
    auto const one = party(999);
    settle(*one);
    auto const all = leaves();
    audit::TileEdge edge;
    std::map<std::pair<unsigned, std::uint64_t>, std::vector<Hash>> tiles;
    for (auto const& leaf : all) edge.append(leaf);
    for (auto& tile : edge.take_changed()) {
        tiles[{tile.id.level, tile.id.index}] = std::move(tile.hashes);
    }
    ASSERT_EQ(tiles.size(), 260U + 2 + 1);
    for (auto const& [place, hashes] : tiles) {
        auto const [level, index] = place;
        bool const is_edge = level > 0 || index >= 258 || index == 0;
        for (unsigned width = is_edge ? 1 : 256; width <= hashes.size(); ++width) {
            auto const read = one->store->read({level, index, width});
            ASSERT_TRUE(read) << read.error().detail;
            ASSERT_EQ(*read, std::vector(hashes.begin(), hashes.begin() + width))
                << level << '/' << index << " width " << width;
        }
    }
    EXPECT_FALSE(one->store->read({0, 259, 256})) << "only 255 leaves are there";
    EXPECT_FALSE(one->store->read({0, 260, 1}));
    EXPECT_EQ(audit::TileTree(*one->store, all.size()).head().value(), edge.head());
    EXPECT_EQ(database.value("select count(*) from bank.audit_tiles"), "260");
}

TEST_F(Sealing, AStartFindsWhatWasChanged) {
    write_in_bulk(700 - static_cast<int>(count_logs()));
    auto const one = party(100);
    settle(*one);
    auto const note = one->last_note;
    one->store->release();
    ASSERT_TRUE(party(100, {note})->sealer.check());

    struct {
        char const* table;
        char const* forward;
        char const* back;
        char const* why;
    } const changes[] = {
        {"audit_tiles",
         "update bank.audit_tiles set hashes = set_byte(hashes, 4000, get_byte(hashes, 4000) # 1)"
         " where tile_no = 1",
         "update bank.audit_tiles set hashes = set_byte(hashes, 4000, get_byte(hashes, 4000) # 1)"
         " where tile_no = 1",
         "The first 700 records of the audit log differ from those that were signed."},
        {"audit_logs",
         "create table public.l as select id, leaf from bank.audit_logs;"
         "update bank.audit_logs set leaf = sha256('x') where id = (select max(id) from public.l)",
         "update bank.audit_logs l set leaf = p.leaf from public.l p where p.id = l.id",
         "The first 700 records of the audit log differ from those that were signed."},
        {"audit_seals",
         "create table public.s as select * from bank.audit_seals;"
         "delete from bank.audit_seals where first_no = (select max(first_no) from"
         " bank.audit_seals)",
         "insert into bank.audit_seals select * from public.s where first_no = (select"
         " max(first_no) from public.s)",
         " sealed records, but 700 were signed: it was rolled back."},
    };
    for (auto const& [table, forward, back, why] : changes) {
        change(table, forward);
        auto const found = party(100)->sealer.check();
        ASSERT_FALSE(found) << forward;
        EXPECT_THAT(found.error().detail, HasSubstr(why)) << forward;
        change(table, back);
        ASSERT_TRUE(party(100)->sealer.check()) << back;
    }
    // A missing tile is computed from the level below, which is complete.
    change("audit_tiles", "delete from bank.audit_tiles where tile_no = 0");
    EXPECT_TRUE(party(100)->sealer.check());

    change("audit_checkpoints", "delete from bank.audit_checkpoints");
    change("audit_seals",
           "delete from bank.audit_seals where first_no = (select max(first_no) from "
           "bank.audit_seals)");
    EXPECT_TRUE(party(100)->sealer.check()) << "nothing in the database tells it";
    auto const found = party(100, {note})->sealer.check();
    ASSERT_FALSE(found);
    EXPECT_THAT(found.error().detail, HasSubstr("it was rolled back"));
}

TEST_F(Sealing, ATransactionClockThatIsBehindIsFound) {
    auto const one = party();
    settle(*one);
    EXPECT_FALSE(one->store->is_transaction_clock_behind().value());
    // As of a cluster that was far ahead of this one.
    change("audit_seals",
           "update bank.audit_seals set last_xid = '9000000000' where first_no ="
           " (select max(first_no) from bank.audit_seals)");
    EXPECT_TRUE(one->store->is_transaction_clock_behind().value());
    auto const found = party()->sealer.check();
    ASSERT_FALSE(found);
    EXPECT_THAT(found.error().detail, HasSubstr("as after a restore from a dump"));
}

}  // namespace
}  // namespace bank::test
