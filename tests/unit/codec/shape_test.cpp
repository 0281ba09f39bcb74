// Which inputs keep the bounds of their description.
#include "core/codec/shape.hpp"

#include <gtest/gtest.h>

#include "core/api/describe.hpp"

namespace bank::codec {
namespace {

struct Limits {
    std::optional<std::int64_t> most;
};

struct Input {
    AccountId account_id;
    std::string name = "Savings";
    std::string reason;
    std::string code = "ab";
    std::string exact = "ab";
    std::int64_t seconds = 60;
    std::uint8_t small = 0;
    Limits limits;
    Limits inlined;
    std::string unbounded = std::string(10'000, 'x');
};

using api::Appearance;
using api::field;
using api::Type;
using api::ValueKind;

BANK_DESCRIBE(Limits, "Limits", field<&Limits::most>("most", "A limit.", "5").bounded(0, 100))

BANK_DESCRIBE(Input, "Input",
              field<&Input::account_id>("account_id", "An account.", "12").in_path(),
              field<&Input::name>("name", "A name.", "\"Savings\"").prose(1, 10),
              field<&Input::reason>("reason", "A reason.", "\"x\"").prose(1, 10).optional(),
              field<&Input::code>("code", "A code.", "\"ab\"").sized(2, 4),
              field<&Input::exact>("exact", "A code.", "\"ab\"").sized(2, 2),
              field<&Input::seconds>("seconds", "A time.", "60").bounded(1, 3'600).optional(),
              field<&Input::small>("small", "A number.", "0").bounded(0, 200),
              field<&Input::limits>("limits", "The limits."),
              field<&Input::inlined>("inlined", "More limits.").as(Appearance::inlined),
              field<&Input::unbounded>("unbounded", "A text.", "\"x\""))

// The field and the rule that it breaks; empty: none.
std::string fault(Input const& input) {
    auto const shape = check_shape(api::type_of<Input>(), &input);
    if (shape.ok()) return {};
    EXPECT_EQ(shape.code(), Code::invalid_field);
    return shape.error().field + ": " + shape.error().message;
}

TEST(Shape, KeepsTheBoundsOfTheDescription) {
    EXPECT_EQ(fault({}), "");
    EXPECT_EQ(fault({.name = "ÄÖÜäöüß€¥£"}), "") << "ten characters, more bytes";
    EXPECT_EQ(fault({.reason = "lost"}), "");
    EXPECT_EQ(fault({.seconds = 3'600}), "");
    EXPECT_EQ(fault({.seconds = 0}), "") << "left out";
    EXPECT_EQ(fault({.limits = {100}}), "");
}

TEST(Shape, NamesTheFieldAndItsRule) {
    auto const prose =
        "Must be 1 to 10 characters, at least one of them visible, without characters that are "
        "hidden or change the direction of others.";
    for (auto const* const name : {"", "   ", "01234567890",
                                   "a\xe2\x80\xae"
                                   "b",
                                   "a\nb"}) {
        EXPECT_EQ(fault({.name = name}), std::string("/name: ") + prose) << name;
    }
    EXPECT_EQ(fault({.reason = "  "}), std::string("/reason: ") + prose);
    EXPECT_EQ(fault({.code = "a"}), "/code: Must be 2 to 4 characters.");
    EXPECT_EQ(fault({.code = "abcde"}), "/code: Must be 2 to 4 characters.");
    EXPECT_EQ(fault({.exact = "abc"}), "/exact: Must be 2 characters.");
    EXPECT_EQ(fault({.seconds = -1}), "/seconds: Must be from 1 to 3600.");
    EXPECT_EQ(fault({.seconds = 3'601}), "/seconds: Must be from 1 to 3600.");
    EXPECT_EQ(fault({.small = 201}), "/small: Must be from 0 to 200.");
    EXPECT_EQ(fault({.limits = {-1}}), "/limits/most: Must be from 0 to 100, or null.");
    EXPECT_EQ(fault({.inlined = {101}}), "/most: Must be from 0 to 100, or null.");
}

// A front end may send any bytes over the core's socket: U+0000 would cut the text short in the
// database, which takes no text that is not UTF-8.
TEST(Shape, RefusesATextThatIsNotPlainWithBoundsOrWithout) {
    using namespace std::string_literals;
    auto const rule = std::string("Must be UTF-8 without control characters.");
    for (auto const& text : {"a\0b"s, "\xff\xfe"s, "a\x1b"s, "a\tb"s, "a\xc2\x85"s}) {
        EXPECT_EQ(fault({.code = text}), "/code: " + rule);
        EXPECT_EQ(fault({.unbounded = text}), "/unbounded: " + rule);
    }
    EXPECT_EQ(fault({.unbounded = ""}), "");
}

}  // namespace
}  // namespace bank::codec
