#include "core/base/uuid.hpp"

#include <gtest/gtest.h>

#include <string>
#include <unordered_set>

#include "core/base/time.hpp"

namespace bank {
namespace {

TEST(Uuid, IsPrintedInLowerCaseAndReadInEither) {
    auto const lower = parse_uuid("017f22e2-79b0-7cc3-98c4-dc0c0c07398f");
    ASSERT_TRUE(lower);
    EXPECT_EQ(lower->bytes[0], 0x01);
    EXPECT_EQ(lower->bytes[15], 0x8f);
    EXPECT_EQ(parse_uuid("017F22E2-79B0-7CC3-98C4-DC0C0C07398F"), lower);
    EXPECT_EQ(to_string(*lower), "017f22e2-79b0-7cc3-98c4-dc0c0c07398f");
    EXPECT_EQ(to_string(Uuid{}), "00000000-0000-0000-0000-000000000000");
}

TEST(Uuid, IsReadOnlyInThe36CharacterForm) {
    std::string const good = "017f22e2-79b0-7cc3-98c4-dc0c0c07398f";
    for (std::string const& text :
         {std::string(), good.substr(1), good + "0", " " + good.substr(1), "{" + good + "}",
          "urn:uuid:" + good, std::string("017f22e279b07cc398c4dc0c0c07398f"),
          std::string("017f22e2-79b0-7cc3-98c4-dc0c0c07398g"),
          std::string("017f22e27-9b0-7cc3-98c4-dc0c0c07398f"), std::string(36, '-'),
          std::string(36, '\0')}) {
        EXPECT_FALSE(parse_uuid(text)) << text;
    }
}

TEST(UuidV7, MeetsTheExampleOfRfc9562) {
    // Appendix A.6: 2022-02-22 14:22:22 GMT-05:00.
    auto const uuid =
        make_uuid_v7(0x017F22E279B0, {0x0c, 0xc3, 0x18, 0xc4, 0xdc, 0x0c, 0x0c, 0x07, 0x39, 0x8f});
    EXPECT_EQ(to_string(uuid), "017f22e2-79b0-7cc3-98c4-dc0c0c07398f");
}

TEST(UuidV7, SetsVersionAndVariantWhateverTheRandomBits) {
    for (auto const byte : {std::uint8_t{0}, std::uint8_t{0xff}}) {
        std::array<std::uint8_t, 10> random{};
        random.fill(byte);
        auto const text = to_string(make_uuid_v7(0, random));
        EXPECT_EQ(text[14], '7');
        EXPECT_TRUE(text[19] == '8' || text[19] == 'b');
    }
}

TEST(UuidV7, SortsByTime) {
    std::array<std::uint8_t, 10> high{};
    high.fill(0xff);
    EXPECT_LT(make_uuid_v7(1'772'366'400'000, high), make_uuid_v7(1'772'366'400'001, {}));
}

TEST(UuidV7, ANewOneHasItsTimeAndIsLikeNoOther) {
    std::unordered_set<Uuid> seen;
    for (int i = 0; i < 1000; ++i) {
        auto const uuid = new_uuid(Timestamp{1'645'557'742'000'999});
        EXPECT_TRUE(to_string(uuid).starts_with("017f22e2-79b0-7"));
        EXPECT_TRUE(seen.insert(uuid).second);
    }
}

TEST(Uuid, IsAKeyOfHashTables) {
    std::unordered_set<Uuid> set;
    for (std::int64_t ms = 0; ms < 1000; ++ms) set.insert(make_uuid_v7(ms, {}));
    EXPECT_EQ(set.size(), 1000U);
    EXPECT_TRUE(set.contains(make_uuid_v7(999, {})));
    EXPECT_FALSE(set.contains(make_uuid_v7(1000, {})));
}

}  // namespace
}  // namespace bank
