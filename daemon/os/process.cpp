#include "daemon/os/process.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <string_view>

#include "core/base/check.hpp"
#include "core/base/log.hpp"
#include "daemon/os/exit_codes.hpp"

namespace bank::daemon {
namespace {

void attempt(int result, char const* what) {
    if (result == 0) return;
    log::warning("daemon", "{} cannot be set: {}", what, std::strerror(errno));
}

void signal_event(int fd) noexcept {
    std::uint64_t const one = 1;
    // Fails only if the counter is full, which wakes too.
    [[maybe_unused]] auto const written = write(fd, &one, sizeof one);
}

// The signal pending on `fd`, or 0.
std::uint32_t take_signal(int fd) {
    signalfd_siginfo info{};
    return read(fd, &info, sizeof info) == sizeof info ? info.ssi_signo : 0;
}

// Bypasses the log, which may be the part that hangs, and writes only if that cannot block.
void last_words(std::string_view text) noexcept {
    pollfd polled{STDERR_FILENO, POLLOUT, 0};
    if (poll(&polled, 1, 0) == 1 && (polled.revents & POLLOUT) != 0) {
        static_cast<void>(write_all(STDERR_FILENO, text));
    }
}

}  // namespace

void harden_process() {
    umask(0077);
    rlimit const no_core{0, 0};
    attempt(setrlimit(RLIMIT_CORE, &no_core), "RLIMIT_CORE");
    attempt(prctl(PR_SET_DUMPABLE, 0, 0, 0, 0), "PR_SET_DUMPABLE");
    attempt(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "PR_SET_NO_NEW_PRIVS");
    rlimit files{};
    if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
        files.rlim_cur = files.rlim_max;
        attempt(setrlimit(RLIMIT_NOFILE, &files), "RLIMIT_NOFILE");
    }
    // A disconnected peer must be an error of write(), not end the process.
    std::signal(SIGPIPE, SIG_IGN);
}

Signals::Signals() {
    sigset_t set;
    sigemptyset(&set);
    for (int const number : {SIGHUP, SIGTERM, SIGINT}) sigaddset(&set, number);
    BANK_CHECK(pthread_sigmask(SIG_BLOCK, &set, nullptr) == 0);
    signals_ = FileDescriptor(signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
    wake_ = FileDescriptor(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    BANK_CHECK(signals_ && wake_);
}

Signals::Event Signals::wait() const {
    for (;;) {
        std::array<pollfd, 2> polled{pollfd{signals_.get(), POLLIN, 0},
                                     pollfd{wake_.get(), POLLIN, 0}};
        if (poll(polled.data(), polled.size(), -1) < 0) continue;
        if (polled[1].revents != 0) return Event::woken;
        switch (take_signal(signals_.get())) {
        case SIGHUP: return Event::reload;
        case SIGTERM:
        case SIGINT: return Event::stop;
        default: break;
        }
    }
}

void Signals::wake() const noexcept {
    signal_event(wake_.get());
}

StopGuard::~StopGuard() {
    if (!thread_.joinable()) return;
    signal_event(done_.get());
    thread_.join();
}

void StopGuard::arm(std::chrono::milliseconds time_max) {
    done_ = FileDescriptor(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    BANK_CHECK(done_);
    thread_ = std::thread([this, time_max] { watch(time_max); });
}

void StopGuard::watch(std::chrono::milliseconds time_max) const {
    auto const deadline = std::chrono::steady_clock::now() + time_max;
    for (;;) {
        auto const left = std::chrono::ceil<std::chrono::milliseconds>(
            deadline - std::chrono::steady_clock::now());
        if (left.count() <= 0) {
            last_words("daemon: stopping timed out; exiting\n");
            _exit(number(ExitCode::internal));
        }
        std::array<pollfd, 2> polled{pollfd{done_.get(), POLLIN, 0},
                                     pollfd{signals_.descriptor(), POLLIN, 0}};
        if (poll(polled.data(), polled.size(), static_cast<int>(left.count())) <= 0) continue;
        if (polled[0].revents != 0) return;
        auto const signal = take_signal(signals_.descriptor());
        if (signal != SIGTERM && signal != SIGINT) continue;
        last_words("daemon: second stop signal; exiting at once\n");
        _exit(number(ExitCode::ok));
    }
}

}  // namespace bank::daemon
