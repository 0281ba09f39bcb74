// A clock that stops until it is moved. Threads: one moves it at a time.
#pragma once
#include <chrono>

#include "core/base/time.hpp"

namespace bank::test {

class FakeClock final : public Clock {
public:
    [[nodiscard]] Timestamp now() const override { return now_; }
    [[nodiscard]] std::chrono::steady_clock::time_point steady() const override { return steady_; }

    void advance(std::chrono::microseconds by) {
        now_ = now_ + by;
        steady_ += by;
    }

private:
    Timestamp now_{1'770'000'000'000'000};  // 2026-02-02T02:40:00Z.
    std::chrono::steady_clock::time_point steady_{std::chrono::hours(1)};
};

}  // namespace bank::test
