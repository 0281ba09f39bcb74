#include "core/access/source_prefix.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

namespace bank::access {
namespace {

constexpr std::array<std::uint8_t, 12> v4_in_v6{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
constexpr std::size_t v4_size = 4;

struct Address {
    std::array<std::uint8_t, 16> bytes{};
    bool is_v4 = false;  // In the first four bytes.
};

std::optional<Address> parse(std::string_view ip) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (ip.size() >= text.size() || ip.find('\0') != std::string_view::npos) return std::nullopt;
    std::ranges::copy(ip, text.begin());

    Address address;
    address.is_v4 = inet_pton(AF_INET, text.data(), address.bytes.data()) == 1;
    if (address.is_v4) return address;
    if (inet_pton(AF_INET6, text.data(), address.bytes.data()) != 1) return std::nullopt;
    if (std::equal(v4_in_v6.begin(), v4_in_v6.end(), address.bytes.begin())) {
        Address mapped{.is_v4 = true};
        std::copy_n(address.bytes.begin() + v4_in_v6.size(), v4_size, mapped.bytes.begin());
        return mapped;
    }
    return address;
}

// "192.0.2.0/24"; `bits` in whole bytes.
std::string network_of(Address address, std::size_t bits) {
    std::fill(address.bytes.begin() + static_cast<std::ptrdiff_t>(bits / 8), address.bytes.end(),
              std::uint8_t{0});
    std::array<char, INET6_ADDRSTRLEN> text{};
    auto const family = address.is_v4 ? AF_INET : AF_INET6;
    if (inet_ntop(family, address.bytes.data(), text.data(), text.size()) == nullptr) {
        return "unknown";
    }
    return std::string(text.data()) + '/' + std::to_string(bits);
}

}  // namespace

std::string source_prefix(std::string_view ip) {
    auto const address = parse(ip);
    if (!address) return "unknown";
    return network_of(*address, address->is_v4 ? 32 : 64);
}

std::vector<std::string> source_networks(std::string_view ip) {
    auto const address = parse(ip);
    if (!address) return {"unknown"};
    if (address->is_v4) return {network_of(*address, 32), network_of(*address, 24)};
    return {network_of(*address, 64), network_of(*address, 56), network_of(*address, 48)};
}

}  // namespace bank::access
