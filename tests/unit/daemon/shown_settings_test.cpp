#include "daemon/config/shown_settings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

#include "daemon/config/ini.hpp"

namespace bank::daemon {
namespace {

using testing::HasSubstr;
using testing::Not;

Setting port_of(std::string section) {
    Setting port;
    port.section = std::move(section);
    port.key = "port";
    port.kind = Kind::integer;
    port.default_value = "8443";
    port.maximum = 65'535;
    port.description = "The port.";
    return port;
}

Config defaults() {
    Config config(core_settings());
    config.add({port_of("rest")});
    return config;
}

api::Setting one(std::vector<api::Setting> const& all, std::string_view section,
                 std::string_view name) {
    for (auto const& setting : all) {
        if (setting.section == section && setting.name == name) return setting;
    }
    throw std::out_of_range("no such setting");
}

std::string value(Config const& config, std::string_view section, std::string_view name) {
    return one(shown_settings(config, config), section, name).value;
}

// As tests/integration/daemon/program_test.cpp compares the reference with config/bankd.conf.
TEST(ShownSettings, AreTheKeysOfTheReferenceInItsOrderEachOnce) {
    auto settings = core_settings();
    settings.push_back(port_of("rest"));
    auto text = config_reference(settings);
    for (auto const& setting : settings) text.erase(text.find("\n#" + setting.key + " =") + 1, 1);
    Report report;
    std::vector<std::string> expected;
    for (auto const& section : parse_ini(text, "f", report)) {
        for (auto const& entry : section.entries) {
            expected.push_back(section.name + "." + entry.key + " = " + entry.value);
        }
    }
    std::vector<std::string> found;
    for (auto const& setting : shown_settings(defaults(), defaults())) {
        found.push_back(setting.section + "." + setting.name + " = " + setting.default_value);
        EXPECT_EQ(setting.value, setting.default_value) << found.back();
        EXPECT_FALSE(setting.description.empty()) << found.back();
    }
    EXPECT_EQ(found, expected);
}

TEST(ShownSettings, SayWhatWasChangedBesideTheDefault) {
    auto config = defaults();
    config.set("posting", "lanes", "4", {"f", 1});
    auto const lanes = one(shown_settings(config, config), "posting", "lanes");
    EXPECT_EQ(lanes.value, "4");
    EXPECT_EQ(lanes.default_value, "1");
    EXPECT_THAT(lanes.description, HasSubstr("Posting threads"));
    EXPECT_TRUE(lanes.needs_restart);
}

TEST(ShownSettings, AfterAReloadAreWhatIsInForce) {
    auto started = defaults();
    started.set("rates", "read_per_minute", "7", {"f", 1});
    started.set("posting", "lanes", "4", {"f", 2});
    started.set("rest", "port", "1", {"f", 3});
    auto next = defaults();
    next.set("rates", "login_per_minute", "5", {"f", 1});
    next.set("posting", "lanes", "8", {"f", 2});
    next.set("rest", "port", "2", {"f", 3});
    static_cast<void>(next.keep_until_restart(started));
    auto const all = shown_settings(started, next);
    EXPECT_EQ(one(all, "rates", "login_per_minute").value, "5");
    EXPECT_FALSE(one(all, "rates", "login_per_minute").needs_restart);
    EXPECT_EQ(one(all, "rates", "read_per_minute").value, "600");
    EXPECT_EQ(one(all, "posting", "lanes").value, "4");
    // A plugin read it at its start.
    EXPECT_EQ(one(all, "rest", "port").value, "1");
    EXPECT_TRUE(one(all, "rest", "port").needs_restart);
}

TEST(ShownSettings, AReloadThatDropsAPluginLeavesTheOneThatRuns) {
    auto const started = defaults();
    Config const next(core_settings());
    EXPECT_EQ(one(shown_settings(started, next), "rest", "port").value, "8443");
}

TEST(ShownSettings, OfAConnectionOnlyWhatIsHarmless) {
    struct Row {
        char const* text;
        char const* shown;
    };
    for (auto const& [text, shown] : {
             Row{"host=a,b  dbname=x\tuser=y", "host=a,b  dbname=x\tuser=y"},
             Row{"host=a passfile=/k sslmode=verify-full",
                 "host=a passfile=/k sslmode=verify-full"},
             Row{"host=a password=hunter2 user=y", "user=y password=*** host=a"},
             Row{"host=a\tpassword = hunter2", "password=*** host=a"},
             Row{"host=a sslpassword='hunter2'", "host=a sslpassword=***"},
             Row{"dbname=postgresql://u:hunter2@a/x user=y", "user=y dbname=***"},
             Row{"dbname=password=hunter2", "dbname=***"},
             Row{"host=a options='-c x=hunter2' user=y", "user=y host=a options=***"},
             Row{"host='/run/my database'", "host='/run/my database'"},
             Row{"host=a oauth_client_secret=hunter2", ""},  // Not known to this libpq.
             Row{"user='a\tpassword=hunter2", ""},
             Row{"host=a hunter2", ""},
         }) {
        for (auto const* key : {"connection", "owner_connection"}) {
            auto config = defaults();
            config.set("database", key, text, {"f", 1});
            EXPECT_EQ(value(config, "database", key), shown) << text;
            for (auto const& setting : shown_settings(config, config)) {
                EXPECT_THAT(setting.value, Not(HasSubstr("hunter2"))) << text;
            }
        }
    }
}

TEST(ShownSettings, OfTheKeysOnlyWhereTheyAre) {
    for (auto const& setting : shown_settings(defaults(), defaults())) {
        if (setting.section != "keys") continue;
        EXPECT_EQ(setting.name, "directory");
    }
}

}  // namespace
}  // namespace bank::daemon
