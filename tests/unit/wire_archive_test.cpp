// The codec: every operation's arguments and answer, there and back; and what is no encoding.
#include <gtest/gtest.h>

#include <limits>
#include <set>

#include "core/wire/frame.hpp"
#include "tests/unit/wire_values.hpp"

namespace bank::wire {
namespace {

constexpr std::uint32_t rounds = 50;

template <typename T>
void goes_there_and_back(std::string_view what) {
    for (std::uint32_t seed = 0; seed < rounds; ++seed) {
        RandomValues filler(seed);
        T value{};
        filler.fill(value);
        auto const bytes = codec::encode(value);
        codec::Reader reader(bytes);
        auto const again = reader.get<T>();
        ASSERT_TRUE(reader.is_finished()) << what << " seed " << seed;
        ASSERT_EQ(codec::encode(again), bytes) << what << " seed " << seed;
        for (std::size_t size = 0; size < bytes.size(); ++size) {
            codec::Reader cut(std::string_view(bytes).substr(0, size));
            static_cast<void>(cut.get<T>());
            ASSERT_FALSE(cut.is_finished()) << what << " cut to " << size;
        }
        auto const longer = bytes + '\0';
        codec::Reader more(longer);
        static_cast<void>(more.get<T>());
        ASSERT_FALSE(more.is_finished()) << what;
    }
}

TEST(Archive, TheArgumentsOfEveryOperationGoThereAndBack) {
#define BANK_OPERATION(number, name, effect, front_ends) \
    goes_there_and_back<Call<Operation::name>::Arguments>(#name);
#include "core/api/operations.def"
#undef BANK_OPERATION
}

TEST(Archive, TheAnswerOfEveryOperationGoesThereAndBack) {
#define BANK_OPERATION(number, name, effect, front_ends) \
    goes_there_and_back<ValueOf<Call<Operation::name>::Answer>::type>(#name);
#include "core/api/operations.def"
#undef BANK_OPERATION
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
    EXPECT_FALSE(reads<Operation>("\0\0"sv));
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
    auto const hello = encode_hello(FrontEnd::rest, "1.0");
    EXPECT_EQ(judge_hello(hello, FrontEnd::rest, "1.0"), "");
    EXPECT_EQ(judge_hello(hello, FrontEnd::rest, "another"), "");  // For people only.
    EXPECT_NE(judge_hello(hello, FrontEnd::admin, "1.0"), "");
    EXPECT_NE(judge_hello(hello + "x", FrontEnd::rest, "1.0"), "");
    EXPECT_NE(judge_hello("", FrontEnd::rest, "1.0"), "");
    auto other = hello;
    other[4 + 12] = static_cast<char>(other[4 + 12] ^ 1);
    EXPECT_NE(judge_hello(other, FrontEnd::rest, "1.0").find("restart"), std::string::npos);
}

TEST(Operations, NeitherFrontEndMayCallWhatOnlyTheOtherUses) {
    for (auto const only_rest : {Operation::login, Operation::refresh, Operation::set_pin}) {
        EXPECT_TRUE(may_call(FrontEnd::rest, only_rest));
        EXPECT_FALSE(may_call(FrontEnd::admin, only_rest));
    }
    for (auto const only_admin : {Operation::export_audit, Operation::prune_audit}) {
        EXPECT_FALSE(may_call(FrontEnd::rest, only_admin));
        EXPECT_TRUE(may_call(FrontEnd::admin, only_admin));
    }
}

}  // namespace
}  // namespace bank::wire
