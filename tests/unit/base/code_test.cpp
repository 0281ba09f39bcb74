#include "core/base/code.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

#include "core/base/overflow.hpp"
#include "core/base/result.hpp"
#include "core/base/strong_id.hpp"

namespace bank {
namespace {

struct Row {
    int number;
    std::string_view word;
    CodeKind kind;
    std::string_view title;
};

constexpr Row registry[] = {
#define BANK_CODE(number, word, kind, title) {number, #word, CodeKind::kind, title},
#include "core/base/codes.def"
#undef BANK_CODE
};

TEST(CodeRegistry, GivesEachNumberAndWordOnce) {
    std::set<int> numbers;
    std::set<std::string_view> words;
    for (auto const& row : registry) {
        EXPECT_TRUE(numbers.insert(row.number).second) << row.number;
        EXPECT_TRUE(words.insert(row.word).second) << row.word;
        auto const is_word_character = [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; };
        EXPECT_TRUE(std::all_of(row.word.begin(), row.word.end(), is_word_character)) << row.word;
    }
}

TEST(CodeRegistry, AnswersAsItIsWritten) {
    for (auto const& row : registry) {
        auto const code = code_of(row.word);
        ASSERT_TRUE(code) << row.word;
        EXPECT_EQ(static_cast<int>(*code), row.number);
        EXPECT_EQ(word(*code), row.word);
        EXPECT_EQ(title(*code), row.title);
        EXPECT_EQ(kind(*code), row.kind);
    }
    for (auto const* text : {"", "Posted", "posted ", "no_such_code"}) EXPECT_FALSE(code_of(text));
}

TEST(CodeRegistry, HasTitlesThatAreSentences) {
    for (auto const& row : registry) {
        ASSERT_FALSE(row.title.empty()) << row.word;
        EXPECT_TRUE(row.title.front() >= 'A' && row.title.front() <= 'Z') << row.word;
        EXPECT_EQ(row.title.back(), '.') << row.word;
    }
}

TEST(CodeRegistry, KeepsTransferStatusesBelow100InOrderWithoutGaps) {
    int expected = 1;
    for (auto const& row : registry) {
        auto const is_status = is_transfer_status(*code_of(row.word));
        EXPECT_EQ(is_status, row.number < 100) << row.word;
        if (!is_status) continue;
        EXPECT_EQ(row.number, expected++) << row.word;
        EXPECT_EQ(row.kind, row.number == 1 ? CodeKind::done : CodeKind::refused) << row.word;
    }
    EXPECT_EQ(expected, 22);
}

TEST(CodeRegistry, CallsTransientWhatWaitingMayCure) {
    for (auto const& row : registry) {
        auto const expected = row.kind == CodeKind::unavailable ||
                              row.kind == CodeKind::throttled || row.kind == CodeKind::timeout;
        EXPECT_EQ(is_transient(*code_of(row.word)), expected) << row.word;
    }
    EXPECT_TRUE(is_transient(Code::outcome_unknown));
    EXPECT_FALSE(is_transient(Code::internal_error));
    EXPECT_FALSE(is_transient(Code::insufficient_funds));
}

TEST(Overflow, IsSaidAndNotComputed) {
    EXPECT_EQ(checked_add(1, 2), 3);
    EXPECT_EQ(checked_add(INT64_MAX, 0), INT64_MAX);
    EXPECT_EQ(checked_add(INT64_MAX, 1), std::nullopt);
    EXPECT_EQ(checked_add(INT64_MIN, -1), std::nullopt);
    EXPECT_EQ(checked_add(INT64_MAX, INT64_MIN), -1);
    EXPECT_EQ(checked_subtract(1, 2), -1);
    EXPECT_EQ(checked_subtract(INT64_MIN, 1), std::nullopt);
    EXPECT_EQ(checked_subtract(0, INT64_MIN), std::nullopt);
    EXPECT_EQ(checked_subtract(-1, INT64_MIN), INT64_MAX);
    EXPECT_EQ(checked_multiply(-3, 4), -12);
    EXPECT_EQ(checked_multiply(INT64_MIN, -1), std::nullopt);
    EXPECT_EQ(checked_multiply(INT64_MAX, 2), std::nullopt);
    EXPECT_EQ(checked_multiply(INT64_MIN, 1), INT64_MIN);
}

TEST(Result, HoldsAValueOrAnError) {
    Result<std::string> const good = std::string("yes");
    EXPECT_TRUE(good.ok());
    EXPECT_EQ(*good, "yes");
    Result<std::string> const bad = Error{.code = Code::not_found, .detail = "why"};
    EXPECT_FALSE(bad.ok());
    EXPECT_EQ(bad.code(), Code::not_found);
    EXPECT_EQ(bad.error().detail, "why");
    EXPECT_EQ(Status(Code::overloaded).code(), Code::overloaded);
    EXPECT_TRUE(Status(Done{}).ok());
}

TEST(ResultDeathTest, EndsTheProcessWhenTheWrongHalfIsTaken) {
    EXPECT_DEATH((void)Status(Code::overloaded).value(), "check failed");
    EXPECT_DEATH((void)Status(Done{}).error(), "check failed");
}

TEST(StrongId, IsNoneByDefaultAndOrdered) {
    EXPECT_FALSE(AccountId{});
    EXPECT_TRUE(AccountId{1});
    EXPECT_LT(AccountId{1}, AccountId{2});
    static_assert(!std::is_convertible_v<AccountId, UserId>);
    static_assert(!std::is_convertible_v<std::int64_t, AccountId>);
}

}  // namespace
}  // namespace bank
