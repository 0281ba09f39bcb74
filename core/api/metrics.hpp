// The counts of a process, as plain values. core/metrics defines their meaning.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "core/api/type.hpp"

namespace bank::api {

inline constexpr std::size_t metric_series_max = 8192;  // Of one family.

struct MetricSeries {
    std::vector<std::uint16_t> labels;  // For each label of the metric, the place of its word.
    // Of a counter or gauge its value; of a histogram the count of each bucket alone, the last
    // without bound, then the sum. Times are nanoseconds.
    std::vector<std::uint64_t> values;
};

// No two series of a metric have the same labels.
struct MetricFamily {
    std::uint16_t metric = 0;  // Its place in core/metrics/metrics.def.
    std::vector<MetricSeries> series;
};

// The counts of a front end since its start.
struct MetricsReport {
    std::vector<MetricFamily> families;
};

struct Metrics {
    std::string version;  // Of the program.
    std::vector<MetricFamily> families;
};

// The descriptions of all of these.
[[nodiscard]] Type const& describe(std::type_identity<MetricSeries>);
[[nodiscard]] Type const& describe(std::type_identity<MetricFamily>);
[[nodiscard]] Type const& describe(std::type_identity<MetricsReport>);
[[nodiscard]] Type const& describe(std::type_identity<Metrics>);

}  // namespace bank::api
