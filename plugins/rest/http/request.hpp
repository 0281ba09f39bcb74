// One HTTP request as the handlers see it. Every view points into the connection's buffer and dies
// with the request.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace bank::rest {

enum class Method : std::uint8_t { get, head, post, put, delete_, other };

[[nodiscard]] std::string_view to_string(Method method) noexcept;

struct RequestHead {
    Method method = Method::other;
    std::string_view path;   // From '/', without the query.
    std::string_view query;  // After '?', without it.
    std::string_view content_type;
    std::string_view authorization;
    std::string_view idempotency_key;
    std::string_view user_agent;
    std::string_view if_none_match;
    std::string_view accept_encoding;
    std::string_view host;
    std::string_view cookie;
    std::string_view origin;          // Of the page that asks, as its browser says.
    std::string_view sec_fetch_site;  // What that page is to this bank, as its browser says.
    std::string_view bankd_client;    // The web client names itself; no page of others can.
    std::optional<std::size_t> content_length;  // Nothing: no such header, so no body.
    bool has_idempotency_key = false;           // It may be there and empty.
    bool is_streamed = false;  // The body is not read before the request is answered, but with it.
    bool is_chunked = false;   // Only of a streamed one, and then there is no content_length.
    bool expects_continue = false;
    bool keeps_alive = false;
};

}  // namespace bank::rest
