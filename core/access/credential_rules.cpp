#include "core/access/credential_rules.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "core/base/bounds.hpp"
#include "core/base/text.hpp"

namespace bank::access {
namespace {

// The most common passwords that satisfy the length rule, in lower case.
constexpr auto blocklist = std::to_array<std::string_view>({
    "password",   "password1", "passw0rd",  "password123", "123456789", "12345678",   "1234567890",
    "qwertyuiop", "qwerty123", "iloveyou",  "sunshine",    "princess",  "football",   "baseball",
    "superman",   "welcome1",  "letmein1",  "trustno1",    "admin123",  "adminadmin", "changeme",
    "secret123",  "abcd1234",  "1q2w3e4r",  "1qaz2wsx",    "zaq12wsx",  "asdfghjkl",  "computer",
    "whatever",   "starwars",  "dragon123", "monkey123",   "michael1",  "jennifer",
});

Error weak(std::string field, std::string message) {
    return {
        .code = Code::secret_too_weak, .field = std::move(field), .message = std::move(message)};
}

// One character repeated. Precondition: well-formed UTF-8, not empty.
bool is_one_character(std::string_view text) {
    auto const size = text.size() / count_characters(text);
    if (size * count_characters(text) != text.size()) return false;
    return text.substr(size) == text.substr(0, text.size() - size);
}

bool is_run(std::string_view digits, int step) {
    for (std::size_t i = 1; i < digits.size(); ++i) {
        if (digits[i] - digits[i - 1] != step) return false;
    }
    return true;
}

std::string lower(std::string_view text) {
    std::string lowered(text);
    for (auto& c : lowered) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return lowered;
}

}  // namespace

Status check_user_name(std::string_view user_name) {
    auto const is_allowed = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
    };
    auto const size_fits = user_name.size() >= bounds::user_name_size_min &&
                           user_name.size() <= bounds::user_name_size_max;
    if (size_fits && user_name.front() >= 'a' && user_name.front() <= 'z' &&
        std::all_of(user_name.begin(), user_name.end(), is_allowed)) {
        return Done{};
    }
    return Error{
        .code = Code::invalid_field,
        .field = "/user_name",
        .message =
            "A username has 3 to 64 characters from a-z, 0-9, '.', '_' and '-', and starts "
            "with a letter."};
}

Status check_new_password(Secret const& password, std::string_view user_name) {
    auto const text = password.reveal();
    if (!is_utf8(text)) return weak("/password", "A password must be UTF-8.");
    auto const size = count_characters(text);
    if (size < bounds::password_size_min) {
        return weak("/password", "A password must have at least 8 characters.");
    }
    if (size > bounds::password_size_max) {
        return weak("/password", "A password must have at most 256 characters.");
    }
    auto lowered = lower(text);
    auto const is_guessable =
        is_one_character(text) || lowered == lower(user_name) ||
        std::find(blocklist.begin(), blocklist.end(), lowered) != blocklist.end();
    wipe(lowered);
    if (is_guessable) return weak("/password", "This password is too easy to guess.");
    return Done{};
}

Status check_new_pin(Secret const& pin) {
    auto const digits = pin.reveal();
    auto const is_digit = [](char c) { return c >= '0' && c <= '9'; };
    if (digits.size() < bounds::pin_size_min || digits.size() > bounds::pin_size_max ||
        !std::all_of(digits.begin(), digits.end(), is_digit)) {
        return weak("/pin", "A PIN must have 4 to 12 digits.");
    }
    if (is_one_character(digits) || is_run(digits, 1) || is_run(digits, -1)) {
        return weak("/pin", "A PIN must not repeat one digit or be a sequence such as 1234.");
    }
    return Done{};
}

}  // namespace bank::access
