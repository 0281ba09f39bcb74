#include "daemon/watchdog.hpp"

#include <algorithm>

#include "core/base/log.hpp"
#include "daemon/service_manager.hpp"

namespace bank::daemon {

Watchdog::~Watchdog() {
    {
        std::lock_guard const lock(mutex_);
        is_stopping_ = true;
    }
    wake_.notify_all();
    if (thread_.joinable()) thread_.join();
}

void Watchdog::start() {
    auto const watched = watchdog_interval();
    if (watched.count() == 0) return;
    // Fed three times in an interval: two may be late.
    thread_ = std::thread([this, watched] { run(watched / 3, watched); });
}

bool Watchdog::is_alive(std::chrono::milliseconds silence_max) const {
    return std::all_of(probes_.begin(), probes_.end(),
                       [&](Probe const& probe) { return probe() < silence_max; });
}

void Watchdog::run(std::chrono::milliseconds every, std::chrono::milliseconds silence_max) {
    bool is_fed = true;
    std::unique_lock lock(mutex_);
    do {
        auto const was_fed = std::exchange(is_fed, is_alive(silence_max));
        if (is_fed) notify_alive();
        if (was_fed && !is_fed) {
            log::error("daemon", "A part of the daemon hangs; watchdog pings stop.");
        }
    } while (!wake_.wait_for(lock, every, [this] { return is_stopping_; }));
}

}  // namespace bank::daemon
