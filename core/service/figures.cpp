#include "core/service/figures.hpp"

#include <algorithm>

#include "core/audit/alarms.hpp"
#include "core/base/log.hpp"
#include "core/metrics/process_metrics.hpp"

namespace bank::service {
namespace {

using metrics::Collection;
using metrics::Metric;
using namespace std::chrono_literals;

// A front end reports every second. One that has not for so long is down, and what it counted is
// no news any more.
constexpr auto report_age_max = 5s;

std::uint64_t faults(Meters const& meters) {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < metrics::operations_count; ++i) {
        for (auto const code : {Code::internal_error, Code::decision_refused}) {
            sum += meters.requests.at(i, metrics::place_of(code)).value();
        }
    }
    return sum;
}

}  // namespace

Result<api::Metrics> Figures::collect() {
    Collection own;
    add_state(own);
    add_requests(own);
    add_posting(own);
    add_jobs(own);
    metrics::add_process(own, metrics::Process::core);
    api::Metrics all;
    all.version = surroundings_.version;
    all.families = std::move(own).take();
    add_reports(all.families);
    return all;
}

void Figures::add_state(Collection& to) const {
    to.add_at(Metric::build_info, 0, 1);
    std::array<std::uint64_t, metrics::readinesses_count> readiness{};
    readiness.at(static_cast<std::size_t>(surroundings_.readiness())) = 1;
    to.add(Metric::readiness, readiness);
    to.add(Metric::schema_version, static_cast<std::uint64_t>(surroundings_.schema_version()));
    to.add(Metric::audit_sealing_lag_seconds,
           std::chrono::nanoseconds{surroundings_.sealing_lag()});
    to.add(Metric::audit_records_alarm, std::uint64_t{surroundings_.records_alarm()});
    to.add(Metric::open_alarms, static_cast<std::uint64_t>(surroundings_.alarms->open().size()));
    to.add(Metric::ledger_times_ahead_seconds,
           std::chrono::nanoseconds{surroundings_.times_ahead()});
    to.add(Metric::audit_early_checkpoints_total, surroundings_.early_checkpoints());
    to.add(Metric::audit_undelivered_records,
           static_cast<std::uint64_t>(surroundings_.audit_undelivered()));
    auto const pool = surroundings_.connections();
    std::array const connections{static_cast<std::uint64_t>(pool.busy),
                                 static_cast<std::uint64_t>(pool.size - pool.busy)};
    to.add(Metric::database_connections, connections);
    to.add(Metric::database_connections_limit, static_cast<std::uint64_t>(pool.limit));
}

void Figures::add_requests(Collection& to) const {
    auto const& meters = context_.meters;
    to.add(Metric::requests_total, meters.requests);
    to.add(Metric::request_duration_seconds, meters.durations);
    to.add(Metric::faults_total, faults(meters));
    std::array<std::uint64_t, metrics::throttles_count> throttled{};
    for (std::size_t i = 0; i < throttled.size(); ++i)
        throttled[i] = meters.throttled.at(i).value();
    // These two count for themselves, deeper down.
    throttled[static_cast<std::size_t>(metrics::Throttle::hashing_full)] =
        context_.hash_gate.refused();
    throttled[static_cast<std::size_t>(metrics::Throttle::posting_full)] =
        lanes_.meters().turned_away.value();
    to.add(Metric::throttled_total, throttled);
    to.add(Metric::account_lockouts_total, context_.stores.pins.lockouts());
    to.add(Metric::refused_operations_total, meters.refused_operations);
}

void Figures::add_posting(Collection& to) const {
    auto const& meters = lanes_.meters();
    auto const now = lanes_.statistics();
    to.add(Metric::transfers_total, meters.transfers);
    to.add(Metric::transfer_replays_total, meters.replays);
    to.add(Metric::posting_batch_transfers, meters.batch_sizes);
    to.add(Metric::posting_batch_duration_seconds, meters.batch_times);
    to.add(Metric::posting_batches_split_total, meters.splits);
    to.add(Metric::posting_queue_transfers, now.queue_depth);
    to.add(Metric::posting_queue_limit_transfers, now.queue_limit);
    to.add(Metric::posting_lanes, now.lanes);
    to.add(Metric::posting_lanes_busy, now.lanes_busy);
    to.add(Metric::posting_stall_seconds, std::chrono::nanoseconds{lanes_.silence()});
    to.add(Metric::ledger_alarms_total, context_.meters.ledger_alarms);
}

void Figures::add_jobs(Collection& to) const {
    auto const nanoseconds = [](std::int64_t us) {
        return static_cast<std::uint64_t>(std::max<std::int64_t>(us, 0)) * 1000;
    };
    auto const states = context_.jobs.states();
    std::array<std::uint64_t, metrics::jobs_count> failures{};
    std::array<std::uint64_t, metrics::jobs_count> late{};
    std::array<std::uint64_t, metrics::jobs_count> due{};
    std::array<std::uint64_t, metrics::jobs_count> succeeded{};
    for (std::size_t i = 0; i < states.size(); ++i) {
        auto const& state = states[i];
        if (!state) continue;
        failures.at(i) = static_cast<std::uint64_t>(state->attempts);
        if (state->due) late.at(i) = nanoseconds((context_.clock.now() - *state->due).count());
        if (state->due) due.at(i) = nanoseconds(state->due->us);
        if (state->succeeded) succeeded.at(i) = nanoseconds(state->succeeded->us);
    }
    to.add(Metric::job_failures, failures);
    to.add(Metric::job_late_seconds, late);
    to.add(Metric::job_next_run_timestamp_seconds, due);
    to.add(Metric::job_last_success_timestamp_seconds, succeeded);
}

void Figures::add_reports(std::vector<api::MetricFamily>& families) const {
    api::MetricFamily up{static_cast<std::uint16_t>(Metric::front_end_up), {}};
    api::MetricFamily age{static_cast<std::uint16_t>(Metric::front_end_report_age_seconds), {}};
    auto const add = [&](std::uint16_t place, std::vector<api::MetricFamily> const& report,
                         std::chrono::nanoseconds since) {
        auto const is_up = since <= report_age_max;
        up.series.push_back({{place}, {is_up ? std::uint64_t{1} : std::uint64_t{0}}});
        age.series.push_back({{place}, {static_cast<std::uint64_t>(since.count())}});
        if (is_up) metrics::merge(families, report);
    };
    if (surroundings_.front_ends) {
        for (auto const& [front_end, report] : surroundings_.front_ends()) {
            add(static_cast<std::uint16_t>(front_end), report, 0ns);
        }
    } else {
        std::lock_guard const lock(mutex_);
        for (std::size_t i = 0; i < reports_.size(); ++i) {
            auto const& report = reports_[i];
            if (!report) continue;
            add(static_cast<std::uint16_t>(i), report->families,
                context_.clock.steady() - report->at);
        }
    }
    families.push_back(std::move(up));
    families.push_back(std::move(age));
}

Status Figures::report(Request const& request, api::MetricsReport const& report) {
    auto const place = static_cast<std::size_t>(request.front_end);
    auto checked = metrics::check_report(report.families, request.front_end);
    std::lock_guard const lock(mutex_);
    if (!checked) {
        if (!std::exchange(is_said_.at(place), true)) {
            log::warning("metrics", "rejected a metrics report of the front end {}: {}",
                         metrics::words_of(metrics::Label::front_end)[place],
                         checked.error().detail);
        }
        return checked;
    }
    reports_.at(place) = Report{report.families, context_.clock.steady()};
    return Done{};
}

}  // namespace bank::service
