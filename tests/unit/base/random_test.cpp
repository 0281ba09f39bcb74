#include "core/base/random.hpp"

#include <gtest/gtest.h>

#include <array>
#include <set>

namespace bank {
namespace {

TEST(Random, FillsEveryByteAndRepeatsNothing) {
    std::set<std::array<std::uint8_t, 16>> seen;
    for (int i = 0; i < 1000; ++i) EXPECT_TRUE(seen.insert(random_bytes<16>()).second);

    // Longer than the result of one system call; each byte must change in one of forty fills.
    std::array<std::uint8_t, 1000> changed{};
    for (int i = 0; i < 40; ++i) {
        auto const bytes = random_bytes<1000>();
        for (std::size_t place = 0; place < bytes.size(); ++place) changed[place] |= bytes[place];
    }
    for (auto const byte : changed) EXPECT_NE(byte, 0);
    fill_random({});
}

}  // namespace
}  // namespace bank
