#include "daemon/host/metrics_reporter.hpp"

#include <chrono>
#include <utility>

#include "core/operations/system.hpp"

namespace bank::daemon {
namespace {
constexpr std::chrono::milliseconds interval{1000};
}  // namespace

// The core logs reports that it rejects.
MetricsReporter::MetricsReporter(operations::BankApi& bank, Collect collect)
    : bank_(bank),
      collect_(std::move(collect)),
      worker_({.name = "Reporting of metrics", .round = [this] {
                   static_cast<void>(
                       bank_.ask<operations::ReportMetrics>({}, {.families = collect_()}));
                   return interval;
               }}) {}

}  // namespace bank::daemon
