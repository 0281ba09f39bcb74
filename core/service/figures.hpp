// Everything that is counted, gathered for whoever watches the bank: the core's own figures, and
// what its front ends reported.
//
// Threads: any.
#pragma once
#include <array>
#include <chrono>
#include <mutex>
#include <optional>
#include <vector>

#include "core/api/metrics.hpp"
#include "core/ledger/posting_lanes.hpp"
#include "core/metrics/collection.hpp"
#include "core/service/context.hpp"

namespace bank::service {

class Figures {
public:
    // All must outlive it.
    Figures(Context& context, ledger::PostingLanes const& lanes, Surroundings const& surroundings)
        : context_(context), lanes_(lanes), surroundings_(surroundings) {}

    [[nodiscard]] Result<api::Metrics> collect();
    // Replaces the front end's report of before. invalid_field: it is not one that the front end
    // may make; said in the log once.
    [[nodiscard]] Status report(Request const& request, api::MetricsReport const& report);

private:
    struct Report {
        std::vector<api::MetricFamily> families;
        std::chrono::steady_clock::time_point at;
    };

    void add_state(metrics::Collection& to) const;
    void add_requests(metrics::Collection& to) const;
    void add_posting(metrics::Collection& to) const;
    void add_jobs(metrics::Collection& to) const;
    void add_reports(std::vector<api::MetricFamily>& families) const;

    Context& context_;
    ledger::PostingLanes const& lanes_;
    Surroundings const& surroundings_;

    mutable std::mutex mutex_;
    std::array<std::optional<Report>, metrics::front_ends_count> reports_;  // Guarded by mutex_.
    std::array<bool, metrics::front_ends_count> is_said_{};                 // Likewise.
};

}  // namespace bank::service
