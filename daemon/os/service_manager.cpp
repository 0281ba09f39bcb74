#include "daemon/os/service_manager.hpp"

#include <fmt/format.h>
#include <systemd/sd-daemon.h>

#include <chrono>
#include <cstdint>

namespace bank::daemon {
namespace {
void notify(std::string const& state) {
    sd_notify(/*unset_environment=*/0, state.c_str());
}
}  // namespace

void notify_ready(std::string_view status) {
    notify(fmt::format("READY=1\nSTATUS={}", status));
}

void notify_status(std::string_view status) {
    notify(fmt::format("STATUS={}", status));
}

void notify_reloading() {
    auto const now = std::chrono::steady_clock::now().time_since_epoch();
    auto const us = std::chrono::duration_cast<std::chrono::microseconds>(now).count();
    notify(fmt::format("RELOADING=1\nMONOTONIC_USEC={}\nSTATUS=Reloading the configuration.", us));
}

std::chrono::milliseconds watchdog_interval() {
    std::uint64_t us = 0;
    if (sd_watchdog_enabled(/*unset_environment=*/0, &us) <= 0) return {};
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::microseconds{us});
}

void notify_alive() {
    notify("WATCHDOG=1");
}

void notify_stopping() {
    notify("STOPPING=1\nSTATUS=Finishing accepted requests.");
}

}  // namespace bank::daemon
