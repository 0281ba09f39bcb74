#include "core/base/secret.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <type_traits>
#include <utility>

namespace bank {
namespace {

static_assert(!std::is_copy_constructible_v<Secret> && !std::is_copy_assignable_v<Secret>);
static_assert(!std::is_convertible_v<Secret, std::string>);
static_assert(!std::is_convertible_v<std::string, Secret>);

bool is_wiped(char const* data, std::size_t size) {
    return std::all_of(data, data + size, [](char c) { return c == '\0'; });
}

TEST(Wipe, ClearsTheWholeBufferThatTheStringKeeps) {
    for (std::size_t const size : {1U, 15U, 16U, 1000U}) {
        std::string text(size, 'x');
        text.resize(size / 2);  // The old characters are still after its end.
        auto const* const data = text.data();
        auto const capacity = text.capacity();
        wipe(text);
        EXPECT_TRUE(text.empty());
        ASSERT_EQ(text.data(), data);
        EXPECT_TRUE(is_wiped(data, capacity));
    }
}

TEST(Secret, TakesATextAndLeavesNothingOfIt) {
    std::string text = "correct horse battery staple";
    auto const* const data = text.data();
    auto const capacity = text.capacity();
    auto const secret = Secret::take(text);
    EXPECT_EQ(secret.reveal(), "correct horse battery staple");
    EXPECT_TRUE(text.empty());
    ASSERT_EQ(text.data(), data);
    EXPECT_TRUE(is_wiped(data, capacity));
}

TEST(Secret, MovesItsOneCopy) {
    for (std::string const& text : {std::string("1234"), std::string(500, 's')}) {
        Secret first(text);
        auto const* const data = first.reveal().data();
        Secret second(std::move(first));
        EXPECT_EQ(second.reveal(), text);
        EXPECT_EQ(second.reveal().data(), data);  // The buffer itself was moved.
        EXPECT_TRUE(first.empty());               // NOLINT(bugprone-use-after-move)

        Secret third("old");
        third = std::move(second);
        EXPECT_EQ(third.reveal(), text);
        EXPECT_EQ(third.reveal().data(), data);
        EXPECT_TRUE(second.empty());  // NOLINT(bugprone-use-after-move)
    }
}

TEST(Secret, SurvivesBeingMovedToItself) {
    Secret secret("1234");
    auto& same = secret;
    secret = std::move(same);
    EXPECT_EQ(secret.reveal(), "1234");
}

TEST(Secret, ClonesAndIsEmptyByDefault) {
    Secret const secret("1234");
    auto const clone = secret.clone();
    EXPECT_EQ(clone.reveal(), "1234");
    EXPECT_NE(clone.reveal().data(), secret.reveal().data());
    EXPECT_TRUE(Secret().empty());
    EXPECT_TRUE(Secret("").empty());
    EXPECT_FALSE(secret.empty());
}

}  // namespace
}  // namespace bank
