// Long answers made shorter for those who understand that.
//
// Never what holds a secret: next to bytes that somebody else chose, its length would tell of it
// (BREACH). What remains is asked for with a token that no foreign page can send.
#pragma once
#include <string_view>

#include "plugins/rest/http/response.hpp"

namespace bank::rest {

// Smaller ones fit one packet as they are.
inline constexpr std::size_t compressed_size_min = 1024;

// Replaces a long JSON body by its gzip form (RFC 1952) if `accept_encoding` allows that.
void compress(Response& response, std::string_view accept_encoding);

// The client's Accept-Encoding names this coding and does not refuse it.
[[nodiscard]] bool accepts(std::string_view accept_encoding, std::string_view wanted) noexcept;

}  // namespace bank::rest
