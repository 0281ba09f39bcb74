#include "core/base/bytes.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <utility>
#include <vector>

namespace bank {
namespace {

struct TextCase {
    std::string bytes;
    char const* hex;
    char const* base64url;
};

class BytesText : public testing::TestWithParam<TextCase> {};

TEST_P(BytesText, IsWrittenAndReadBack) {
    auto const bytes = as_bytes(GetParam().bytes);
    Bytes const expected(bytes.begin(), bytes.end());
    EXPECT_EQ(to_hex(bytes), GetParam().hex);
    EXPECT_EQ(from_hex(GetParam().hex), expected);
    Bytes read(expected.size());
    EXPECT_TRUE(read_hex(GetParam().hex, read));
    EXPECT_EQ(read, expected);
    EXPECT_EQ(to_base64url(bytes), GetParam().base64url);
    EXPECT_EQ(from_base64url(GetParam().base64url), expected);
}

// RFC 4648 section 10, and the two digits in which base64url differs from base64.
INSTANTIATE_TEST_SUITE_P(Table, BytesText,
                         testing::Values(TextCase{"", "", ""}, TextCase{"f", "66", "Zg"},
                                         TextCase{"fo", "666f", "Zm8"},
                                         TextCase{"foo", "666f6f", "Zm9v"},
                                         TextCase{"foob", "666f6f62", "Zm9vYg"},
                                         TextCase{"fooba", "666f6f6261", "Zm9vYmE"},
                                         TextCase{"foobar", "666f6f626172", "Zm9vYmFy"},
                                         TextCase{"\xfb\xff\xbf", "fbffbf", "-_-_"},
                                         TextCase{std::string(3, '\0'), "000000", "AAAA"}));

TEST(FromHex, RefusesWhatItWouldNotWrite) {
    for (std::string const& text :
         {std::string("0"), std::string("000"), std::string("0g"), std::string("AB"),
          std::string("0x00"), std::string(" 00"), std::string("00 "), std::string("0\0", 2)}) {
        EXPECT_FALSE(from_hex(text)) << text;
    }
}

TEST(Base64, IsPaddedToFourDigits) {
    // RFC 4648 section 10.
    for (auto const& [bytes, text] :
         std::vector<std::pair<std::string, std::string>>{{"", ""},
                                                          {"f", "Zg=="},
                                                          {"fo", "Zm8="},
                                                          {"foo", "Zm9v"},
                                                          {"foob", "Zm9vYg=="},
                                                          {"fooba", "Zm9vYmE="},
                                                          {"foobar", "Zm9vYmFy"},
                                                          {"\xfb\xff\xbf", "+/+/"}}) {
        EXPECT_EQ(to_base64(as_bytes(bytes)), text);
        EXPECT_EQ(from_base64(text), Bytes(bytes.begin(), bytes.end())) << text;
    }
}

TEST(FromBase64, RefusesWhatItWouldNotWrite) {
    for (std::string const& text :
         {std::string("Zg"), std::string("Zg="), std::string("Zg==="), std::string("Z==="),
          std::string("===="), std::string("Zm8"), std::string("Zh=="), std::string("Zm9="),
          std::string("Zg==Zg=="), std::string("-_-_"), std::string("Zm9v\n"), std::string("Zm 9"),
          std::string("Z=g="), std::string("Zg\0=", 4)}) {
        EXPECT_FALSE(from_base64(text)) << text;
    }
}

TEST(FromBase64url, RefusesWhatItWouldNotWrite) {
    for (std::string const& text :
         {std::string("Z"), std::string("Zm9vY"), std::string("Zg=="), std::string("Zg="),
          std::string("Zm8="), std::string("+/+/"), std::string("Zm 9"), std::string("Zm9v\n"),
          std::string("Zh"), std::string("Zm9"), std::string("Zg\0A", 4), std::string("Zm9\xff")}) {
        EXPECT_FALSE(from_base64url(text)) << text;
    }
}

TEST(FromBase64url, TakesOneTextPerValue) {
    // Of all texts of two digits exactly 256 are a byte, each a different one.
    constexpr std::string_view digits =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    std::set<Bytes> values;
    int accepted = 0;
    for (auto const a : digits) {
        for (auto const b : digits) {
            auto const bytes = from_base64url(std::string{a, b});
            if (!bytes) continue;
            ++accepted;
            values.insert(*bytes);
        }
    }
    EXPECT_EQ(accepted, 256);
    EXPECT_EQ(values.size(), 256U);
}

}  // namespace
}  // namespace bank
