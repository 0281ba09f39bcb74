// Values of every kind as JSON.
#include "core/codec/json.hpp"

#include <gtest/gtest.h>

#include "core/api/describe.hpp"
#include "core/base/bounds.hpp"

namespace bank::codec {
namespace {

struct Inner {
    std::int64_t first = 1;
    bool is_second = true;
};

enum class Colour : std::uint8_t { red, green };

std::string_view to_string(Colour colour) noexcept {
    switch (colour) {
    case Colour::red: return "red";
    case Colour::green: return "green";
    }
    return {};
}

struct Sample {
    std::int64_t amount = -5;
    money::Currency currency = *money::parse_currency("EUR");
    std::uint64_t large = 18'446'744'073'709'551'615U;
    std::optional<std::int64_t> bounded = 7;
    std::uint32_t of_32_bits = 8;
    UserId id{9};
    std::string empty;
    UserId nobody;
    std::optional<std::string> none;
    std::optional<std::string> left_out;
    std::string json = R"({"a":[1]})";
    Inner inner;
    Inner inlined{2, false};
    Secret secret{"s3cret"};
    Bytes bytes{0xab, 0x01};
    Colour colour = Colour::green;
    Timestamp instant{1'772'366'400'000'001};
    std::vector<Inner> list{{3, true}};
    std::string hidden = "unseen";
};

using api::amount;
using api::Appearance;
using api::field;
using api::Type;
using api::ValueKind;

BANK_DESCRIBE(Inner, "Inner", field<&Inner::first>("first", "A number.", "1"),
              field<&Inner::is_second>("second", "Whether so.", "true"))

BANK_DESCRIBE(Sample, "Sample",
              amount<&Sample::amount, &Sample::currency>("amount", "An amount.", "1"),
              field<&Sample::large>("large", "A number.", "1"),
              field<&Sample::bounded>("bounded", "A number.", "1").bounded(-5, bounds::exact_max),
              field<&Sample::of_32_bits>("of_32_bits", "A number.", "1"),
              field<&Sample::empty>("empty", "A text.").as(Appearance::null_if_empty),
              field<&Sample::nobody>("nobody", "An id.").as(Appearance::null_if_empty),
              field<&Sample::id>("id", "An id."), field<&Sample::none>("none", "A text."),
              field<&Sample::left_out>("left_out", "A text.").as(Appearance::left_out_if_none),
              field<&Sample::json>("json", "JSON.").as(Appearance::json),
              field<&Sample::inner>("inner", "An object."),
              field<&Sample::inlined>("inlined", "An object.").as(Appearance::inlined),
              field<&Sample::secret>("secret", "A secret."),
              field<&Sample::bytes>("bytes", "Bytes."), field<&Sample::colour>("colour", "A word."),
              field<&Sample::instant>("instant", "An instant."),
              field<&Sample::list>("list", "Objects."),
              field<&Sample::hidden>("hidden", "A text.").as(Appearance::hidden))

TEST(Json, WritesEachKindAsItsDescriptionSays) {
    EXPECT_EQ(to_json(Sample{}),
              R"({"amount":{"amount":"-5","currency":"EUR"},"large":"18446744073709551615",)"
              R"("bounded":7,"of_32_bits":8,)"
              R"("empty":null,"nobody":null,"id":"9","none":null,"json":{"a":[1]},)"
              R"("inner":{"first":"1","second":true},"first":"2","second":false,"secret":"s3cret",)"
              R"("bytes":"ab01","colour":"green","instant":"2026-03-01T12:00:00.000001Z",)"
              R"("list":[{"first":"3","second":true}]})");
}

struct Owned {
    std::int64_t spent = 5;
    std::optional<std::int64_t> limit;
};

struct Owner {
    money::Currency currency = *money::parse_currency("JPY");
    Owned owned;
    Owned inlined{6, 7};
};

BANK_DESCRIBE(Owned, "Owned", field<&Owned::spent>("spent", "An amount.", "1").in_owners_currency(),
              field<&Owned::limit>("limit", "An amount.", "1").in_owners_currency())

BANK_DESCRIBE(
    Owner, "Owner",
    field<&Owner::owned>("owned", "Amounts.").in_currency(api::detail::member_of<&Owner::currency>),
    field<&Owner::inlined>("inlined", "Amounts.")
        .in_currency(api::detail::member_of<&Owner::currency>)
        .as(Appearance::inlined))

TEST(Json, GivesAmountsTheCurrencyOfTheStructAroundTheirs) {
    EXPECT_EQ(
        to_json(Owner{}),
        R"({"owned":{"spent":{"amount":"5","currency":"JPY"},"limit":null},)"
        R"("spent":{"amount":"6","currency":"JPY"},"limit":{"amount":"7","currency":"JPY"}})");
}

TEST(Json, HasDigitsWhereAClientMightRound) {
    auto const with = [](std::int64_t least, std::int64_t most) {
        return is_digits(field<&Inner::first>("first", "A number.", "1").bounded(least, most));
    };
    EXPECT_TRUE(is_digits(field<&Inner::first>("first", "A number.", "1")));
    EXPECT_FALSE(with(0, bounds::exact_max));
    EXPECT_FALSE(with(-bounds::exact_max, 1));
    EXPECT_TRUE(with(0, bounds::exact_max + 1));
    EXPECT_TRUE(with(-bounds::exact_max - 1, 1));
    EXPECT_TRUE(is_digits(field<&Sample::nobody>("id", "An id.").bounded(1, 9)));
    EXPECT_TRUE(is_digits(amount<&Sample::amount, &Sample::currency>("a", "b").bounded(1, 9)));
    EXPECT_FALSE(is_digits(api::type_of<std::uint32_t>()));
    EXPECT_TRUE(is_digits(api::type_of<std::uint64_t>()));
}

TEST(Json, KnowsWhatShowsASecret) {
    EXPECT_TRUE(has_secrets(api::type_of<Sample>()));
    EXPECT_TRUE(has_secrets(api::type_of<std::vector<Sample>>()));
    EXPECT_FALSE(has_secrets(api::type_of<Inner>()));
    EXPECT_FALSE(has_secrets(api::type_of<std::optional<Inner>>()));
}

}  // namespace
}  // namespace bank::codec
