// What the REST front end counts.
//
// Threads: any.
#pragma once
#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <vector>

#include "core/api/metrics.hpp"
#include "core/metrics/cells.hpp"

namespace bank::rest {

struct Meters {
    using Steady = std::chrono::steady_clock;

    metrics::PairCounters<metrics::routes_count, metrics::statuses_count> requests;
    std::array<metrics::Latencies, metrics::routes_count> durations;
    metrics::Counter connections_taken;
    metrics::Counter connections_left;
    metrics::Counter connections_refused;
    metrics::Counter handshakes_failed;
    std::atomic<std::uint64_t> certificate_expires_ns{0};  // Since 1970.

    void note(metrics::Route route, int status, Steady::duration time) noexcept {
        auto const place = static_cast<std::size_t>(route);
        requests.at(place, metrics::place_of_status(status)).add();
        durations.at(place).observe(time);
    }

    [[nodiscard]] std::vector<api::MetricFamily> collect() const;
};

}  // namespace bank::rest
