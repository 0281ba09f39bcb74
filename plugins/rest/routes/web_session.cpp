#include "plugins/rest/routes/web_session.hpp"

#include <fmt/format.h>

#include "plugins/rest/http/ascii.hpp"

namespace bank::rest {
namespace {

constexpr std::string_view refresh_name = "__Secure-bankd-refresh";
constexpr std::string_view device_name = "__Secure-bankd-device";
constexpr std::string_view attributes = "Path=/v1/web-session; Secure; HttpOnly; SameSite=Strict";
// 400 days, the longest that browsers keep a cookie. The bank may forget the device earlier.
constexpr std::string_view device_lifetime = "Max-Age=34560000";

Problem refusal(std::string name, std::string message) {
    return invalid_field({FieldError::Place::header, std::move(name), std::move(message)});
}

std::optional<std::string_view> cookie_of(std::string_view header, std::string_view name) {
    std::optional<std::string_view> value;
    while (!header.empty()) {
        auto const pair = ascii::trim(header.substr(0, header.find(';')));
        header.remove_prefix(std::min(header.find(';'), header.size() - 1) + 1);
        auto const equals = pair.find('=');
        if (equals == std::string_view::npos || pair.substr(0, equals) != name) continue;
        if (value) return std::string_view{};
        value = pair.substr(equals + 1);
    }
    return value;
}

}  // namespace

std::string keep_refresh_token(Secret const& token) {
    return fmt::format("{}={}; {}", refresh_name, token.reveal(), attributes);
}

std::string forget_refresh_token() {
    return fmt::format("{}=; {}; Max-Age=0", refresh_name, attributes);
}

std::string keep_device_token(Secret const& token) {
    return fmt::format("{}={}; {}; {}", device_name, token.reveal(), attributes, device_lifetime);
}

std::optional<std::string_view> refresh_token_of(std::string_view cookie_header) {
    return cookie_of(cookie_header, refresh_name);
}

std::optional<std::string_view> device_token_of(std::string_view cookie_header) {
    return cookie_of(cookie_header, device_name);
}

std::optional<Problem> check_own_page(RequestHead const& head, OwnNames const& names,
                                      std::string_view own_ip) {
    if (head.bankd_client != "web") {
        return refusal("Bankd-Client", "Must be web. Other clients use /v1/login.");
    }
    if (!names.have(head.host, own_ip)) {
        auto problem = refusal("Host", "Must be a name of [rest] own_names, or of its default.");
        problem.code = Code::foreign_host;
        return problem;
    }
    if (!head.sec_fetch_site.empty() && head.sec_fetch_site != "same-origin") {
        return refusal("Sec-Fetch-Site", "Must be same-origin.");
    }
    if (!head.origin.empty() && !names.is_own_origin(head.origin, head.host, own_ip)) {
        return refusal("Origin", "Must be the origin of this bank.");
    }
    return std::nullopt;
}

}  // namespace bank::rest
