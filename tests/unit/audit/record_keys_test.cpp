#include "core/audit/record_keys.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "core/crypto/key_maker.hpp"

namespace bank::audit {
namespace {

using testing::HasSubstr;

constexpr auto first_key = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";
constexpr auto second_key = "__________________________________________8";

RecordKeys keys(std::string const& text) {
    return RecordKeys::read(text).value();
}

Bytes leaves(std::size_t count) {
    Bytes bytes(32 * count);
    for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::uint8_t>(i);
    return bytes;
}

// Computed with Python's hmac and hashlib.
TEST(RecordKeys, SignAsDocumented) {
    auto const mac = keys(first_key).sign(0x0102030405060708, leaves(2));
    EXPECT_EQ(mac.count, 2U);
    EXPECT_EQ(to_hex(mac.key_id), "d12cad45");
    EXPECT_EQ(to_hex(mac.mac), "42c3fb5fad9cd382c320a9d07b0e56f6a413ff74326e7a3c7cf08af904bfe2ff");
}

TEST(RecordKeys, VerifyTheRecordsOfOneTransactionAndNoOthers) {
    auto const key = keys(first_key);
    auto const mac = key.sign(7, leaves(3));
    EXPECT_TRUE(key.verify(&mac, 7, leaves(3)));
    EXPECT_FALSE(key.verify(nullptr, 7, leaves(3))) << "no MAC";
    EXPECT_FALSE(key.verify(&mac, 8, leaves(3))) << "another transaction";
    EXPECT_FALSE(key.verify(&mac, 7, leaves(2))) << "one removed";
    EXPECT_FALSE(key.verify(&mac, 7, leaves(4))) << "one added";
    auto changed = leaves(3);
    changed[40] ^= 1;
    EXPECT_FALSE(key.verify(&mac, 7, changed));
    auto swapped = leaves(3);
    std::swap_ranges(swapped.begin(), swapped.begin() + 32, swapped.begin() + 32);
    EXPECT_FALSE(key.verify(&mac, 7, swapped)) << "another order";
    auto other = mac;
    other.count = 2;
    EXPECT_FALSE(key.verify(&other, 7, leaves(2)));
    other = mac;
    other.mac[31] ^= 1;
    EXPECT_FALSE(key.verify(&other, 7, leaves(3)));
    other = mac;
    other.key_id[0] ^= 1;
    EXPECT_FALSE(key.verify(&other, 7, leaves(3)));
}

TEST(RecordKeys, ThePreviousOneVerifiesAndNoLongerSigns) {
    auto const before = keys(first_key);
    auto const rotated = keys(std::string{second_key} + "\n" + first_key + "\n");
    auto const after = keys(second_key);
    auto const old = before.sign(7, leaves(1));
    EXPECT_TRUE(rotated.verify(&old, 7, leaves(1)));
    EXPECT_FALSE(after.verify(&old, 7, leaves(1)));
    auto const next = rotated.sign(8, leaves(1));
    EXPECT_TRUE(after.verify(&next, 8, leaves(1)));
    EXPECT_FALSE(before.verify(&next, 8, leaves(1)));
}

TEST(RecordKeys, AreReadFromOneOrTwoLines) {
    EXPECT_TRUE(RecordKeys::read(crypto::make_record_key().reveal()));
    for (auto const* const text :
         {"", "\n", "short", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8\n\n",
          "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8\nshort",
          "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8 "}) {
        auto const read = RecordKeys::read(text);
        ASSERT_FALSE(read) << text;
        EXPECT_EQ(word(read.code()), "invalid_field");
        EXPECT_THAT(read.error().detail, HasSubstr("is not a key"));
    }
    auto const three = std::string{first_key} + "\n" + second_key + "\n" + first_key;
    EXPECT_FALSE(RecordKeys::read(three));
}

}  // namespace
}  // namespace bank::audit
