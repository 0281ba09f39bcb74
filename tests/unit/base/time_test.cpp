#include "core/base/time.hpp"

#include <gtest/gtest.h>

#include <string>

namespace bank {
namespace {

struct TimeCase {
    char const* text;
    std::int64_t us;
    char const* printed;
};

class TimeText : public testing::TestWithParam<TimeCase> {};

TEST_P(TimeText, IsReadAsUtcMicroseconds) {
    auto const& [text, us, printed] = GetParam();
    EXPECT_EQ(parse_timestamp(text), Timestamp{us});
    EXPECT_EQ(to_string(Timestamp{us}), printed);
    EXPECT_EQ(parse_timestamp(printed), Timestamp{us});
}

INSTANTIATE_TEST_SUITE_P(
    Table, TimeText,
    testing::Values(
        TimeCase{"1970-01-01", 0, "1970-01-01T00:00:00.000000Z"},
        TimeCase{"1970-01-01T00:00:00Z", 0, "1970-01-01T00:00:00.000000Z"},
        TimeCase{"2026-03-01T12:00:00Z", 1'772'366'400'000'000, "2026-03-01T12:00:00.000000Z"},
        TimeCase{"2026-03-01T13:00:00+01:00", 1'772'366'400'000'000, "2026-03-01T12:00:00.000000Z"},
        TimeCase{"2026-03-01T06:30:00-05:30", 1'772'366'400'000'000, "2026-03-01T12:00:00.000000Z"},
        TimeCase{"2026-03-01T12:00:00.1Z", 1'772'366'400'100'000, "2026-03-01T12:00:00.100000Z"},
        TimeCase{"2026-03-01T12:00:00.000001Z", 1'772'366'400'000'001,
                 "2026-03-01T12:00:00.000001Z"},
        TimeCase{"2026-03-01t12:00:00z", 1'772'366'400'000'000, "2026-03-01T12:00:00.000000Z"},
        TimeCase{"2026-03-01T12:00:00.123456000Z", 1'772'366'400'123'456,
                 "2026-03-01T12:00:00.123456Z"},
        TimeCase{"2026-03-01T12:00:00.999999999Z", 1'772'366'400'999'999,
                 "2026-03-01T12:00:00.999999Z"},
        TimeCase{"2016-12-31T23:59:60Z", 1'483'228'800'000'000, "2017-01-01T00:00:00.000000Z"},
        TimeCase{"2017-01-01T05:29:60.5+05:30", 1'483'228'800'500'000,
                 "2017-01-01T00:00:00.500000Z"},
        TimeCase{"2024-02-29T23:59:59.999999Z", 1'709'251'199'999'999,
                 "2024-02-29T23:59:59.999999Z"},
        TimeCase{"2000-02-29", 951'782'400'000'000, "2000-02-29T00:00:00.000000Z"},
        TimeCase{"9999-12-31T23:59:59.999999Z", 253'402'300'799'999'999,
                 "9999-12-31T23:59:59.999999Z"}));

class NotATime : public testing::TestWithParam<std::string> {};

TEST_P(NotATime, IsRefused) {
    EXPECT_FALSE(parse_timestamp(GetParam()));
}

INSTANTIATE_TEST_SUITE_P(
    Table, NotATime,
    testing::Values(
        "", "now", "2026", "2026-3-1", "2026-03", "20260301", "2026-03-01T", "2026-03-01T12",
        "2026-03-01T12:00", "2026-03-01T12:00Z", "2026-03-01T12:00:00", "2026-03-01 12:00:00Z",
        " 2026-03-01", "2026-03-01 ", "2026-03-01Z", "2026-03-01T12:00:00ZZ",
        "2026-03-01T12:00:00.Z", "2026-03-01T12:00:00.1234567890Z", "2026-03-01T23:59:61Z",
        "2026-03-01T12:00:00,5Z", "2026-03-01T24:00:00Z", "2026-03-01T12:60:00Z",
        "2026-03-01T12:00:60Z", "2016-12-31T23:59:60+01:00", "2026-02-29", "2026-13-01",
        "2026-00-01", "2026-01-00", "2026-01-32", "2026-04-31", "1900-02-29", "1969-12-31",
        "0000-01-01", "10000-01-01", "-2026-03-01", "+2026-03-01", "2026-03-01T12:00:00+1:00",
        "2026-03-01T12:00:00+0100", "2026-03-01T12:00:00+24:00", "2026-03-01T12:00:00+01:60",
        "2026-03-01T12:00:00+01",
        // The year is valid as written, but not in UTC.
        "1970-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01", std::string("2026-03-01\0", 11)));

TEST(Timestamp, OfEachDayOf400YearsRoundTrips) {
    constexpr std::int64_t day_us = 86'400'000'000;
    for (std::int64_t day = 0; day < 146'097; ++day) {
        Timestamp const time{day * day_us + day};
        ASSERT_EQ(parse_timestamp(to_string(time)), time) << day;
    }
}

TEST(Timestamp, AddsAndSubtracts) {
    Timestamp const time{1'000'000};
    EXPECT_EQ(time + std::chrono::seconds{2}, Timestamp{3'000'000});
    EXPECT_EQ(Timestamp{3'000'000} - time, std::chrono::seconds{2});
    EXPECT_LT(time, Timestamp{1'000'001});
}

TEST(SystemClock, TellsTheTimeOfThisCenturyAndGoesOn) {
    SystemClock const clock;
    EXPECT_GT(clock.now(), parse_timestamp("2020-01-01").value());
    EXPECT_LT(clock.now(), parse_timestamp("2200-01-01").value());
    auto const first = clock.steady();
    EXPECT_GE(clock.steady(), first);
}

}  // namespace
}  // namespace bank
