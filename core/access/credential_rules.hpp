// Rules for new user names, passwords and PINs.
#pragma once
#include <string_view>

#include "core/base/result.hpp"
#include "core/base/secret.hpp"

namespace bank::access {

// 3..64 of a-z, 0-9, '.', '_', '-', starting with a letter: no two names look alike, and none can
// be mistaken for "os:<uid>". invalid_field.
[[nodiscard]] Status check_user_name(std::string_view user_name);

// 8..256 bytes of UTF-8; not the user name, not one character repeated, not on the short blocklist
// of the most common passwords (NIST SP 800-63B 5.1.1.2: length and a blocklist, no composition
// rules). secret_too_weak.
[[nodiscard]] Status check_new_password(Secret const& password, std::string_view user_name);

// 4..12 digits; not one digit repeated, not a run like 1234 or 9876. secret_too_weak.
[[nodiscard]] Status check_new_pin(Secret const& pin);

}  // namespace bank::access
