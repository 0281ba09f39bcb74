// Metric cells: atomics without locks or allocation, cheap enough for the hot path.
//
// Threads: any. Reads are consistent per cell, not across cells.
#pragma once
#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>

#include "core/metrics/metric.hpp"

namespace bank::metrics {

class Counter {
public:
    void add(std::uint64_t count = 1) noexcept { value_.fetch_add(count, relaxed); }
    [[nodiscard]] std::uint64_t value() const noexcept { return value_.load(relaxed); }

private:
    static constexpr auto relaxed = std::memory_order_relaxed;
    std::atomic<std::uint64_t> value_{0};
};

// A counter for each word of a label. Precondition of at(): place < count.
template <std::size_t count>
class Counters {
public:
    static constexpr std::size_t size = count;

    [[nodiscard]] Counter& at(std::size_t place) noexcept { return cells_[place]; }
    [[nodiscard]] Counter const& at(std::size_t place) const noexcept { return cells_[place]; }

private:
    std::array<Counter, count> cells_;
};

// A counter for each pair of words of two labels.
template <std::size_t first_count, std::size_t second_count>
class PairCounters {
public:
    static constexpr std::size_t first_size = first_count;
    static constexpr std::size_t second_size = second_count;

    [[nodiscard]] Counter& at(std::size_t first, std::size_t second) noexcept {
        return cells_.at(first * second_count + second);
    }
    [[nodiscard]] Counter const& at(std::size_t first, std::size_t second) const noexcept {
        return cells_.at(first * second_count + second);
    }

private:
    Counters<first_count * second_count> cells_;
};

template <auto const& bounds>
class Histogram {
public:
    static constexpr std::size_t buckets = std::size(bounds) + 1;

    void observe(std::uint64_t value) noexcept {
        auto const* const found = std::lower_bound(std::begin(bounds), std::end(bounds), value);
        counts_[static_cast<std::size_t>(found - std::begin(bounds))].add();
        sum_.add(value);
    }
    void observe(std::chrono::steady_clock::duration time) noexcept {
        auto const ns = std::chrono::duration_cast<std::chrono::nanoseconds>(time).count();
        observe(static_cast<std::uint64_t>(std::max<std::int64_t>(ns, 0)));
    }

    // In the layout of api::MetricSeries.
    [[nodiscard]] std::array<std::uint64_t, buckets + 1> values() const noexcept {
        std::array<std::uint64_t, buckets + 1> values{};
        for (std::size_t i = 0; i < buckets; ++i) values[i] = counts_[i].value();
        values[buckets] = sum_.value();
        return values;
    }

private:
    std::array<Counter, buckets> counts_;
    Counter sum_;
};

using Latencies = Histogram<latency_bounds>;
using BatchSizes = Histogram<transfers_bounds>;

}  // namespace bank::metrics
