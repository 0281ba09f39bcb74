#include "core/access/source_prefix.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cstdint>

namespace bank::access {
namespace {

constexpr std::array<std::uint8_t, 12> v4_in_v6{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
constexpr std::size_t v6_prefix_size = 8;

template <std::size_t size>
std::string to_text(int family, std::array<std::uint8_t, size> const& bytes, char const* suffix) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (inet_ntop(family, bytes.data(), text.data(), text.size()) == nullptr) return "unknown";
    return std::string(text.data()) + suffix;
}

}  // namespace

std::string source_prefix(std::string_view ip) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (ip.size() >= text.size() || ip.find('\0') != std::string_view::npos) return "unknown";
    std::ranges::copy(ip, text.begin());

    std::array<std::uint8_t, 4> v4{};
    if (inet_pton(AF_INET, text.data(), v4.data()) == 1) return to_text(AF_INET, v4, "/32");
    std::array<std::uint8_t, 16> v6{};
    if (inet_pton(AF_INET6, text.data(), v6.data()) != 1) return "unknown";
    if (std::equal(v4_in_v6.begin(), v4_in_v6.end(), v6.begin())) {
        std::copy(v6.begin() + v4_in_v6.size(), v6.end(), v4.begin());
        return to_text(AF_INET, v4, "/32");
    }
    std::fill(v6.begin() + v6_prefix_size, v6.end(), std::uint8_t{0});
    return to_text(AF_INET6, v6, "/64");
}

}  // namespace bank::access
