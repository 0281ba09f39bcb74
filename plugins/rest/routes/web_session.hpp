// The session of the web client: its refresh token travels in a cookie that no script can read, and
// only the client's own pages can use it. So does the token of a known device, which outlives the
// session.
//
// Threads: any; nothing is kept.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "core/base/secret.hpp"
#include "plugins/rest/http/own_names.hpp"
#include "plugins/rest/http/request.hpp"
#include "plugins/rest/json/problem.hpp"

namespace bank::rest {

// What Set-Cookie says to keep the token until the browser ends, or to forget it. The name's prefix
// binds the cookie to TLS (RFC 6265bis, 4.1.3.1), its path to the operations that need it.
[[nodiscard]] std::string keep_refresh_token(Secret const& token);
[[nodiscard]] std::string forget_refresh_token();

[[nodiscard]] std::string keep_device_token(Secret const& token);

// None: there is no such cookie. Empty if there are two of the name: one was planted.
[[nodiscard]] std::optional<std::string_view> refresh_token_of(std::string_view cookie_header);
[[nodiscard]] std::optional<std::string_view> device_token_of(std::string_view cookie_header);

// Why this is not the client's own page asking; nothing if it is. A page of another site can send
// neither the header (it would need a preflight, which is never granted) nor a body of JSON; what
// the browser itself says of the page's origin is believed where it says something. foreign_host:
// the bank is not served under the name that was asked, so neither it nor what has it is one's own.
[[nodiscard]] std::optional<Problem> check_own_page(RequestHead const& head, OwnNames const& names,
                                                    std::string_view own_ip);

}  // namespace bank::rest
