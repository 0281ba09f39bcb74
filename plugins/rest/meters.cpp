#include "plugins/rest/meters.hpp"

#include "core/metrics/collection.hpp"

namespace bank::rest {

std::vector<api::MetricFamily> Meters::collect() const {
    using metrics::Metric;
    metrics::Collection to;
    to.add(Metric::rest_requests_total, requests);
    to.add(Metric::rest_request_duration_seconds, durations);
    // Those that left first: nobody leaves before it came.
    auto const left = connections_left.value();
    auto const taken = connections_taken.value();
    to.add(Metric::rest_connections, taken - left);
    to.add(Metric::rest_connections_total, taken);
    to.add(Metric::rest_connections_refused_total, connections_refused);
    to.add(Metric::rest_handshakes_failed_total, handshakes_failed);
    to.add(Metric::rest_certificate_expiry_timestamp_seconds, certificate_expires_ns.load());
    return std::move(to).take();
}

}  // namespace bank::rest
