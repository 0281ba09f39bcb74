// Notifications to the service manager; no-ops without one.
#pragma once
#include <chrono>
#include <string_view>

namespace bank::daemon {

void notify_ready(std::string_view status);
void notify_status(std::string_view status);
void notify_reloading();
void notify_stopping();

// Watchdog interval (0: none) and keep-alive.
[[nodiscard]] std::chrono::milliseconds watchdog_interval();
void notify_alive();

}  // namespace bank::daemon
