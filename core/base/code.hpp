// The registry of outcomes as a type. codes.def is the list.
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

// What a caller can do about an outcome.
enum class CodeKind : std::uint8_t {
    done,             // Nothing: it happened.
    refused,          // A rule of the bank says no; another request may be accepted.
    malformed,        // Mend the request.
    too_large,        //
    unsupported,      //
    method,           //
    length,           //
    timeout,          // Send it faster.
    unauthenticated,  // Log in.
    forbidden,        // Someone else may do it, or more proof is needed.
    not_found,        //
    conflict,         // Look at the present state first.
    throttled,        // Wait for retry_after.
    unavailable,      // Wait, then repeat with the same Idempotency-Key.
    fault,            // Ours; report it.
};

[[nodiscard]] std::string_view word(Code code) noexcept;
[[nodiscard]] std::string_view title(Code code) noexcept;
[[nodiscard]] CodeKind kind(Code code) noexcept;

// Nothing if `text` is not a word of the registry.
[[nodiscard]] std::optional<Code> code_of(std::string_view text) noexcept;

// Decided under the account locks and kept for ever with the request (1..99).
[[nodiscard]] constexpr bool is_transfer_status(Code code) noexcept {
    return static_cast<std::uint16_t>(code) < 100;
}

// Safe to repeat unchanged: the Idempotency-Key keeps a repeated transfer from moving money twice.
[[nodiscard]] bool is_transient(Code code) noexcept;

}  // namespace bank
