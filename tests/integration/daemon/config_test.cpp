#include "daemon/config/config.hpp"

#include <gmock/gmock.h>

#include "tests/integration/daemon/fixture.hpp"

namespace bank::daemon {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

FoundTable table_of_rest(PluginFile const& file) {
    if (file.name == "broken") return PluginRefused{"broken is no plugin"};
    if (file.name == "later") return PluginNotLoaded{};
    Setting port;
    port.section = file.name;
    port.key = "port";
    port.kind = Kind::integer;
    port.default_value = "8443";
    port.maximum = 65'535;
    return PluginTable{{port}, {}};
}

class ConfigFiles : public test::DirectoryTest {
protected:
    Config read() { return read_config(directory / "bankd.conf", table_of_rest, report); }

    // The lines without the directory, which differs between runs.
    std::vector<std::string> lines(std::vector<Mistake> const& from) const {
        std::vector<std::string> result;
        for (auto const& mistake : from) {
            auto line = to_string(mistake);
            auto const prefix = directory.string() + "/";
            if (line.starts_with(prefix)) line.erase(0, prefix.size());
            result.push_back(std::move(line));
        }
        return result;
    }

    Report report;
};

TEST_F(ConfigFiles, EveryMistakeIsReportedAtOnceWithItsLine) {
    write("bankd.conf", R"([bank]
country = XX
bank_code = 12
currencies = EUR,UDS
[postings]
lanes = 1
[posting]
lane = 2
lanes = 0
queue_max = 10
batch_max = 20
level = info
[log]
level = loud
level = info
target journald
[audit]
journald = maybe
[database]
connection = host=a password=hunter2
[keys]
directory = relative
[plugins]
load = rest,broken
[rest]
prt = 1
port = 70000
)");
    read();
    auto const found = lines(report.mistakes);
    ASSERT_EQ(found.size(), 16U) << testing::PrintToString(found);
    EXPECT_EQ(found[0],
              "bankd.conf:3: [bank] country = XX, bank_code = 12: country must be a two-letter "
              "code of the IBAN registry, in upper case");
    EXPECT_THAT(
        (std::vector<std::string>(found.begin() + 1, found.end())),
        ElementsAre(
            "bankd.conf:4: [bank] currencies = EUR,UDS: \"UDS\" is not an ISO 4217 currency; did "
            "you mean \"USD\"?",
            "bankd.conf:5: unknown section [postings]; did you mean [posting]? Nothing in it was "
            "checked.",
            "bankd.conf:8: [posting] has no key \"lane\"; did you mean \"lanes\"?",
            "bankd.conf:9: [posting] lanes = 0: must be a whole number from 1 to 64",
            "bankd.conf:10: [posting] queue_max = 10: must not be below batch_max = 20",
            "bankd.conf:12: [posting] has no key \"level\"; the key belongs to [log]",
            "bankd.conf:14: [log] level = loud: must be one of debug, info, warning, error",
            "bankd.conf:15: [log] level is already set in line 14",
            "bankd.conf:16: 'target journald' is neither [section] nor key = value",
            "bankd.conf:18: [audit] journald = maybe: must be yes or no",
            "bankd.conf:20: [database] connection: must not contain a password; use passfile= with "
            "a file that only the daemon can read",
            "bankd.conf:22: [keys] directory = relative: must be an absolute path",
            "bankd.conf:24: [plugins] load: broken is no plugin",
            "bankd.conf:26: [rest] has no key \"prt\"; did you mean \"port\"?",
            "bankd.conf:27: [rest] port = 70000: must be a whole number from 0 to 65535"));
}

TEST_F(ConfigFiles, WhatIsReadLaterWinsAndKnowsItsPlace) {
    write("bankd.conf", "[posting]\nlanes = 3\n[rest]\nport = 1\n");
    write("conf.d/20-b.conf", "[posting]\nlanes = 5\n");
    write("conf.d/10-a.conf", "[posting]\nlanes = 4\nbatch_max = 9\n");
    write("conf.d/30-c.conf.bak", "[posting]\nlanes = 6\n");
    write("conf.d/.hidden.conf", "nonsense");
    auto const config = read();
    EXPECT_THAT(lines(report.mistakes), IsEmpty());
    EXPECT_EQ(config.integer("posting", "lanes"), 5);
    EXPECT_EQ(config.integer("posting", "batch_max"), 9);
    EXPECT_EQ(config.integer("rest", "port"), 1);
    EXPECT_EQ(to_string(config.find("posting", "lanes")->place),
              (directory / "conf.d/20-b.conf").string() + ":2");
}

TEST_F(ConfigFiles, MistakesAreInTheOrderOfTheFiles) {
    write("bankd.conf", "[log]\nx = 1\n");
    write("conf.d/20-b.conf", "[log]\nx = 1\n");
    write("conf.d/10-a.conf", "\n[log]\nx = 1\n");
    read();
    EXPECT_THAT(lines(report.mistakes), ElementsAre("bankd.conf:2: [log] has no key \"x\"",
                                                    "conf.d/10-a.conf:3: [log] has no key \"x\"",
                                                    "conf.d/20-b.conf:2: [log] has no key \"x\""));
}

TEST_F(ConfigFiles, FilesThatEverybodyMayWriteAreRefused) {
    write("bankd.conf", "[posting]\nlanes = 3\n", 0666);
    auto const config = read();
    EXPECT_THAT(lines(report.mistakes),
                ElementsAre("bankd.conf: is world-writable; fix it with chmod o-w"));
    EXPECT_EQ(config.integer("posting", "lanes"), 1);
}

TEST_F(ConfigFiles, ADropInDirectoryThatEverybodyMayWriteIsRefused) {
    write("bankd.conf", "");
    write("conf.d/a.conf", "[posting]\nlanes = 3\n");
    chmod((directory / "conf.d").c_str(), 0777);
    auto const config = read();
    EXPECT_THAT(lines(report.mistakes),
                ElementsAre("conf.d: is world-writable; fix it with chmod o-w"));
    EXPECT_EQ(config.integer("posting", "lanes"), 1);
}

TEST_F(ConfigFiles, AMissingFileADirectoryAndAFifoAreNoConfiguration) {
    read();
    EXPECT_THAT(lines(report.mistakes),
                ElementsAre("bankd.conf: cannot be read: No such file or directory"));
    report = {};
    mkdir((directory / "bankd.conf").c_str(), 0700);
    read();
    EXPECT_THAT(lines(report.mistakes), ElementsAre("bankd.conf: is not a regular file"));
    rmdir((directory / "bankd.conf").c_str());
    report = {};
    mkfifo((directory / "bankd.conf").c_str(), 0600);
    read();
    EXPECT_THAT(lines(report.mistakes), ElementsAre("bankd.conf: is not a regular file"));
}

TEST_F(ConfigFiles, ASectionOfAPluginThatIsNotLoadedIsAWarning) {
    write("bankd.conf", "[plugins]\nload = admin\n[rest]\nwhatever = 1\n");
    read();
    EXPECT_THAT(lines(report.mistakes), IsEmpty());
    EXPECT_THAT(lines(report.warnings),
                ElementsAre("bankd.conf:3: [rest] belongs to a plugin that is not loaded; it was "
                            "not checked"));
}

TEST_F(ConfigFiles, APluginThatCanOnlyBeLoadedAtAStartIsAWarning) {
    write("bankd.conf", "[plugins]\nload = later\n[later]\nwhatever = 1\n");
    read();
    EXPECT_THAT(lines(report.mistakes), IsEmpty());
    EXPECT_THAT(lines(report.warnings),
                ElementsAre("bankd.conf:2: [plugins] load: loading later needs a restart; [later] "
                            "was not checked"));
}

TEST_F(ConfigFiles, APluginCannotTakeASectionOfTheCore) {
    write("bankd.conf", "[plugins]\nload = posting\n");
    read();
    EXPECT_THAT(lines(report.mistakes),
                ElementsAre("bankd.conf:2: [plugins] load: \"posting\" is a section of the core, "
                            "not a plugin"));
}

}  // namespace
}  // namespace bank::daemon
