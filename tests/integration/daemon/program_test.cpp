// bankd as administrators and scripts see it: arguments in, text and exit code out.
#include <gmock/gmock.h>

#include "tests/integration/daemon/fixture.hpp"

namespace bank::test {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class Program : public DirectoryTest {
protected:
    Outcome bankd(std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), BANKD_PROGRAM);
        return run(arguments, directory);
    }
    // A valid configuration followed by `more`.
    std::string config(std::string const& more = "") {
        return write("bankd.conf",
                     "[plugins]\ndirectory = " PLUGIN_DIRECTORY "\n[keys]\ndirectory = " +
                         (directory / "keys").string() + "\n" + more +
                         "[admin]\nsocket = " + (directory / "a.sock").string() + "\n")
            .string();
    }
};

TEST_F(Program, VersionAndHelpGoToStandardOutput) {
    auto const version = bankd({"--version"});
    EXPECT_EQ(version.exit_code, 0);
    EXPECT_THAT(version.out, StartsWith("bankd "));
    auto const help = bankd({"--help"});
    EXPECT_EQ(help.exit_code, 0);
    EXPECT_THAT(help.out, HasSubstr("Examples:"));
    EXPECT_EQ(help.error, "");
}

TEST_F(Program, AUsageErrorIs64AndSaysWhatToDo) {
    auto const outcome = bankd({"--chek-config"});
    EXPECT_EQ(outcome.exit_code, 64);
    EXPECT_EQ(outcome.out, "");
    EXPECT_EQ(outcome.error,
              "bankd: Unknown option --chek-config. Did you mean --check-config?\n"
              "Try bankd --help.\n");
}

TEST_F(Program, MakesKeysThenFindsItsConfigurationSound) {
    auto const file = config();
    auto const before = bankd({"--config", file, "--check-config"});
    EXPECT_EQ(before.exit_code, 78);
    EXPECT_THAT(before.error, HasSubstr(file + ":4: [keys] directory: "));
    EXPECT_THAT(before.error, HasSubstr("keys is missing; create it with bankd --make-keys\n"));

    auto const made = bankd({"--config", file, "--make-keys"});
    EXPECT_EQ(made.exit_code, 0) << made.error;
    EXPECT_THAT(made.out, HasSubstr("made " + (directory / "keys/pepper.key").string() + "\n"));
    auto const pepper = read_text(directory / "keys/pepper.key");
    EXPECT_THAT(made.out, testing::Not(HasSubstr(pepper.substr(0, 20))));

    auto const again = bankd({"--config", file, "--make-keys"});
    EXPECT_EQ(again.exit_code, 0);
    EXPECT_EQ(again.out, "nothing to create: all keys exist\n");
    EXPECT_EQ(read_text(directory / "keys/pepper.key"), pepper);

    auto const after = bankd({"--config", file, "--check-config"});
    EXPECT_EQ(after.exit_code, 0) << after.error;
    EXPECT_EQ(after.out, file + ": ok\n");
    EXPECT_EQ(after.error, "");
}

TEST_F(Program, CheckConfigReportsAllMistakesOfCoreAndPlugins) {
    auto const file = config("[posting]\nlanes = x\n[rest]\nport = 70000\n[amdin]\n");
    bankd({"--config", config(), "--make-keys"});
    config("[posting]\nlanes = x\n[rest]\nport = 70000\n[amdin]\n");
    auto const outcome = bankd({"--config", file, "--check-config"});
    EXPECT_EQ(outcome.exit_code, 78);
    EXPECT_EQ(outcome.out, "");
    EXPECT_EQ(
        outcome.error,
        file + ":6: [posting] lanes = x: must be a whole number from 1 to 64\n" + file +
            ":8: [rest] port = 70000: must be a whole number from 0 to 65535\n" + file +
            ":9: unknown section [amdin]; did you mean [admin]? Nothing in it was checked.\n" +
            file + ": 3 mistakes\n");
}

TEST_F(Program, KeysThatCannotBeMadeAre73) {
    auto const file = write("bankd.conf", "[plugins]\nload =\n[keys]\ndirectory = /proc/nowhere\n");
    auto const outcome = bankd({"--config", file.string(), "--make-keys"});
    EXPECT_EQ(outcome.exit_code, 73);
    EXPECT_THAT(outcome.error, StartsWith("/proc/nowhere cannot be made: "));
}

TEST_F(Program, MigrateWithoutADatabaseIs69) {
    auto const file =
        config("[database]\nowner_connection = host=" + directory.string() + " dbname=x user=y\n");
    auto const outcome = bankd({"--config", file, "--migrate"});
    EXPECT_EQ(outcome.exit_code, 69) << outcome.error;
    EXPECT_EQ(outcome.out, "");
    EXPECT_THAT(outcome.error, StartsWith("Migration failed: "));
}

TEST_F(Program, ServingWithABadConfigurationIs78AndStartsNothing) {
    auto const outcome = bankd({"--config", config("[log]\nlevl = info\n")});
    EXPECT_EQ(outcome.exit_code, 78);
    EXPECT_THAT(outcome.error, HasSubstr("[log] has no key \"levl\"; did you mean \"level\"?"));
    auto const without_keys = bankd({"--config", config()});
    EXPECT_EQ(without_keys.exit_code, 78);
    EXPECT_THAT(without_keys.error, HasSubstr("pepper.key is missing"));
}

TEST_F(Program, TheCommittedReferenceIsWhatThisProgramPrints) {
    auto const outcome = run({SOURCE_DIRECTORY "/config/print_reference", BANKD_PROGRAM,
                              PLUGIN_DIRECTORY, DATA_DIRECTORY},
                             directory);
    EXPECT_EQ(outcome.exit_code, 0) << outcome.error;
    EXPECT_EQ(outcome.out, read_text(SOURCE_DIRECTORY "/config/bankd.conf"))
        << "config/bankd.conf is behind: ninja config_reference";
}

TEST_F(Program, TheCommittedCatalogIsWhatTheRegistryOfActionsGives) {
    auto const outcome = run({MAKE_CATALOG_PROGRAM}, directory);
    EXPECT_EQ(outcome.exit_code, 0);
    EXPECT_EQ(outcome.out, read_text(SOURCE_DIRECTORY "/systemd/bankd.catalog"))
        << "systemd/bankd.catalog is behind: ninja catalog";
}

}  // namespace
}  // namespace bank::test
