// The codec: every operation's arguments and answer, there and back; and what is no encoding.
#include <gtest/gtest.h>

#include <limits>
#include <set>

#include "core/api/caller.hpp"
#include "core/api/users.hpp"
#include "core/wire/frame.hpp"
#include "tests/unit/wire/values.hpp"

namespace bank::wire {
namespace {

constexpr std::uint32_t rounds = 50;

std::string encoded(api::Type const& type, void const* value) {
    codec::Writer writer;
    writer.write_value(type, value);
    return std::move(writer).take();
}

bool reads(std::string_view bytes, api::Type const& type, void* value) {
    codec::Reader reader(bytes);
    reader.read_value(type, value);
    return reader.is_finished();
}

void goes_there_and_back(std::string_view what, api::Type const& type,
                         operations::Value (*make)()) {
    for (std::uint32_t seed = 0; seed < rounds; ++seed) {
        RandomValues filler(seed);
        auto const value = make();
        filler.fill(type, value.get());
        auto const bytes = encoded(type, value.get());
        auto const again = make();
        ASSERT_TRUE(reads(bytes, type, again.get())) << what << " seed " << seed;
        ASSERT_EQ(encoded(type, again.get()), bytes) << what << " seed " << seed;
        for (std::size_t size = 0; size < bytes.size(); ++size) {
            auto const cut = std::string_view(bytes).substr(0, size);
            ASSERT_FALSE(reads(cut, type, make().get())) << what << " cut to " << size;
        }
        ASSERT_FALSE(reads(bytes + '\0', type, make().get())) << what;
    }
}

TEST(Archive, TheInputOfEveryOperationGoesThereAndBack) {
    for (auto const* const operation : operations::all()) {
        goes_there_and_back(operation->facts.name, operation->input(), operation->make_input);
    }
    goes_there_and_back("caller", api::type_of<api::Caller>(), operations::make_value<api::Caller>);
}

TEST(Archive, TheOutputOfEveryOperationGoesThereAndBack) {
    for (auto const* const operation : operations::all()) {
        goes_there_and_back(operation->facts.name, operation->output(), operation->make_output);
    }
    goes_there_and_back("rate", api::type_of<api::RateDecision>(),
                        operations::make_value<api::RateDecision>);
}

TEST(Archive, AnErrorCrossesWithoutItsDetail) {
    Result<api::User> const failed =
        Error{Code::invalid_field, "table users", "/role", "no such role", 7};
    auto const bytes = codec::encode(failed);
    EXPECT_EQ(bytes.find("table users"), std::string::npos);
    codec::Reader reader(bytes);
    auto const again = reader.get_result<api::User>();
    ASSERT_TRUE(reader.is_finished());
    EXPECT_EQ(again.code(), Code::invalid_field);
    EXPECT_EQ(again.error().field, "/role");
    EXPECT_EQ(again.error().message, "no such role");
    EXPECT_EQ(again.error().retry_after_s, 7U);
}

template <typename T>
bool reads(std::string_view bytes) {
    codec::Reader reader(bytes);
    static_cast<void>(reader.get<T>());
    return reader.is_finished();
}

TEST(Archive, RefusesWhatIsNoEncoding) {
    using namespace std::string_view_literals;
    EXPECT_FALSE(reads<bool>("\2"sv));
    EXPECT_FALSE(reads<api::Role>("\4"sv));
    EXPECT_FALSE(reads<Code>("\xff\xff"sv));
    EXPECT_FALSE(reads<money::Currency>("EUX"sv));
    EXPECT_FALSE(
        reads<std::string>("\xff\xff\xff\xff"
                           "a"sv));
    EXPECT_FALSE(reads<std::optional<std::uint8_t>>("\2\1"sv));
}

TEST(Archive, RefusesInstantsThatCannotBeWrittenDown) {
    EXPECT_TRUE(reads<Timestamp>(codec::encode(Timestamp{})));
    EXPECT_TRUE(reads<Timestamp>(codec::encode(latest_instant)));
    EXPECT_FALSE(reads<Timestamp>(codec::encode(Timestamp{-1})));
    EXPECT_FALSE(reads<Timestamp>(codec::encode(Timestamp{latest_instant.us + 1})));
    EXPECT_FALSE(
        reads<Timestamp>(codec::encode(Timestamp{std::numeric_limits<std::int64_t>::min()})));
}

TEST(Archive, SaysThatAListIsTooLongForAnyReader) {
    codec::Writer writer;
    writer(std::vector<std::string>(codec::list_size_max));
    EXPECT_FALSE(writer.is_too_long());
    writer(std::vector<std::string>(codec::list_size_max + 1));
    EXPECT_TRUE(writer.is_too_long());
}

TEST(Archive, LaysOutNoTwoKindsAlike) {
    std::set<std::string> layouts;
    auto const add = [&](api::Type const& type) {
        std::string text;
        codec::append_layout(text, type);
        EXPECT_TRUE(layouts.insert(text).second) << text;
    };
    add(api::type_of<Done>());
    add(api::type_of<bool>());
    add(api::type_of<std::uint8_t>());
    add(api::type_of<std::int64_t>());
    add(api::type_of<std::string>());
    add(api::type_of<Bytes>());
    add(api::type_of<Uuid>());
    add(api::type_of<UserId>());
    add(api::type_of<money::Currency>());
    add(api::type_of<Timestamp>());
    add(api::type_of<std::optional<bool>>());
    add(api::type_of<std::vector<std::string>>());
    add(api::type_of<api::Role>());
    add(api::type_of<api::Limits>());
}

TEST(Archive, AListTakesNoMoreMemoryThanItsInputCanFill) {
    using namespace std::string_view_literals;
    EXPECT_FALSE(reads<std::vector<api::Transfer>>("\x00\x00\x0f\xff"sv));
    EXPECT_FALSE(
        reads<std::vector<std::uint32_t>>("\x7f\xff\xff\xff"
                                          "0000"sv));
}

TEST(Frame, AHeaderAnnouncesNoMoreThanMayCome) {
    auto const header = encode_header({1000, FrameType::call, 7});
    std::string const bytes(header.begin(), header.end());
    auto const parsed = parse_header(bytes, 1000);
    ASSERT_TRUE(parsed.has_value());
    EXPECT_EQ(parsed->id, 7U);
    EXPECT_FALSE(parse_header(bytes, 999).has_value());
    EXPECT_FALSE(parse_header(std::string_view(bytes).substr(1), 1000).has_value());
    auto unknown = bytes;
    for (char const type : {'\0', '\x08'}) {
        unknown[4] = type;
        EXPECT_FALSE(parse_header(unknown, 1000).has_value());
    }
}

TEST(Hello, IsJudgedByProtocolVersionAndFrontEnd) {
    auto const hello = encode_hello(api::FrontEnd::rest, "1.0");
    EXPECT_EQ(problem_of_hello(hello, api::FrontEnd::rest, "1.0"), "");
    EXPECT_EQ(problem_of_hello(hello, api::FrontEnd::rest, "another"), "");  // For people only.
    EXPECT_NE(problem_of_hello(hello, api::FrontEnd::admin, "1.0"), "");
    EXPECT_NE(problem_of_hello(hello + "x", api::FrontEnd::rest, "1.0"), "");
    EXPECT_NE(problem_of_hello("", api::FrontEnd::rest, "1.0"), "");
    auto other = hello;
    other[4 + 12] = static_cast<char>(other[4 + 12] ^ 1);
    EXPECT_NE(problem_of_hello(other, api::FrontEnd::rest, "1.0").find("restart"),
              std::string::npos);
}

TEST(Operations, NeitherFrontEndMayCallWhatOnlyTheOtherUses) {
    using namespace operations;
    for (auto const& only_rest : {Login::facts, Refresh::facts, SetPin::facts}) {
        EXPECT_TRUE(may_call(only_rest.callers, api::FrontEnd::rest));
        EXPECT_FALSE(may_call(only_rest.callers, api::FrontEnd::admin));
    }
    for (auto const& only_admin : {ExportAudit::facts, PruneAudit::facts}) {
        EXPECT_FALSE(may_call(only_admin.callers, api::FrontEnd::rest));
        EXPECT_TRUE(may_call(only_admin.callers, api::FrontEnd::admin));
    }
}

TEST(Operations, AreFoundByTheirNumbersAlone) {
    for (auto const* const operation : operations::all()) {
        EXPECT_EQ(operations::find(operation->facts.number), operation);
        EXPECT_EQ(operations::all()[operations::place_of(operation->facts)], operation);
    }
    EXPECT_EQ(operations::find(0), nullptr);
    EXPECT_EQ(operations::find(operations::all().back()->facts.number + 1), nullptr);
    EXPECT_EQ(operations::find(0xffff), nullptr);
}

// Each of these would otherwise show only as a refusal, or as a gap in the audit log.
TEST(Operations, HaveTheFactsThatTheirGateNeeds) {
    using namespace operations;
    std::set<std::string_view> names;
    for (auto const* const operation : all()) {
        auto const& facts = operation->facts;
        EXPECT_TRUE(names.insert(facts.name).second) << facts.name;
        EXPECT_FALSE(facts.summary.empty()) << facts.name;
        EXPECT_FALSE(facts.summary.ends_with('.')) << facts.name;
        auto const has_gate = facts.entry == Entry::session || facts.entry == Entry::any_password;
        EXPECT_TRUE(facts.action || !has_gate) << facts.name;
        EXPECT_TRUE(facts.budget || facts.route.path.empty()) << facts.name;
        auto const is_new = facts.route.status == 201;
        EXPECT_EQ(operation->output().kind == api::ValueKind::nothing,
                  facts.route.status == 204 || facts.name == "export_audit" ||
                      facts.name == "report_metrics")
            << facts.name;
        EXPECT_TRUE(!is_new || facts.route.method == Method::post) << facts.name;
    }
}

}  // namespace
}  // namespace bank::wire
