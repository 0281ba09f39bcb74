// Instants and dates in UTC microseconds, with their RFC 3339 text. No time zones.
#pragma once
#include <chrono>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace bank {

// Microseconds since 1970-01-01T00:00:00Z, the resolution of PostgreSQL's timestamptz.
struct Timestamp {
    std::int64_t us = 0;
    auto operator<=>(Timestamp const&) const = default;
};

// The last instant that RFC 3339 can represent: 9999-12-31T23:59:59.999999Z.
inline constexpr Timestamp latest_instant{253'402'300'799'999'999};

[[nodiscard]] constexpr Timestamp operator+(Timestamp t, std::chrono::microseconds d) noexcept {
    return {t.us + d.count()};
}
[[nodiscard]] constexpr std::chrono::microseconds operator-(Timestamp a, Timestamp b) noexcept {
    return std::chrono::microseconds{a.us - b.us};
}

// "2026-03-01T12:00:00.000000Z".
[[nodiscard]] std::string to_string(Timestamp time);

// RFC 3339 with "Z" or a numeric offset, in either case, years 1970..9999; up to nine fractional
// digits, truncated to microseconds. A date alone ("2026-03-01") is its first instant; a leap
// second (23:59:60Z) is the first instant of the next day.
[[nodiscard]] std::optional<Timestamp> parse_timestamp(std::string_view text) noexcept;

// The only source of time. Threads: any.
class Clock {
public:
    virtual ~Clock() = default;
    [[nodiscard]] virtual Timestamp now() const = 0;
    // Monotonic; for waits and rates.
    [[nodiscard]] virtual std::chrono::steady_clock::time_point steady() const = 0;
};

class SystemClock final : public Clock {
public:
    [[nodiscard]] Timestamp now() const override;
    [[nodiscard]] std::chrono::steady_clock::time_point steady() const override;
};

}  // namespace bank
