#include "core/base/time.hpp"

#include <fmt/format.h>

namespace bank {
namespace {

constexpr std::int64_t us_per_s = 1'000'000;
constexpr std::int64_t us_per_day = 86'400 * us_per_s;
constexpr std::int64_t year_10000_us = 253'402'300'800 * us_per_s;

// Parses exactly `count` digits and advances `text` past them.
std::optional<int> take_digits(std::string_view& text, std::size_t count) noexcept {
    if (text.size() < count) return std::nullopt;
    int value = 0;
    for (std::size_t i = 0; i < count; ++i) {
        auto const c = text[i];
        if (c < '0' || c > '9') return std::nullopt;
        value = value * 10 + (c - '0');
    }
    text.remove_prefix(count);
    return value;
}

bool take(std::string_view& text, char expected) noexcept {
    if (text.empty() || text.front() != expected) return false;
    text.remove_prefix(1);
    return true;
}

std::optional<std::int64_t> take_date_us(std::string_view& text) noexcept {
    auto const year = take_digits(text, 4);
    if (!year || *year < 1970 || !take(text, '-')) return std::nullopt;
    auto const month = take_digits(text, 2);
    if (!month || !take(text, '-')) return std::nullopt;
    auto const day = take_digits(text, 2);
    if (!day) return std::nullopt;
    std::chrono::year_month_day const date{std::chrono::year{*year},
                                           std::chrono::month{static_cast<unsigned>(*month)},
                                           std::chrono::day{static_cast<unsigned>(*day)}};
    if (!date.ok()) return std::nullopt;
    auto const days = std::chrono::sys_days{date}.time_since_epoch();
    return std::chrono::duration_cast<std::chrono::microseconds>(days).count();
}

struct ClockTime {
    std::int64_t whole_us = 0;     // Since midnight, without the fraction.
    std::int64_t fraction_us = 0;  //
    bool is_leap_second = false;
};

std::optional<ClockTime> take_clock(std::string_view& text) noexcept {
    auto const hour = take_digits(text, 2);
    if (!hour || *hour > 23 || !take(text, ':')) return std::nullopt;
    auto const minute = take_digits(text, 2);
    if (!minute || *minute > 59 || !take(text, ':')) return std::nullopt;
    auto const second = take_digits(text, 2);
    if (!second || *second > 60) return std::nullopt;
    ClockTime time{((*hour * 60LL + *minute) * 60 + *second) * us_per_s, 0, *second == 60};
    if (take(text, '.')) {
        constexpr int digits_max = 9;
        int digits = 0;
        std::int64_t unit = us_per_s / 10;
        for (; !text.empty() && text.front() >= '0' && text.front() <= '9'; unit /= 10) {
            if (++digits > digits_max) return std::nullopt;
            time.fraction_us += (text.front() - '0') * unit;
            text.remove_prefix(1);
        }
        if (digits == 0) return std::nullopt;
    }
    return time;
}

std::optional<std::int64_t> take_offset_us(std::string_view& text) noexcept {
    if (take(text, 'Z') || take(text, 'z')) return 0;
    std::int64_t const sign = !text.empty() && text.front() == '-' ? -1 : 1;
    if (!take(text, sign < 0 ? '-' : '+')) return std::nullopt;
    auto const hour = take_digits(text, 2);
    if (!hour || *hour > 23 || !take(text, ':')) return std::nullopt;
    auto const minute = take_digits(text, 2);
    if (!minute || *minute > 59) return std::nullopt;
    return sign * (*hour * 60LL + *minute) * 60 * us_per_s;
}

}  // namespace

std::string to_string(Timestamp time) {
    std::chrono::sys_time<std::chrono::microseconds> const instant{
        std::chrono::microseconds{time.us}};
    auto const day = std::chrono::floor<std::chrono::days>(instant);
    std::chrono::year_month_day const date{day};
    std::chrono::hh_mm_ss const clock{instant - day};
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z", static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                       clock.hours().count(), clock.minutes().count(), clock.seconds().count(),
                       clock.subseconds().count());
}

std::optional<Timestamp> parse_timestamp(std::string_view text) noexcept {
    auto const date = take_date_us(text);
    if (!date) return std::nullopt;
    if (text.empty()) return Timestamp{*date};
    if (!take(text, 'T') && !take(text, 't')) return std::nullopt;
    auto const clock = take_clock(text);
    if (!clock) return std::nullopt;
    auto const offset = take_offset_us(text);
    if (!offset || !text.empty()) return std::nullopt;
    auto const whole = *date + clock->whole_us - *offset;
    // Leap seconds occur only at the end of a UTC day.
    if (clock->is_leap_second && whole % us_per_day != 0) return std::nullopt;
    // An offset can move the instant out of the representable years.
    auto const us = whole + clock->fraction_us;
    if (us < 0 || us >= year_10000_us) return std::nullopt;
    return Timestamp{us};
}

Timestamp SystemClock::now() const {
    auto const since = std::chrono::system_clock::now().time_since_epoch();
    return {std::chrono::duration_cast<std::chrono::microseconds>(since).count()};
}

std::chrono::steady_clock::time_point SystemClock::steady() const {
    return std::chrono::steady_clock::now();
}

}  // namespace bank
