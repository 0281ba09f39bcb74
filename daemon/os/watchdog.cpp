#include "daemon/os/watchdog.hpp"

#include <algorithm>

#include "core/base/log.hpp"
#include "daemon/os/service_manager.hpp"

namespace bank::daemon {

void Watchdog::start() {
    auto const watched = watchdog_interval();
    if (watched.count() == 0) return;
    worker_.emplace(Periodic::Work{.name = "Watchdog", .round = [this, watched] {
                                       feed(watched);
                                       // Three keep-alives per interval: two may be late.
                                       return watched / 3;
                                   }});
    worker_->start();
}

bool Watchdog::is_alive(std::chrono::milliseconds silence_max) const {
    return std::all_of(probes_.begin(), probes_.end(),
                       [&](Probe const& probe) { return probe() < silence_max; });
}

void Watchdog::feed(std::chrono::milliseconds silence_max) {
    auto const was_fed = std::exchange(is_fed_, is_alive(silence_max));
    if (is_fed_) notify_alive();
    if (was_fed && !is_fed_) {
        log::error("daemon", "A part of the daemon hangs; watchdog pings stop.");
    }
}

}  // namespace bank::daemon
