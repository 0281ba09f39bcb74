// The front ends of the bank.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace bank::api {

// Decides what a caller may present: a LocalPeer on the admin front end, a token on the others.
enum class FrontEnd : std::uint8_t { rest, admin };

inline constexpr std::size_t front_ends_count = 2;

[[nodiscard]] constexpr std::string_view to_string(FrontEnd front_end) noexcept {
    return front_end == FrontEnd::rest ? "rest" : "admin";
}

}  // namespace bank::api
