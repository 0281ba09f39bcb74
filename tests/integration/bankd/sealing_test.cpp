// bankd seals from its start to its own stop, and does not start if the log differs from its
// signatures.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <chrono>
#include <csignal>
#include <thread>

#include "core/audit/checkpoint.hpp"
#include "core/audit/note.hpp"
#include "tests/integration/daemon/fixture.hpp"
#include "tests/support/temp_postgres.hpp"

namespace bank::test {
namespace {

using testing::EndsWith;
using testing::HasSubstr;

constexpr int configuration_code = 78;

class SealingProgram : public DirectoryTest {
protected:
    SealingProgram() {
        write(
            "bankd.conf",
            fmt::format("[plugins]\nload =\n[log]\ntarget = stderr\n[keys]\ndirectory = {0}/keys\n"
                        "[database]\nconnection = {1}\n"
                        "[audit]\njournald = no\norigin = bank.example/audit\n"
                        "seal_interval_ms = 10\ncheckpoint_file = {0}/checkpoints\n",
                        directory.string(), database.connection_as("bankd")));
        EXPECT_EQ(bankd({"--make-keys"}).exit_code, 0);
    }
    ~SealingProgram() override {
        if (process > 0) kill(process, SIGKILL);
        if (process > 0) waitpid(process, nullptr, 0);
    }

    // Runs to its end.
    Outcome bankd(std::vector<std::string> arguments = {}) const {
        std::vector<std::string> command{BANKD_PROGRAM, "--config",
                                         (directory / "bankd.conf").string()};
        command.insert(command.end(), arguments.begin(), arguments.end());
        return run(command, directory);
    }
    // Waits until it serves.
    void start() {
        auto const config = (directory / "bankd.conf").string();
        auto const log = (directory / "log").string();
        std::filesystem::remove(log);
        process = fork();
        if (process == 0) {
            dup2(open(log.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600), STDERR_FILENO);
            execl(BANKD_PROGRAM, BANKD_PROGRAM, "--config", config.c_str(), nullptr);
            _exit(127);
        }
        wait_until([&] { return read_text(log).find(" serves.") != std::string::npos; });
    }
    int stop() {
        kill(process, SIGTERM);
        int status = 0;
        waitpid(process, &status, 0);
        process = 0;
        return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    }
    // A completely sealed and signed log of more than one tile.
    void live_once() {
        database.query(
            "insert into bank.audit_logs"
            " (\"timestamp\", subject_id, action, outcome, details_hash, leaf)"
            " select now(), 1, 'start', 'ok', sha256('x'), sha256(int4send(n))"
            " from generate_series(1, 600) n");
        start();
        ASSERT_EQ(stop(), 0) << read_text(directory / "log");
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
    void expect_refusal(std::string const& why) const {
        auto const records = "select count(*) from bank.audit_seals";
        auto const before = database.value(records);
        auto const outcome = bankd();
        EXPECT_EQ(outcome.exit_code, configuration_code) << outcome.error;
        EXPECT_THAT(outcome.error, HasSubstr(why));
        EXPECT_THAT(outcome.error, HasSubstr("bankd refuses to run. Leave the database unchanged"));
        EXPECT_EQ(database.value(records), before) << "nothing was sealed upon it";
    }
    template <typename Happened>
    void wait_until(Happened const& happened) const {
        auto const end = std::chrono::steady_clock::now() + std::chrono::seconds{30};
        while (!happened()) {
            ASSERT_LT(std::chrono::steady_clock::now(), end) << read_text(directory / "log");
            std::this_thread::yield();
        }
    }

    TempPostgres database;
    pid_t process = 0;
};

TEST_F(SealingProgram, SealsAndSignsTheRecordOfItsOwnStop) {
    for (int round = 0; round < 2; ++round) {
        start();
        wait_until([this] {
            return database.value(
                       "select (select count(*) from bank.audit_logs)"
                       " = (select sum(record_count) from bank.audit_seals)") == "t";
        });
        ASSERT_EQ(stop(), 0) << read_text(directory / "log");
        EXPECT_EQ(database.value("select action from bank.audit_logs order by id desc limit 1"),
                  "stop");
        auto const count = database.value("select count(*) from bank.audit_logs");
        EXPECT_EQ(database.value("select max(tree_size) from bank.audit_checkpoints"), count);
        auto const note = database.value(
            "select note from bank.audit_checkpoints order by tree_size desc limit 1");
        EXPECT_THAT(read_text(directory / "checkpoints"), EndsWith(note + "\n"));
        EXPECT_THAT(note, testing::StartsWith("bank.example/audit\n" + count + "\n"));

        // With the key that it logs at each start, for storage elsewhere.
        auto const log = read_text(directory / "log");
        auto const named = log.find("bank.example/audit+");
        ASSERT_NE(named, std::string::npos) << log;
        auto const key =
            audit::parse_note_key(log.substr(named, log.find_first_of("\n\"", named) - named));
        ASSERT_TRUE(key) << log;
        std::vector const known{*key};
        EXPECT_TRUE(audit::open_note(note, known));
    }
}

TEST_F(SealingProgram, GoesOnAfterAKill) {
    live_once();
    start();
    kill(process, SIGKILL);
    waitpid(process, nullptr, 0);
    start();
    EXPECT_EQ(stop(), 0) << read_text(directory / "log");
    EXPECT_EQ(database.value("select max(tree_size) from bank.audit_checkpoints"),
              database.value("select count(*) from bank.audit_logs"));
}

TEST_F(SealingProgram, DoesNotStartOnTilesThatWereChanged) {
    live_once();
    change("audit_tiles",
           "update bank.audit_tiles set hashes = set_byte(hashes, 40, get_byte(hashes, 40) # 1)"
           " where level = 0 and tile_no = 1");
    expect_refusal("records of the audit log differ from those that were signed.");
}

TEST_F(SealingProgram, DoesNotStartOnADatabaseThatIsBehindItsCheckpointFile) {
    live_once();
    change("audit_checkpoints", "delete from bank.audit_checkpoints");
    change("audit_tiles", "delete from bank.audit_tiles");
    change("audit_seals", "delete from bank.audit_seals");
    expect_refusal("were signed: it was rolled back.");
    // Without the file only the MACs of the records reveal it, which went with their seals.
    std::filesystem::remove(directory / "checkpoints");
    start();
    wait_until([this] {
        return read_text(directory / "log").find("are not those that the bank wrote") !=
               std::string::npos;
    });
    EXPECT_EQ(stop(), 0);
    EXPECT_EQ(database.value("select count(*) from bank.audit_seals"), "0");
}

TEST_F(SealingProgram, DoesNotStartWithAnotherKey) {
    live_once();
    std::filesystem::remove(directory / "keys/audit.pem");
    auto const missing = bankd();
    EXPECT_EQ(missing.exit_code, configuration_code);
    EXPECT_THAT(missing.error, HasSubstr((directory / "keys/audit.pem").string() +
                                         " is missing; create it with bankd --make-keys"));
    EXPECT_EQ(bankd({"--make-keys"}).exit_code, 0);
    expect_refusal("is not signed by this bank's key");
}

}  // namespace
}  // namespace bank::test
