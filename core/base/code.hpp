// Outcome codes, as an enumeration of codes.def.
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

namespace bank {

enum class Code : std::uint16_t {
#define BANK_CODE(number, word, kind, title) word = (number),
#include "core/base/codes.def"
#undef BANK_CODE
};

// The caller's next step after an outcome.
enum class CodeKind : std::uint8_t {
    done,             // Success; nothing to do.
    refused,          // A rule of the bank forbids it; another request may be accepted.
    malformed,        // Correct the request.
    too_large,        //
    unsupported,      //
    method,           //
    length,           //
    timeout,          // Send it faster.
    unauthenticated,  // Log in.
    forbidden,        // Requires another user or stronger authentication.
    not_found,        //
    conflict,         // Read the current state first.
    throttled,        // Wait for retry_after.
    unavailable,      // Wait, then repeat with the same Idempotency-Key.
    fault,            // A bug of the bank; report it.
};

[[nodiscard]] std::string_view word(Code code) noexcept;
[[nodiscard]] std::string_view title(Code code) noexcept;
[[nodiscard]] CodeKind kind(Code code) noexcept;

// nullopt if `text` is not a word of the registry.
[[nodiscard]] std::optional<Code> code_of(std::string_view text) noexcept;

// Decided under the account locks and stored permanently with the request (1..99).
[[nodiscard]] constexpr bool is_transfer_status(Code code) noexcept {
    return static_cast<std::uint16_t>(code) < 100;
}

// Safe to retry unchanged: the Idempotency-Key prevents a second transfer.
[[nodiscard]] bool is_transient(Code code) noexcept;

}  // namespace bank
