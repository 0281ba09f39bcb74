// What a cursor says, and what is none.
#include "core/api/cursor.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <set>

#include "core/base/bytes.hpp"

namespace bank::api {
namespace {

constexpr auto last = std::numeric_limits<std::int64_t>::max();

TEST(Cursor, LeadsBackToItsPosition) {
    for (auto const position : {std::int64_t{1}, std::int64_t{255}, std::int64_t{256}, last}) {
        EXPECT_EQ(read_cursor(List::holds, to_cursor(List::holds, position)), position);
    }
    EXPECT_EQ(to_cursor(List::accounts, 1700), "AQMAAAAAAAAGpA");
}

TEST(Cursor, IsOfOneListAlone) {
    std::set<std::string> texts;
    for (std::uint8_t one = 1; one <= 8; ++one) {
        auto const text = to_cursor(static_cast<List>(one), 7);
        texts.insert(text);
        for (std::uint8_t other = 1; other <= 8; ++other) {
            EXPECT_EQ(read_cursor(static_cast<List>(other), text).has_value(), one == other);
        }
    }
    EXPECT_EQ(texts.size(), 8U);
}

TEST(Cursor, OfAnotherFormIsNone) {
    auto const text_of = [](Bytes const& bytes) { return to_base64url(bytes); };
    for (auto const& text : {
             std::string(), std::string("7"),
             std::string("AQMAAAAAAAAGpA=="),               // Padding.
             std::string("AQMAAAAAAAAGpB"),                 // Bits beyond the last byte.
             std::string("AQMAAAAAAAAGp"),                  // Cut.
             std::string("AQMAAAAAAAAGpA\n"),               //
             std::string("AQMAAAAAAAAG+A"),                 // Of base64.
             text_of({1, 3, 0, 0, 0, 0, 0, 0, 6}),          // Too short.
             text_of({1, 3, 0, 0, 0, 0, 0, 0, 6, 164, 0}),  // A trailing byte.
             text_of({2, 3, 0, 0, 0, 0, 0, 0, 6, 164}),     // Another version.
             text_of({0, 3, 0, 0, 0, 0, 0, 0, 6, 164}),     //
             text_of({1, 3, 0, 0, 0, 0, 0, 0, 0, 0}),       // No position.
             text_of({1, 3, 128, 0, 0, 0, 0, 0, 6, 164}),   // A negative one.
         }) {
        EXPECT_FALSE(read_cursor(List::accounts, text)) << text;
    }
}

}  // namespace
}  // namespace bank::api
