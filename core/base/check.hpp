// Assertions for bugs, never for input: a failed check ends the process, because a bank in an
// inconsistent state must not continue.
#pragma once

namespace bank {
[[noreturn]] void check_failed(char const* what, char const* file, int line) noexcept;
}  // namespace bank

// NOLINTBEGIN(cppcoreguidelines-macro-usage)
#define BANK_CHECK(condition) \
    (static_cast<bool>(condition) ? void(0) : ::bank::check_failed(#condition, __FILE__, __LINE__))
#define BANK_UNREACHABLE() ::bank::check_failed("unreachable", __FILE__, __LINE__)
// NOLINTEND(cppcoreguidelines-macro-usage)
