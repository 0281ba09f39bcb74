#include "core/access/one_time_password.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "core/base/random.hpp"

namespace bank::access {
namespace {

// Without i, l, 1, o and 0.
constexpr std::string_view alphabet = "abcdefghjkmnpqrstuvwxyz23456789";
constexpr std::size_t group_count = 4;
constexpr std::size_t group_size = 4;

// Uniform by rejection sampling: a number beyond the alphabet is drawn again.
char random_character() {
    constexpr std::uint8_t mask = 31;
    static_assert(alphabet.size() <= mask + 1U && alphabet.size() > (mask + 1U) / 2);
    while (true) {
        std::uint8_t drawn = 0;
        fill_random(std::span(&drawn, 1));
        auto const index = static_cast<std::size_t>(drawn & mask);
        if (index < alphabet.size()) return alphabet[index];
    }
}

}  // namespace

Secret make_one_time_password() {
    std::string text;
    text.reserve(group_count * (group_size + 1));  // Growth would leave copies behind.
    for (std::size_t group = 0; group < group_count; ++group) {
        if (group > 0) text += '-';
        for (std::size_t i = 0; i < group_size; ++i) text += random_character();
    }
    return Secret::take(text);
}

}  // namespace bank::access
