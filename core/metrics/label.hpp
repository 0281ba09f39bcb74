// Metric labels and their values. No label identifies a person or an account, and each has a short
// fixed list of values: requests cannot create new series.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "core/api/rate.hpp"
#include "core/api/system.hpp"
#include "core/api/transfers.hpp"
#include "core/base/code.hpp"
#include "core/operations/list.hpp"

namespace bank::metrics {

enum class Label : std::uint8_t {
    none,
    version,     // Of bankd; the only label without a list of values.
    operation,   // Of core/operations.
    outcome,     // "ok" or a word of codes.def.
    kind,        // Of a transfer.
    readiness,   //
    throttle,    // Reason for turning requests away.
    connection,  // Whether it is in use.
    front_end,   //
    process,     //
    route,       // A class of routes of the REST interface.
    status,      // HTTP status.
    job,         // A scheduled job.
};

[[nodiscard]] std::string_view name_of(Label label) noexcept;
// Ordered by place. Precondition: neither none nor version.
[[nodiscard]] std::span<std::string_view const> words_of(Label label) noexcept;

// Enumerators are the places of the labels' words. An operation's is operations::place_of().
enum class Throttle : std::uint16_t {
    login_rate,    // Budgets of a source or user, by class of route.
    read_rate,     //
    write_rate,    //
    money_rate,    //
    login_delay,   // Growing delays after failed logins.
    hashing_full,  // Too many passwords and PINs wait for verification.
    posting_full,  // Too many transfers wait for a lane.
};

enum class Connection : std::uint16_t { busy, idle };
enum class Process : std::uint16_t { core, rest, admin };

enum class Route : std::uint16_t {
    login,
    read,
    write,
    money,
    batch,      // A stream of transfers.
    page,       // Health, documentation and the like: not counted against a budget.
    unknown,    // No such path or method.
    malformed,  // Rejected by the parser.
};

namespace detail {
enum class OutcomePlace : std::uint16_t {
    ok,
#define BANK_CODE(number, word, kind, title) word,
#include "core/base/codes.def"
#undef BANK_CODE
    count,
};
enum class JobCount : std::uint16_t {
#define BANK_JOB(name, timing, missed, every_s, at_s, meaning) name,
#include "core/jobs/jobs.def"
#undef BANK_JOB
    count,
};
}  // namespace detail

inline constexpr std::size_t operations_count = operations::All::size;
inline constexpr std::size_t jobs_count = static_cast<std::size_t>(detail::JobCount::count);
inline constexpr std::size_t outcomes_count = static_cast<std::size_t>(detail::OutcomePlace::count);
inline constexpr std::size_t kinds_count = api::kinds_count;
inline constexpr std::size_t readinesses_count = 7;
inline constexpr std::size_t throttles_count = 7;
using api::front_ends_count;
inline constexpr std::size_t routes_count = 8;
inline constexpr std::size_t statuses_count = 28;

inline constexpr std::uint16_t ok_place = 0;

[[nodiscard]] constexpr std::uint16_t place_of(Code code) noexcept {
    switch (code) {
#define BANK_CODE(number, word, kind, title) \
    case Code::word:                         \
        return static_cast<std::uint16_t>(detail::OutcomePlace::word);
#include "core/base/codes.def"
#undef BANK_CODE
    }
    return ok_place;
}

// The place of an HTTP status; that of "other" if the REST interface never sends it.
[[nodiscard]] std::uint16_t place_of_status(int status) noexcept;

}  // namespace bank::metrics
