// Instants and dates: UTC, microseconds, the text of RFC 3339. Nothing here knows a time zone.
#pragma once
#include <chrono>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace bank {

// Microseconds since 1970-01-01T00:00:00Z, as PostgreSQL's timestamptz keeps them.
struct Timestamp {
    std::int64_t us = 0;
    auto operator<=>(Timestamp const&) const = default;
};

// The last that RFC 3339 can write: 9999-12-31T23:59:59.999999Z.
inline constexpr Timestamp latest_instant{253'402'300'799'999'999};

[[nodiscard]] constexpr Timestamp operator+(Timestamp t, std::chrono::microseconds d) noexcept {
    return {t.us + d.count()};
}
[[nodiscard]] constexpr std::chrono::microseconds operator-(Timestamp a, Timestamp b) noexcept {
    return std::chrono::microseconds{a.us - b.us};
}

// "2026-03-01T12:00:00.000000Z".
[[nodiscard]] std::string to_string(Timestamp time);

// RFC 3339 with "Z" or a numeric offset, in either case, years 1970..9999; of up to nine fractional
// digits what is below a microsecond is cut off. A date alone ("2026-03-01") is its first instant,
// and a leap second (23:59:60Z) the first of the next day.
[[nodiscard]] std::optional<Timestamp> parse_timestamp(std::string_view text) noexcept;

// Where time comes from; nothing else asks the system. Threads: any.
class Clock {
public:
    virtual ~Clock() = default;
    [[nodiscard]] virtual Timestamp now() const = 0;
    // Never goes back; for waits and rates.
    [[nodiscard]] virtual std::chrono::steady_clock::time_point steady() const = 0;
};

class SystemClock final : public Clock {
public:
    [[nodiscard]] Timestamp now() const override;
    [[nodiscard]] std::chrono::steady_clock::time_point steady() const override;
};

}  // namespace bank
