#include "core/metrics/collection.hpp"

#include <gtest/gtest.h>

#include "core/metrics/process_metrics.hpp"

namespace bank::metrics {
namespace {

constexpr auto place(auto enumerator) {
    return static_cast<std::uint16_t>(enumerator);
}

// The metrics that a REST front end may report.
std::vector<api::MetricFamily> sound_report() {
    PairCounters<routes_count, statuses_count> requests;
    requests.at(place(Route::money), place_of_status(201)).add(3);
    std::array<Latencies, routes_count> durations;
    durations[place(Route::money)].observe(std::uint64_t{2'000'000});
    Collection collection;
    collection.add(Metric::rest_requests_total, requests);
    collection.add(Metric::rest_request_duration_seconds, durations);
    collection.add(Metric::rest_connections, std::uint64_t{4});
    collection.add_at(Metric::process_open_descriptors, place(Process::rest), 17);
    return std::move(collection).take();
}

TEST(Collection, LeavesOutWhatWasNeverSeenOfTwoLabels) {
    auto const report = sound_report();
    ASSERT_EQ(report.size(), 4U);
    ASSERT_EQ(report[0].series.size(), 1U);
    EXPECT_EQ(report[0].series[0].labels,
              (std::vector<std::uint16_t>{place(Route::money), place_of_status(201)}));
    EXPECT_EQ(report[0].series[0].values, std::vector<std::uint64_t>{3});
    ASSERT_EQ(report[1].series.size(), 1U);
    EXPECT_EQ(report[1].series[0].values.size(),
              facts(Metric::rest_request_duration_seconds).values_count());
}

TEST(Collection, HasEveryWordOfOneLabelFromTheStart) {
    Counters<throttles_count> const none;
    Collection collection;
    collection.add(Metric::throttled_total, none);
    auto const families = std::move(collection).take();
    ASSERT_EQ(families[0].series.size(), throttles_count);
    for (auto const& series : families[0].series) EXPECT_EQ(series.values[0], 0U);
}

TEST(Merge, MakesOneFamilyOfWhatEachProcessHas) {
    Collection own;
    add_process(own, Process::core);
    auto families = std::move(own).take();
    auto const count = families.size();
    merge(families, sound_report());
    EXPECT_EQ(families.size(), count + 3);
    EXPECT_EQ(sum_of(families, Metric::rest_requests_total), 3U);
    for (auto const& family : families) {
        auto const is_shared = family.metric == place(Metric::process_open_descriptors);
        EXPECT_EQ(family.series.size(), is_shared ? 2U : 1U) << family.metric;
    }
}

TEST(ProcessMetrics, AreThoseOfThisProcess) {
    Collection own;
    add_process(own, Process::core);
    auto const families = std::move(own).take();
    auto const s = [&](Metric metric) { return sum_of(families, metric) / 1'000'000'000; };
    EXPECT_GT(s(Metric::process_start_time_seconds), 1'600'000'000U);
    EXPECT_GT(sum_of(families, Metric::process_resident_memory_bytes), 1'000'000U);
    EXPECT_GE(sum_of(families, Metric::process_open_descriptors), 3U);
    EXPECT_GE(sum_of(families, Metric::process_descriptors_limit),
              sum_of(families, Metric::process_open_descriptors));
    EXPECT_TRUE(std::all_of(families.begin(), families.end(), [](auto const& family) {
        return fits(family.series.at(0), facts(*metric_at(family.metric)));
    }));
}

TEST(Report, IsAcceptedIfAllOfItIsTheFrontEndsOwn) {
    EXPECT_TRUE(check_report(sound_report(), api::FrontEnd::rest).ok());
    EXPECT_TRUE(check_report({}, api::FrontEnd::admin).ok());
}

struct Attack {
    char const* name;
    void (*change)(std::vector<api::MetricFamily>& report);
};

// Reports with which a compromised front end might hide or forge something.
constexpr Attack attacks[] = {
    {"a figure of the core",
     [](auto& report) {
         report.push_back({place(Metric::ledger_alarms_total), {{{}, {0}}}});
     }},
    {"the core's readiness",
     [](auto& report) {
         report.push_back({place(Metric::readiness), {{{1}, {1}}}});
     }},
    {"a figure of the other front end",
     [](auto& report) {
         report.push_back({place(Metric::admin_connections), {{{}, {1}}}});
     }},
    {"a metric that there is not",
     [](auto& report) {
         report.push_back({60'000, {{{}, {1}}}});
     }},
    {"a figure of the core's process",
     [](auto& report) { report.back().series[0].labels[0] = place(Process::core); }},
    {"a figure of the other front end's process",
     [](auto& report) { report.back().series[0].labels[0] = place(Process::admin); }},
    {"a word that there is not",
     [](auto& report) { report[0].series[0].labels[0] = routes_count; }},
    {"a word that is far away", [](auto& report) { report[0].series[0].labels[1] = 65'535; }},
    {"a label less", [](auto& report) { report[0].series[0].labels.pop_back(); }},
    {"a label more", [](auto& report) { report[2].series[0].labels.push_back(0); }},
    {"no value", [](auto& report) { report[2].series[0].values.clear(); }},
    {"a bucket less", [](auto& report) { report[1].series[0].values.pop_back(); }},
    {"a bucket more", [](auto& report) { report[1].series[0].values.push_back(1); }},
    {"a metric twice", [](auto& report) { report.push_back(report[2]); }},
    {"a series twice", [](auto& report) { report[0].series.push_back(report[0].series[0]); }},
};

TEST(Report, IsRefusedAsAWholeIfAnythingInItIsNot) {
    for (auto const& attack : attacks) {
        auto report = sound_report();
        attack.change(report);
        auto const checked = check_report(report, api::FrontEnd::rest);
        ASSERT_FALSE(checked.ok()) << attack.name;
        EXPECT_EQ(checked.code(), Code::invalid_field) << attack.name;
    }
    EXPECT_FALSE(check_report(sound_report(), api::FrontEnd::admin).ok());
}

}  // namespace
}  // namespace bank::metrics
