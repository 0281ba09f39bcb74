#include "daemon/metrics_reporter.hpp"

#include <chrono>
#include <utility>

namespace bank::daemon {
namespace {
constexpr std::chrono::milliseconds interval{1000};
}  // namespace

// The core logs reports that it rejects.
MetricsReporter::MetricsReporter(api::BankApi& bank, Collect collect)
    : bank_(bank),
      collect_(std::move(collect)),
      worker_({.name = "Reporting of metrics", .round = [this] {
                   static_cast<void>(bank_.report_metrics({}, collect_()));
                   return interval;
               }}) {}

}  // namespace bank::daemon
