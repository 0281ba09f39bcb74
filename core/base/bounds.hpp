// All bounds of the system that are not settings, with their units. Sizes of texts for people are
// in characters (code points), as in JSON Schema; all other sizes are in bytes.
#pragma once
#include <cstddef>
#include <cstdint>
#include <limits>

namespace bank::bounds {

// Largest integer that every JSON client represents exactly (2^53 - 1).
inline constexpr std::int64_t exact_max = 9'007'199'254'740'991;
inline constexpr std::int64_t amount_max = exact_max;  // Minor units.
inline constexpr std::size_t idempotency_key_size_max = 255;
inline constexpr std::size_t reference_size_max = 140;  // As in ISO 20022 remittance information.
inline constexpr std::size_t name_size_max = 140;
inline constexpr std::size_t user_name_size_min = 3;
inline constexpr std::size_t user_name_size_max = 64;
inline constexpr std::size_t password_size_min = 8;
inline constexpr std::size_t password_size_max = 256;
inline constexpr std::size_t forgotten_password_text_size_max = 500;
inline constexpr std::size_t pin_size_min = 4;
inline constexpr std::size_t pin_size_max = 12;
inline constexpr std::size_t token_size_max = 4096;     // Of an access or refresh token.
inline constexpr std::size_t account_no_size_max = 34;  // ISO 13616.
inline constexpr std::size_t ip_size_max = 45;
inline constexpr std::size_t request_id_size_max = 36;
inline constexpr std::size_t word_size_max = 64;  // Of an action, a code or another word.
inline constexpr std::int64_t id_max = std::numeric_limits<std::int64_t>::max();
inline constexpr std::size_t user_agent_size_max = 256;
inline constexpr std::size_t reason_size_max = 200;
inline constexpr std::size_t page_limit_max = 100;
inline constexpr std::size_t page_limit_default = 20;
inline constexpr std::size_t cursor_size_max = 128;
inline constexpr std::size_t linked_transfers_max = 100;
inline constexpr std::int64_t hold_lifetime_s_max = 2'678'400;    // 31 days.
inline constexpr std::int64_t hold_lifetime_s_default = 604'800;  // 7 days.
inline constexpr std::size_t session_random_size = 16;
inline constexpr std::size_t session_secret_size = session_random_size + sizeof(std::int64_t);
inline constexpr std::int64_t access_token_lifetime_s_max = 86'400;

}  // namespace bank::bounds
