#include "daemon/service_manager.hpp"

#include <fmt/format.h>
#include <systemd/sd-daemon.h>

#include <chrono>

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
    notify(fmt::format("RELOADING=1\nMONOTONIC_USEC={}\nSTATUS=Reading the configuration.", us));
}

void notify_stopping() {
    notify("STOPPING=1\nSTATUS=Finishing what was begun.");
}

}  // namespace bank::daemon
