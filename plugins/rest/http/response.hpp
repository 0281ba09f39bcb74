// One HTTP answer before it becomes bytes, and how it does.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/api/rate.hpp"
#include "core/metrics/label.hpp"

namespace bank::rest {

// What a page may load; an answer that is no page may load nothing.
enum class PagePolicy : std::uint8_t { nothing, own_style, docs_ui, web_client };

// Whether a browser may keep the answer: never; if it asks again each time; for as long as it
// likes, because its name holds a digest of it.
enum class Keeping : std::uint8_t { never, asking, immutable };

struct RateHeaders {
    api::Budget route = api::Budget::read;
    api::RateDecision decision;
};

struct Response {
    int status = 200;
    metrics::Route route = metrics::Route::unknown;      // For the figures alone.
    std::string_view content_type = "application/json";  // Must outlive the answer.
    std::string body;
    std::string_view lasting_body;  // Instead of `body`: something that outlives the answer.
    std::string location;
    std::string link;
    std::string allow;
    std::vector<std::string> set_cookies;
    std::string_view www_authenticate;
    std::string_view etag;
    std::string_view content_encoding;
    std::optional<RateHeaders> rate;
    std::uint32_t retry_after_s = 0;
    PagePolicy page_policy = PagePolicy::nothing;
    Keeping keeping = Keeping::never;
    bool is_replay = false;
    bool closes = false;        // The connection ends after this answer.
    bool holds_secret = false;  // Its bytes are wiped once sent.

    [[nodiscard]] std::string_view content() const noexcept {
        return lasting_body.empty() ? std::string_view(body) : lasting_body;
    }
};

[[nodiscard]] std::string_view reason_phrase(int status) noexcept;

struct Framing {
    std::string_view request_id;
    std::string_view date;  // IMF-fixdate.
    bool is_secure = false;
    bool is_head = false;     // Headers as for GET, and no body.
    bool is_chunked = false;  // The head alone; the body follows in chunks.
};

// Appends the whole answer to `out`. Every value was made here or checked on its way in, so none
// holds CR or LF.
void append_response(std::string& out, Response const& response, Framing const& framing);

}  // namespace bank::rest
