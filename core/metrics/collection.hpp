// Figures on their way from the cells to whoever asked for them.
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

// Writes down one family after the other. Preconditions: as many labels, in range, and values as
// the metric has; each metric, and each series of it, once.
class Collection {
public:
    void add(Metric metric, std::uint64_t value);
    void add(Metric metric, std::chrono::nanoseconds time);
    void add(Metric metric, Counter const& counter) { add(metric, counter.value()); }
    // The series of each place.
    void add(Metric metric, std::span<std::uint64_t const> values);
    template <std::size_t count>
    void add(Metric metric, Counters<count> const& counters) {
        std::array<std::uint64_t, count> values{};
        for (std::size_t i = 0; i < count; ++i) values[i] = counters.at(i).value();
        add(metric, values);
    }
    // The same without those that are 0.
    template <std::size_t count>
    void add_seen(Metric metric, Counters<count> const& counters) {
        auto& series = family(metric);
        for (std::size_t i = 0; i < count; ++i) {
            auto const value = counters.at(i).value();
            if (value != 0) series.push_back({{static_cast<std::uint16_t>(i)}, {value}});
        }
    }
    // Of two labels, without those that are 0.
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
    // Of one label, without those that have seen nothing.
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
    // One series alone.
    void add_at(Metric metric, std::uint16_t place, std::uint64_t value);

    [[nodiscard]] std::vector<api::MetricFamily> take() && { return std::move(families_); }

private:
    std::vector<api::MetricSeries>& family(Metric metric);

    std::vector<api::MetricFamily> families_;
};

// Adds what `report` has to `families`; a metric that each process has is one family after it.
void merge(std::vector<api::MetricFamily>& families, std::vector<api::MetricFamily> const& report);

// Whether the series has the labels and values of that metric.
[[nodiscard]] bool fits(api::MetricSeries const& series, MetricFacts const& facts) noexcept;

// Whether a front end may report this: its own metrics, each series of them once and whole, and of
// those that each process has only its own. invalid_field, with a detail.
[[nodiscard]] Status check_report(std::vector<api::MetricFamily> const& report, api::FrontEnd of);

// The sum of all series of a counter or gauge; 0 if it is not there.
[[nodiscard]] std::uint64_t sum_of(std::vector<api::MetricFamily> const& families, Metric metric);

}  // namespace bank::metrics
