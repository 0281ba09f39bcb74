#include "core/base/periodic.hpp"

#include <exception>
#include <utility>

#include "core/base/check.hpp"
#include "core/base/log.hpp"

namespace bank {
namespace {

constexpr auto category = "daemon";
constexpr auto never = std::chrono::steady_clock::time_point::max();

// Text of the exception being handled.
std::string thrown_text() {
    try {
        throw;
    } catch (std::exception const& thrown) {
        return thrown.what();
    } catch (...) {
        return "something that is no exception of the library was thrown";
    }
}

}  // namespace

Periodic::Periodic(Work work) : work_(std::move(work)) {
    BANK_CHECK(work_.round != nullptr);
}

void Periodic::start() {
    BANK_CHECK(!thread_.joinable());
    thread_ = std::jthread([this](std::stop_token const& stop) { run(stop); });
}

void Periodic::wake() {
    {
        std::lock_guard const lock(mutex_);
        is_woken_ = true;
    }
    wake_.notify_all();
}

void Periodic::stop() {
    thread_.request_stop();
    if (thread_.joinable()) thread_.join();
}

std::chrono::milliseconds Periodic::stalled_for() const noexcept {
    Steady::time_point const expected{Steady::duration{expected_at_.load()}};
    auto const now = Steady::now();
    if (now <= expected) return std::chrono::milliseconds{0};
    return std::chrono::duration_cast<std::chrono::milliseconds>(now - expected);
}

void Periodic::run(std::stop_token const& stop) {
    rest(stop, work_.before_first);
    while (!stop.stop_requested()) rest(stop, do_round());
    expected_at_ = never.time_since_epoch().count();
    if (!work_.farewell) return;
    try {
        work_.farewell();
    } catch (...) {
        log::error(category, "{} failed at its end: {}", work_.name, thrown_text());
    }
}

Periodic::Pause Periodic::do_round() try {
    expected_at_ = Steady::now().time_since_epoch().count();
    auto const pause = work_.round();
    if (std::exchange(is_failing_, false)) log::info(category, "{} resumed.", work_.name);
    return pause;
} catch (...) {
    if (!std::exchange(is_failing_, true)) {
        log::error(category, "{} failed and is tried again: {}", work_.name, thrown_text());
    }
    return pause_after_exception;
}

void Periodic::rest(std::stop_token const& stop, Pause pause) {
    auto const until = pause ? Steady::now() + *pause : never;
    expected_at_ = until.time_since_epoch().count();
    std::unique_lock lock(mutex_);
    auto const is_over = [this] { return is_woken_; };
    if (pause) {
        wake_.wait_until(lock, stop, until, is_over);
    } else {
        wake_.wait(lock, stop, is_over);
    }
    is_woken_ = false;
}

}  // namespace bank
