// What the service manager is told. Without one, nothing happens.
#pragma once
#include <chrono>
#include <string_view>

namespace bank::daemon {

void notify_ready(std::string_view status);
void notify_status(std::string_view status);
void notify_reloading();
void notify_stopping();

// The watchdog's: how often it must be fed, 0 if there is none, and its food.
[[nodiscard]] std::chrono::milliseconds watchdog_interval();
void notify_alive();

}  // namespace bank::daemon
