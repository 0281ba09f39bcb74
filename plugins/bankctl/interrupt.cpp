#include "plugins/bankctl/interrupt.hpp"

#include <poll.h>

#include <array>

namespace bank::bankctl {
namespace {

constexpr std::array signals{SIGINT, SIGTERM, SIGHUP};

volatile std::sig_atomic_t came = 0;
std::array<struct sigaction, signals.size()> former{};

void remember(int signal) {
    came = signal;
}

}  // namespace

Interrupt::Interrupt() {
    came = 0;
    struct sigaction catching {};
    catching.sa_handler = remember;
    catching.sa_flags = static_cast<int>(SA_RESETHAND | SA_RESTART);
    for (std::size_t i = 0; i < signals.size(); ++i) {
        ::sigaction(signals[i], nullptr, &former[i]);
        if (former[i].sa_handler != SIG_IGN) ::sigaction(signals[i], &catching, nullptr);
    }
}

Interrupt::~Interrupt() {
    for (std::size_t i = 0; i < signals.size(); ++i) ::sigaction(signals[i], &former[i], nullptr);
}

std::optional<int> Interrupt::signal() noexcept {
    if (came == 0) return std::nullopt;
    return static_cast<int>(came);
}

void Interrupt::sleep(std::chrono::milliseconds duration) {
    if (signal()) return;
    static_cast<void>(::poll(nullptr, 0, static_cast<int>(duration.count())));
}

}  // namespace bank::bankctl
