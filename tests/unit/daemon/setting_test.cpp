#include "daemon/config/setting.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <stdexcept>

#include "daemon/config/config.hpp"
#include "daemon/config/ini.hpp"
#include "daemon/config/typed_settings.hpp"

namespace bank::daemon {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Setting const& core(std::string_view section, std::string_view key) {
    static auto const settings = core_settings();
    for (auto const& setting : settings) {
        if (setting.section == section && setting.key == key) return setting;
    }
    throw std::out_of_range("no such setting");
}

TEST(CoreSettings, EachDefaultIsAcceptedAndEachKeyIsDescribedAndUnique) {
    std::set<std::string> seen;
    for (auto const& setting : core_settings()) {
        auto const name = setting.section + "." + setting.key;
        EXPECT_EQ(problem_of(setting, setting.default_value), "") << name;
        EXPECT_FALSE(setting.description.empty()) << name;
        EXPECT_TRUE(setting.description.ends_with(".")) << name;
        EXPECT_NE(setting.restart, Restart::unsaid) << name;
        EXPECT_TRUE(seen.insert(name).second) << name;
    }
}

// The defaults exist twice: in the table and in the struct that it fills.
TEST(CoreSettings, DefaultsAreThoseOfTheStructsTheyFill) {
    Config const config(core_settings());
    service::Settings const expected;
    auto const s = service_settings(config);
    EXPECT_EQ(s.issuer, expected.issuer);
    EXPECT_EQ(s.audience, expected.audience);
    EXPECT_EQ(s.access_token_lifetime, expected.access_token_lifetime);
    EXPECT_EQ(s.session_lifetime, expected.session_lifetime);
    EXPECT_EQ(s.pin_authorization_lifetime, expected.pin_authorization_lifetime);
    EXPECT_EQ(s.pin_attempts_max, expected.pin_attempts_max);
    EXPECT_EQ(s.bcrypt_cost, expected.bcrypt_cost);
    EXPECT_EQ(s.hash_threads, expected.hash_threads);
    EXPECT_EQ(s.hash_queue_max, expected.hash_queue_max);
    EXPECT_EQ(s.lanes, expected.lanes);
    EXPECT_EQ(s.posting_queue_max, expected.posting_queue_max);
    EXPECT_EQ(s.posting_batch_max, expected.posting_batch_max);
    EXPECT_EQ(s.rates.login.requests, expected.rates.login.requests);
    EXPECT_EQ(s.rates.read.requests, expected.rates.read.requests);
    EXPECT_EQ(s.rates.write.requests, expected.rates.write.requests);
    EXPECT_EQ(s.rates.money.requests, expected.rates.money.requests);
    EXPECT_EQ(s.rates.money.window_s, 60U);
    EXPECT_EQ(s.rates.sources_max, expected.rates.sources_max);
    EXPECT_EQ(s.currencies.size(), 2U);
    EXPECT_EQ(s.forgotten_password_text, expected.forgotten_password_text);

    postgres::Settings const database;
    auto const d = database_settings(config, nullptr);
    EXPECT_EQ(d.pool_size, database.pool_size);
    EXPECT_EQ(d.connect_timeout, database.connect_timeout);
    EXPECT_EQ(d.statement_timeout, database.statement_timeout);
    EXPECT_EQ(d.pool_wait, database.pool_wait);
    EXPECT_EQ(d.iban.country, "DE");
    EXPECT_EQ(d.iban.bank_code, "99999999");
}

struct Value {
    char const* section;
    char const* key;
    char const* value;
    char const* why;
};

TEST(ProblemOf, RefusesWithTheReason) {
    for (auto const& [section, key, value, why] : {
             Value{"posting", "lanes", "0", "must be a whole number from 1 to 64"},
             Value{"posting", "lanes", "65", "must be a whole number from 1 to 64"},
             Value{"posting", "lanes", "", "must be a whole number from 1 to 64"},
             Value{"posting", "lanes", "2.0", "must be a whole number from 1 to 64"},
             Value{"posting", "lanes", "99999999999999999999",
                   "must be a whole number from 1 to 64"},
             Value{"posting", "lanes", "2 # two",
                   "must be a whole number from 1 to 64; comments must be on separate lines"},
             Value{"audit", "journald", "true", "must be yes or no; did you mean \"yes\"?"},
             Value{"audit", "journald", "off", "must be yes or no; did you mean \"no\"?"},
             Value{"audit", "journald", "", "must be yes or no"},
             Value{"log", "level", "warn",
                   "must be one of debug, info, warning, error; did you mean \"warning\"?"},
             Value{"keys", "directory", "keys", "must be an absolute path"},
             Value{"keys", "directory", "", "must not be empty"},
             Value{"identity", "issuer", "", "must not be empty"},
             Value{"bank", "currencies", "", "must contain at least one currency"},
             Value{"bank", "currencies", "EUR,,USD", "contains an empty item; use the form a,b,c"},
             Value{"bank", "currencies", "EUR,", "contains an empty item; use the form a,b,c"},
             Value{"bank", "currencies", "EUR,USD,EUR", "contains EUR twice"},
             Value{"bank", "currencies", "eur",
                   "\"eur\" is not an ISO 4217 currency; did you mean \"EUR\"?"},
             Value{"admin-access", "uids", "0,root", "\"root\" is not a user number"},
             Value{"admin-access", "uids", "-1", "\"-1\" is not a user number"},
             Value{"admin-access", "uids", "65534", "\"65534\" is not a user number"},
             Value{"admin-access", "uids", "4294967295", "\"4294967295\" is not a user number"},
             Value{"plugins", "load", "rest,../x",
                   "\"../x\" is not a plugin name; names are lower-case letters, digits and '-'"},
             Value{"database", "connection", "", "must not be empty"},
             Value{"database", "connection", "postgresql://localhost/bankd",
                   "must be key=value pairs, not a URI"},
             Value{"database", "connection", "host=a bankd",
                   "must be key=value pairs that libpq knows, separated by blanks"},
             Value{"database", "connection", "host=a hunter=2",
                   "must be key=value pairs that libpq knows, separated by blanks"},
             Value{"database", "connection", "host=a sslpassword=hunter2",
                   "must not contain sslpassword; use a key without passphrase that only the "
                   "daemon can read"},
             Value{"database", "connection", "host='/run/my database' dbname=bankd",
                   "must not give host a value with a blank"},
             Value{"database", "owner_connection", R"(passfile=/etc/my\ bank/pass)",
                   "must not give passfile a value with a blank"},
             Value{"database", "connection", "host=a service=bank",
                   "must not name a service; write its parameters here"},
             Value{"database", "connection", "host='a' password = 'hunter2'",
                   "must not contain a password; use passfile= with a file that only the daemon "
                   "can read"},
             Value{"database", "connection", "host=a password=hunter2",
                   "must not contain a password; use passfile= with a file that only the daemon "
                   "can read"},
             Value{"database", "connection", "host=a\tpassword=hunter2",
                   "must not contain a password; use passfile= with a file that only the daemon "
                   "can read"},
         }) {
        EXPECT_EQ(problem_of(core(section, key), value), why)
            << section << '.' << key << '=' << value;
    }
}

TEST(ProblemOf, TakesAnAdviceForPeopleOnlyIfTheyCanReadIt) {
    auto const& setting = core("bank", "forgotten_password_text");
    std::string longest;
    for (int i = 0; i < 500; ++i) longest += "\u00e4";
    for (auto const& good : {std::string("Ask <us> & wait."), longest}) {
        EXPECT_EQ(problem_of(setting, good), "");
    }
    for (auto const& bad :
         {std::string(), std::string("  "), std::string("\u200b"), std::string("Call \u202e us"),
          std::string("Call\xff us"), std::string("Call\tus"), longest + "x"}) {
        EXPECT_EQ(problem_of(setting, bad),
                  "must be 1 to 500 characters of legible text, on one line")
            << bad;
    }
}

TEST(ProblemOf, AcceptsWhatFits) {
    for (auto const& [section, key, value, why] : {
             Value{"posting", "lanes", "64", ""},
             Value{"rates", "login_per_minute", "0", ""},
             Value{"bank", "currencies", "EUR, USD ,JPY", ""},
             Value{"admin-access", "uids", "", ""},
             Value{"admin-access", "uids", "1000, 1001", ""},
             Value{"admin-access", "group", "", ""},
             Value{"plugins", "load", "", ""},
             Value{"database", "connection", "host=a,b  dbname=x user=y passfile=/k", ""},
             Value{"database", "connection", R"(host='/run/my\'s' user=y)", ""},
         }) {
        EXPECT_EQ(problem_of(core(section, key), value), why)
            << section << '.' << key << '=' << value;
    }
}

TEST(SplitList, KeepsEmptyItemsForTheCheckToFind) {
    EXPECT_THAT(split_list(""), IsEmpty());
    EXPECT_THAT(split_list("  "), IsEmpty());
    EXPECT_THAT(split_list("a"), ElementsAre("a"));
    EXPECT_THAT(split_list(" a , b"), ElementsAre("a", "b"));
    EXPECT_THAT(split_list("a,,b,"), ElementsAre("a", "", "b", ""));
}

TEST(Config, KeepsUntilARestartWhatCannotChangeAndNamesIt) {
    Config running(core_settings());
    running.set("posting", "lanes", "4", {"f", 1});
    Config next(core_settings());
    next.set("posting", "lanes", "8", {"f", 2});
    next.set("rates", "login_per_minute", "5", {"f", 3});
    EXPECT_THAT(next.keep_until_restart(running), ElementsAre("[posting] lanes"));
    EXPECT_EQ(next.text("posting", "lanes"), "4");
    EXPECT_EQ(next.find("posting", "lanes")->place.line, 1);
    EXPECT_EQ(next.integer("rates", "login_per_minute"), 5);
}

TEST(Config, PathsInTheDefaultKeyDirectoryFollowTheOneInForce) {
    Setting certificate;
    certificate.section = "rest";
    certificate.key = "tls_certificate";
    certificate.kind = Kind::path;
    certificate.default_value = "/var/lib/bankd/keys/tls-certificate.pem";
    auto key = certificate;
    key.key = "tls_key";
    Config config(core_settings());
    config.add({certificate, key});
    config.set("keys", "directory", "/k", {"f", 7});
    config.set("rest", "tls_key", "/var/lib/bankd/keys/tls-key.pem", {"f", 8});
    config.follow_keys_directory();
    EXPECT_EQ(config.text("rest", "tls_certificate"), "/k/tls-certificate.pem");
    EXPECT_EQ(config.find("rest", "tls_certificate")->place.line, 7);
    EXPECT_EQ(config.text("rest", "tls_key"), "/var/lib/bankd/keys/tls-key.pem");
}

TEST(Config, DescribesItselfWithOrigins) {
    Config config(core_settings());
    config.set("posting", "lanes", "4", {"/etc/bankd/bankd.conf", 12});
    auto const text = config.describe();
    EXPECT_THAT(text, HasSubstr("\n[posting]\nlanes = 4  # /etc/bankd/bankd.conf:12\n"
                                "queue_max = 8192  # default\n"));
}

TEST(Reference, ReadBackChangesNothing) {
    auto const settings = core_settings();
    auto text = config_reference(settings);
    for (auto const& setting : settings) {
        auto const line = "\n#" + setting.key + " =";
        auto const at = text.find(line);
        ASSERT_NE(at, std::string::npos) << setting.key;
        text.erase(at + 1, 1);  // As if it were uncommented.
    }
    Report report;
    auto const sections = parse_ini(text, "f", report);
    EXPECT_THAT(report.mistakes, IsEmpty());
    std::size_t count = 0;
    for (auto const& section : sections) {
        for (auto const& entry : section.entries) {
            EXPECT_EQ(entry.value, core(section.name, entry.key).default_value);
            ++count;
        }
    }
    EXPECT_EQ(count, settings.size());
}

}  // namespace
}  // namespace bank::daemon
