#include "plugins/rest/routes/query_reader.hpp"

#include <gtest/gtest.h>

#include "core/api/users.hpp"

namespace bank::rest {
namespace {

struct Read {
    std::string name;
    std::int64_t id = 0;
    std::optional<Timestamp> from;
    std::optional<api::Role> role;
    api::PageRequest page;
    std::optional<Problem> problem;
};

Read read(std::string_view query) {
    Read result;
    QueryReader reader(query);
    reader.text("name", result.name, 8);
    reader.id("id", result.id);
    reader.instant("from", result.from);
    reader.word("role", api::type_of<std::optional<api::Role>>(), &result.role);
    reader.page(result.page);
    result.problem = reader.finish();
    return result;
}

TEST(QueryReader, ReadsEachKind) {
    auto const result = read("name=a%20b+c&id=5&from=2026-03-01&role=admin&limit=100&cursor=x_-1");
    EXPECT_FALSE(result.problem);
    EXPECT_EQ(result.name, "a b c");
    EXPECT_EQ(result.id, 5);
    EXPECT_EQ(result.from, parse_timestamp("2026-03-01"));
    EXPECT_EQ(result.role, api::Role::admin);
    EXPECT_EQ(result.page.limit, 100U);
    EXPECT_EQ(result.page.cursor, "x_-1");
}

TEST(QueryReader, AnEmptyQueryChangesNothing) {
    auto const result = read("");
    EXPECT_FALSE(result.problem);
    EXPECT_EQ(result.page.limit, 20U);
}

TEST(QueryReader, RefusesAndNamesTheParameter) {
    struct Row {
        std::string_view query;
        std::string_view parameter;
    };
    std::vector<Row> const rows{
        {"limit=0", "limit"},
        {"limit=101", "limit"},
        {"limit=-1", "limit"},
        {"limit=+5", "limit"},
        {"limit=05", "limit"},
        {"limit=1.0", "limit"},
        {"limit=", "limit"},
        {"limit", "limit"},
        {"limit=5&limit=5", "limit"},
        {"id=0", "id"},
        {"id=-3", "id"},
        {"id=9223372036854775808", "id"},
        {"name=", "name"},
        {"name=123456789", "name"},
        {"name=%00", "name"},
        {"name=%0d%0a", "name"},
        {"name=%ff", "name"},
        {"name=%c3%28", "name"},
        {"role=Admin", "role"},
        {"from=yesterday", "from"},
        {"from=2026-13-01", "from"},
        {"unknown=1", "unknown"},
        {"Limit=5", "Limit"},
        {"name=%4", ""},
        {"name=%", ""},
        {"name=%zz", ""},
        {"=1", ""},
        {"&", ""},
        {"limit=5&&id=1", ""},
    };
    for (auto const& row : rows) {
        auto const result = read(row.query);
        ASSERT_TRUE(result.problem) << row.query;
        EXPECT_EQ(result.problem->code, Code::invalid_field) << row.query;
        ASSERT_FALSE(result.problem->errors.empty()) << row.query;
        EXPECT_EQ(result.problem->errors.front().name, row.parameter) << row.query;
        EXPECT_EQ(result.problem->errors.front().place, FieldError::Place::parameter);
        EXPECT_EQ(result.page.limit == 20U || result.page.limit == 5U, true);
    }
}

TEST(QueryReader, EncodingComesBack) {
    std::string const all = "a/b?c=d&e+f g%\xc3\xa4\r\n";
    auto const encoded = encode_component(all);
    EXPECT_EQ(encoded.find_first_of("/?&=+ \r\n<>"), std::string::npos);
    EXPECT_EQ(decode_component(encoded), all);
}

}  // namespace
}  // namespace bank::rest
