#include "core/jobs/job.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace bank::jobs {
namespace {

using std::chrono::seconds;

Timestamp at(char const* text) {
    return parse_timestamp(text).value();
}

Job daily(Missed missed) {
    return {"nightly", Timing::periodic, missed, seconds{86'400}, seconds{3 * 3600}};
}

struct Instant {
    char const* name;
    Job job;
    char const* time;
    char const* next;
};

class InstantAfter : public testing::TestWithParam<Instant> {};

Job const three_o_clock = daily(Missed::coalesced);
Job const half_hourly{"often", Timing::periodic, Missed::coalesced, seconds{1800}, seconds{60}};

INSTANTIATE_TEST_SUITE_P(
    Job, InstantAfter,
    testing::Values(
        Instant{"before_it", three_o_clock, "2026-11-30T02:59:59.999999Z", "2026-11-30T03:00:00Z"},
        Instant{"at_it", three_o_clock, "2026-11-30T03:00:00Z", "2026-12-01T03:00:00Z"},
        Instant{"after_it", three_o_clock, "2026-11-30T03:00:00.000001Z", "2026-12-01T03:00:00Z"},
        Instant{"over_a_leap_day", three_o_clock, "2028-02-28T04:00:00Z", "2028-02-29T03:00:00Z"},
        Instant{"over_a_year", three_o_clock, "2026-12-31T23:00:00Z", "2027-01-01T03:00:00Z"},
        Instant{"several_a_day", half_hourly, "2026-11-30T12:10:00Z", "2026-11-30T12:31:00Z"},
        Instant{"the_first_of_all", three_o_clock, "1970-01-01T00:00:00Z", "1970-01-01T03:00:00Z"}),
    [](auto const& row) { return row.param.name; });

TEST_P(InstantAfter, IsTheNextOfTheGrid) {
    auto const& row = GetParam();
    EXPECT_EQ(to_string(instant_after(row.job, at(row.time))), to_string(at(row.next)));
}

struct Next {
    char const* name;
    Missed missed;
    char const* due;
    char const* now;
    char const* next;
};

class NextDue : public testing::TestWithParam<Next> {};

INSTANTIATE_TEST_SUITE_P(
    Job, NextDue,
    testing::Values(Next{"in_time", Missed::coalesced, "2026-11-30T03:00:00Z",
                         "2026-11-30T03:00:01Z", "2026-12-01T03:00:00Z"},
                    Next{"three_days_late", Missed::coalesced, "2026-11-30T03:00:00Z",
                         "2026-12-03T09:00:00Z", "2026-12-04T03:00:00Z"},
                    Next{"three_days_late_each", Missed::each, "2026-11-30T03:00:00Z",
                         "2026-12-03T09:00:00Z", "2026-12-01T03:00:00Z"},
                    Next{"clock_set_back", Missed::coalesced, "2026-11-30T03:00:00Z",
                         "2026-11-28T09:00:00Z", "2026-12-01T03:00:00Z"},
                    Next{"clock_set_back_each", Missed::each, "2026-11-30T03:00:00Z",
                         "2026-11-28T09:00:00Z", "2026-12-01T03:00:00Z"}),
    [](auto const& row) { return row.param.name; });

TEST_P(NextDue, IsAfterTheOneThatWasRun) {
    auto const& row = GetParam();
    auto const next = next_due(daily(row.missed), at(row.due), at(row.now));
    EXPECT_EQ(to_string(next), to_string(at(row.next)));
}

TEST(Jobs, HaveNamesOfTheirOwnThatSqlTakesAndInstantsIfTheyArePeriodic) {
    std::set<std::string_view> names;
    for (auto const& job : all_jobs()) {
        EXPECT_TRUE(names.insert(job.name).second) << job.name;
        EXPECT_LE(job.name.size(), 40U);
        EXPECT_EQ(job.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz_"), std::string::npos);
        EXPECT_EQ(job.timing == Timing::periodic, job.every.count() > 0) << job.name;
        EXPECT_LE(job.at, job.every);
    }
}

}  // namespace
}  // namespace bank::jobs
