// The client network of a source address.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace bank::access {

// "192.0.2.7/32" or "2001:db8:1:2::/64": one IPv4 address, or the smallest network of an IPv6
// subscriber. An IPv4-mapped IPv6 address (::ffff:192.0.2.7) counts as its IPv4 address. Anything
// but a numeric address is "unknown"; all of these share one budget.
[[nodiscard]] std::string source_prefix(std::string_view ip);

// source_prefix(), and the wider networks that one party may have to itself, the smallest first:
// /32 and /24, or /64, /56 and /48. Of "unknown" nothing else.
[[nodiscard]] std::vector<std::string> source_networks(std::string_view ip);

}  // namespace bank::access
