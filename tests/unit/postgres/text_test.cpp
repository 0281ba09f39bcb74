#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/postgres/client/array_text.hpp"
#include "core/postgres/client/conninfo.hpp"
#include "core/postgres/client/parameters.hpp"
#include "core/postgres/client/sqlstate.hpp"
#include "core/postgres/client/transaction.hpp"
#include "core/postgres/schema/migrations.hpp"
#include "core/postgres/schema/schema.hpp"

namespace bank::postgres {
namespace {

TEST(Conninfo, KnowsWhichHostsAreReachedOverTheNetwork) {
    struct Row {
        char const* text;
        bool is_network;
    };
    for (auto const& [text, is_network] : {
             Row{"dbname=bankd", false},
             Row{"host=", false},
             Row{"host=/run/postgresql", false},
             Row{"host='/run/my database,/run/other'", false},
             Row{"host=@abstract", false},
             Row{"host=db1", true},
             Row{"host=/run/a,db2", true},
             Row{"host=db1,/run/a", true},
             Row{"host=/run/a,", false},
             Row{"hostaddr=192.0.2.1", true},
             Row{"host=/run/a hostaddr=::1", true},
             Row{"host=/run/a,/run/b hostaddr=,192.0.2.1", true},
             Row{"user=host=db1 host = /run/a", false},
             Row{"host=db1 host=/run/a", false},  // The last one counts.
             Row{"application_name='host=db1'", false},
         }) {
        auto const options = parse_conninfo(text);
        ASSERT_TRUE(options) << text << ": " << options.error().detail;
        EXPECT_EQ(uses_network(*options), is_network) << text;
    }
}

TEST(Conninfo, IsRefusedWhereLibpqWouldAndWrittenAsItReads) {
    for (auto const* text : {"host", "host=a nonsense=b", "host='a", "=b"}) {
        EXPECT_FALSE(parse_conninfo(text)) << text;
    }
    EXPECT_EQ(parse_conninfo("nonsense=b").error().detail,
              "invalid connection option \"nonsense\"");
    auto const options = parse_conninfo(R"(host='/a b' user='it''s' dbname=x\\y password=p)");
    EXPECT_FALSE(options);  // libpq supports \' but not ''.
    auto const read = parse_conninfo(R"(host='/a b' user='it\'s' dbname=x\\y password=p port='')");
    ASSERT_TRUE(read) << read.error().detail;
    auto const text = to_conninfo(*read);
    EXPECT_EQ(text, R"(user='it\'s' password=p dbname='x\\y' host='/a b' port='')");
    EXPECT_EQ(to_conninfo(*parse_conninfo(text)), text);
    for (auto const& option : *read) {
        EXPECT_EQ(option.is_secret, option.keyword == "password");
        EXPECT_EQ(has_blank(option), option.keyword == "host");
    }
}

TEST(ArrayText, QuotesWhateverCouldBeMistakenForStructure) {
    ArrayText array;
    array.add("plain").add("").add("NULL").add(R"(a"b\c)").add("{,}").add("é \n").add_null();
    EXPECT_EQ(std::move(array).take(),
              "{\"plain\",\"\",\"NULL\",\"a\\\"b\\\\c\",\"{,}\",\"é \n\",NULL}");
}

TEST(ArrayText, WritesNumbersTruthsAndBytes) {
    ArrayText array;
    array.add(std::int64_t{-1}).add(std::int64_t{9223372036854775807}).add(true).add(false);
    EXPECT_EQ(std::move(array).take(), "{-1,9223372036854775807,t,f}");
    ArrayText bytes;
    bytes.add_bytes(Bytes{0x00, 0xff}).add_bytes(Bytes{});
    EXPECT_EQ(std::move(bytes).take(), R"({"\\x00ff","\\x"})");
    EXPECT_EQ(ArrayText{}.take(), "{}");
}

TEST(SqlState, SaysWhatTheCallerCanDo) {
    struct {
        char const* state;
        Code code;
    } const cells[] = {
        {"", Code::storage_unavailable},      {"08006", Code::storage_unavailable},
        {"57P01", Code::storage_unavailable}, {"57P03", Code::storage_unavailable},
        {"53300", Code::storage_unavailable}, {"25006", Code::storage_unavailable},
        {"53100", Code::storage_full},        {"53200", Code::overloaded},
        {"40001", Code::overloaded},          {"40P01", Code::overloaded},
        {"55P03", Code::overloaded},          {"57014", Code::overloaded},
        {"42501", Code::permission_denied},   {"BK001", Code::decision_refused},
        {"23505", Code::decision_refused},    {"22003", Code::decision_refused},
        {"42601", Code::internal_error},      {"XX000", Code::internal_error},
    };
    for (auto const& cell : cells)
        EXPECT_EQ(word(code_of_sqlstate(cell.state)), word(cell.code)) << cell.state;
}

TEST(Commit, CountsOnlyIfTheServerSaysSo) {
    EXPECT_TRUE(check_commit("COMMIT"));
    for (auto const* tag : {"ROLLBACK", "", "commit", "COMMIT "})
        EXPECT_FALSE(check_commit(tag)) << tag;
}

TEST(Parameters, PassNoAddressThatPostgresWouldRefuse) {
    for (auto const* good : {"192.0.2.1", "2001:db8::1", "::ffff:192.0.2.1"})
        EXPECT_EQ(inet_or_nothing(good), good);
    for (auto const* bad : {"", "fe80::1%eth0", "localhost", "1.2.3", "192.0.2.1/8", "' or 1=1"}) {
        EXPECT_EQ(inet_or_nothing(bad), "") << bad;
    }
}

AppliedSchema of_a_new_database() {
    AppliedSchema applied;
    for (auto const& known : embedded_migrations()) {
        if (known.sql) applied.migrations.push_back({known.number, known.name, known.digest});
    }
    applied.functions = {embedded_functions().digest, embedded_functions().program, false};
    return applied;
}

// As left by a bankd that had one list of files and no sets of functions.
AppliedSchema of_an_old_database() {
    AppliedSchema applied;
    for (auto const& known : embedded_migrations()) {
        if (known.number <= 16)
            applied.migrations.push_back({known.number, known.name, known.digest});
    }
    return applied;
}

TEST(Schema, IsKnownIfEveryDigestIs) {
    EXPECT_EQ(compare(of_a_new_database()).mismatch, "");
    EXPECT_EQ(compare(of_a_new_database()).version, embedded_migrations().back().number);
    auto upgraded = of_an_old_database();
    for (auto const& migration : of_a_new_database().migrations) {
        if (migration.number > 16) upgraded.migrations.push_back(migration);
    }
    upgraded.functions = of_a_new_database().functions;
    EXPECT_EQ(compare(upgraded).mismatch, "");
}

TEST(Schema, IsBehindIfAMigrationWouldFixIt) {
    auto behind = of_a_new_database();
    behind.migrations.pop_back();
    auto without_set = of_a_new_database();
    without_set.functions.reset();
    auto other_set = of_a_new_database();
    other_set.functions->digest = std::string(64, '0');
    for (auto const& applied :
         {AppliedSchema{}, of_an_old_database(), behind, without_set, other_set}) {
        EXPECT_TRUE(compare(applied).is_behind);
        EXPECT_NE(compare(applied).mismatch, "");
    }
    EXPECT_EQ(compare({}).version, 0);
    EXPECT_EQ(compare(of_an_old_database()).version, 16);
}

TEST(Schema, IsNotBehindIfNoMigrationWouldFixIt) {
    auto edited = of_a_new_database();
    edited.migrations[1].digest[0] = edited.migrations[1].digest[0] == '0' ? '1' : '0';
    auto edited_when_old = of_an_old_database();
    edited_when_old.migrations[6].digest = std::string(64, '0');
    auto with_a_gap = of_a_new_database();
    with_a_gap.migrations.erase(with_a_gap.migrations.begin() + 1);
    auto newer = of_a_new_database();
    newer.migrations.push_back({9999, "future", std::string(64, '0')});
    auto newer_set = of_a_new_database();
    newer_set.functions = {std::string(64, '0'), "9.0.0", true};
    for (auto const& applied : {edited, edited_when_old, with_a_gap, newer, newer_set}) {
        EXPECT_FALSE(compare(applied).is_behind);
        EXPECT_NE(compare(applied).mismatch, "");
    }
    EXPECT_EQ(compare(newer).version, 9999);
    EXPECT_THAT(compare(newer_set).mismatch, ::testing::HasSubstr("bankd 9.0.0"));
}

TEST(Migrations, AreNumberedWithoutGaps) {
    std::int64_t number = 0;
    for (auto const& known : embedded_migrations()) EXPECT_EQ(known.number, ++number) << known.name;
    EXPECT_GT(number, 0);
}

}  // namespace
}  // namespace bank::postgres
