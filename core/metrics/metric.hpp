// Metrics, as an enumeration of metrics.def.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/metrics/label.hpp"

namespace bank::metrics {

enum class Metric : std::uint16_t {
#define BANK_METRIC(name, kind, unit, source, first, second, buckets, help) name,
#include "core/metrics/metrics.def"
#undef BANK_METRIC
};

enum class Kind : std::uint8_t { counter, gauge, histogram };
enum class Unit : std::uint8_t { one, seconds };
enum class Source : std::uint8_t { core, rest, admin, each };
enum class Buckets : std::uint8_t { none, latency, transfers };

// Inclusive upper bounds in the stored unit: nanoseconds, or transfers. An unbounded bucket
// follows.
inline constexpr std::array<std::uint64_t, 15> latency_bounds{
    100'000,     250'000,     500'000,       1'000'000,     2'500'000,
    5'000'000,   10'000'000,  25'000'000,    50'000'000,    100'000'000,
    250'000'000, 500'000'000, 1'000'000'000, 2'500'000'000, 10'000'000'000};
inline constexpr std::array<std::uint64_t, 11> transfers_bounds{1,  2,   4,   8,   16,  32,
                                                                64, 128, 256, 512, 1024};

struct MetricFacts {
    std::string_view name;  // Without "bankd_".
    Kind kind;
    Unit unit;
    Source source;
    std::array<Label, 2> labels;
    Buckets buckets;
    std::string_view help;

    // Excluding none.
    [[nodiscard]] std::span<Label const> used_labels() const noexcept;
    [[nodiscard]] std::span<std::uint64_t const> bounds() const noexcept;
    // Values per series: one, or the buckets and the sum.
    [[nodiscard]] std::size_t values_count() const noexcept;
    // Maximum number of series.
    [[nodiscard]] std::size_t series_max() const noexcept;
};

[[nodiscard]] std::span<MetricFacts const> all_metrics() noexcept;
[[nodiscard]] MetricFacts const& facts(Metric metric) noexcept;
// nullopt: no such place.
[[nodiscard]] std::optional<Metric> metric_at(std::uint16_t place) noexcept;

// "bankd_requests_total".
[[nodiscard]] std::string exposed_name(MetricFacts const& facts);

}  // namespace bank::metrics
