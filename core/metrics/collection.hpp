// A snapshot of metrics, collected from the cells.
#pragma once
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "core/api/metrics.hpp"
#include "core/base/result.hpp"
#include "core/metrics/cells.hpp"
#include "core/metrics/metric.hpp"

namespace bank::metrics {

// Collects families. Preconditions: labels and values match the metric in number, and labels are in
// range; each metric, and each of its series, is added once.
class Collection {
public:
    void add(Metric metric, std::uint64_t value);
    void add(Metric metric, std::chrono::nanoseconds time);
    void add(Metric metric, Counter const& counter) { add(metric, counter.value()); }
    // One series per label word.
    void add(Metric metric, std::span<std::uint64_t const> values);
    template <std::size_t count>
    void add(Metric metric, Counters<count> const& counters) {
        std::array<std::uint64_t, count> values{};
        for (std::size_t i = 0; i < count; ++i) values[i] = counters.at(i).value();
        add(metric, values);
    }
    // The same, without zeros.
    template <std::size_t count>
    void add_seen(Metric metric, Counters<count> const& counters) {
        auto& series = family(metric);
        for (std::size_t i = 0; i < count; ++i) {
            auto const value = counters.at(i).value();
            if (value != 0) series.push_back({{static_cast<std::uint16_t>(i)}, {value}});
        }
    }
    // With two labels, without zeros.
    template <std::size_t first_count, std::size_t second_count>
    void add(Metric metric, PairCounters<first_count, second_count> const& counters) {
        auto& series = family(metric);
        for (std::size_t i = 0; i < first_count; ++i) {
            for (std::size_t j = 0; j < second_count; ++j) {
                auto const value = counters.at(i, j).value();
                if (value == 0) continue;
                series.push_back(
                    {{static_cast<std::uint16_t>(i), static_cast<std::uint16_t>(j)}, {value}});
            }
        }
    }
    template <auto const& bounds>
    void add(Metric metric, Histogram<bounds> const& histogram) {
        auto const values = histogram.values();
        family(metric).push_back({{}, {values.begin(), values.end()}});
    }
    // With one label, without empty histograms.
    template <auto const& bounds, std::size_t count>
    void add(Metric metric, std::array<Histogram<bounds>, count> const& histograms) {
        auto& series = family(metric);
        for (std::size_t i = 0; i < count; ++i) {
            auto const values = histograms[i].values();
            auto const is_seen = std::any_of(values.begin(), values.end() - 1,
                                             [](std::uint64_t seen) { return seen != 0; });
            if (!is_seen) continue;
            series.push_back({{static_cast<std::uint16_t>(i)}, {values.begin(), values.end()}});
        }
    }
    // A single series.
    void add_at(Metric metric, std::uint16_t place, std::uint64_t value);

    [[nodiscard]] std::vector<api::MetricFamily> take() && { return std::move(families_); }

private:
    std::vector<api::MetricSeries>& family(Metric metric);

    std::vector<api::MetricFamily> families_;
};

// Merges `report` into `families`; a metric that every process reports stays one family.
void merge(std::vector<api::MetricFamily>& families, std::vector<api::MetricFamily> const& report);

// Whether labels and values of the series match the metric.
[[nodiscard]] bool fits(api::MetricSeries const& series, MetricFacts const& facts) noexcept;

// Checks that a front end may report this: only its own metrics, each series complete and once, and
// only its own series of per-process metrics. invalid_field, with a detail.
[[nodiscard]] Status check_report(std::vector<api::MetricFamily> const& report, api::FrontEnd of);

// The sum of all series of a counter or gauge; 0 if absent.
[[nodiscard]] std::uint64_t sum_of(std::vector<api::MetricFamily> const& families, Metric metric);

}  // namespace bank::metrics
