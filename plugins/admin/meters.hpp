// What the admin front end counts.
//
// Threads: any.
#pragma once
#include <optional>
#include <vector>

#include "core/api/metrics.hpp"
#include "core/metrics/cells.hpp"
#include "core/metrics/collection.hpp"

namespace bank::admin {

struct Meters {
    metrics::Counters<metrics::outcomes_count> requests;
    metrics::Counter connections_taken;
    metrics::Counter connections_left;
    metrics::Counter connections_refused;

    // Nothing: it went well.
    void note(std::optional<Code> failure) noexcept {
        requests.at(failure ? metrics::place_of(*failure) : metrics::ok_place).add();
    }

    [[nodiscard]] std::vector<api::MetricFamily> collect() const {
        using metrics::Metric;
        metrics::Collection to;
        to.add_seen(Metric::admin_requests_total, requests);
        // Those that left first: nobody leaves before it came.
        auto const left = connections_left.value();
        to.add(Metric::admin_connections, connections_taken.value() - left);
        to.add(Metric::admin_connections_refused_total, connections_refused);
        return std::move(to).take();
    }
};

}  // namespace bank::admin
