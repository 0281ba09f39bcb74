#include "daemon/metrics_reporter.hpp"

#include <chrono>
#include <exception>

#include "core/base/log.hpp"

namespace bank::daemon {
namespace {
constexpr std::chrono::milliseconds interval{1000};
}  // namespace

void MetricsReporter::start() {
    thread_ = std::thread([this] {
        std::unique_lock lock(mutex_);
        do {
            lock.unlock();
            report();
            lock.lock();
        } while (!wake_.wait_for(lock, interval, [this] { return is_stopping_; }));
    });
}

void MetricsReporter::stop() {
    {
        std::lock_guard const lock(mutex_);
        is_stopping_ = true;
    }
    wake_.notify_all();
    if (thread_.joinable()) thread_.join();
}

// The core says in its own log what it does not take.
void MetricsReporter::report() try {
    static_cast<void>(bank_.report_metrics({}, collect_()));
} catch (std::exception const& thrown) {
    log::error("daemon", "Cannot report metrics: {}", thrown.what());
}

}  // namespace bank::daemon
