// Whom a source address stands for.
#pragma once
#include <string>
#include <string_view>

namespace bank::ratelimit {

// "192.0.2.7/32" or "2001:db8:1:2::/64": one IPv4 address, or the network that one IPv6 subscriber
// has at least. An IPv4 address inside IPv6 (::ffff:192.0.2.7) is that IPv4 address. Whatever is
// not a numeric address is "unknown", so that all such share one budget.
[[nodiscard]] std::string source_prefix(std::string_view ip);

}  // namespace bank::ratelimit
