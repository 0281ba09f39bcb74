#include "plugins/rest/http/request_guard.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>

#include "core/base/text.hpp"
#include "plugins/rest/http/ascii.hpp"

namespace bank::rest {
namespace {

namespace http = boost::beast::http;

// Beast decides what the grammar of RFC 9112 allows. Its message type would copy each header to the
// heap; this keeps views of the few that matter.
class HeadParser final : public http::basic_parser<true> {
public:
    explicit HeadParser(RequestHead& head) : head_(head) {
        skip(true);
        header_limit(head_size_max);
    }

    std::string_view target;
    std::string_view method;
    std::string_view content_length;
    int version = 0;
    int hosts = 0;
    bool has_repeated = false;
    bool has_content_encoding = false;
    std::string_view expect;
    bool has_expect = false;

private:
    using Text = boost::beast::string_view;
    using ErrorCode = boost::beast::error_code;

    static std::string_view view(Text text) { return {text.data(), text.size()}; }

    void on_request_impl(http::verb, Text method_text, Text target_text, int version_number,
                         ErrorCode&) override {
        method = view(method_text);
        target = view(target_text);
        version = version_number;
    }

    void on_field_impl(http::field name, Text name_text, Text value_text, ErrorCode&) override {
        auto const value = view(value_text);
        // No default: the rest of some 350 names is of no use here.
        if (name == http::field::host) {
            ++hosts;
            head_.host = value;
        } else if (name == http::field::content_length) {
            once(seen_length_, content_length, value);
        } else if (name == http::field::content_type) {
            once(seen_type_, head_.content_type, value);
        } else if (name == http::field::authorization) {
            once(seen_authorization_, head_.authorization, value);
        } else if (name == http::field::user_agent) {
            once(seen_agent_, head_.user_agent, value);
        } else if (name == http::field::expect) {
            once(has_expect, expect, value);
        } else if (name == http::field::cookie) {
            once(seen_cookie_, head_.cookie, value);
        } else if (name == http::field::origin) {
            once(seen_origin_, head_.origin, value);
        } else if (name == http::field::if_none_match) {
            head_.if_none_match = value;
        } else if (name == http::field::accept_encoding) {
            head_.accept_encoding = value;
        } else if (name == http::field::content_encoding) {
            has_content_encoding = true;
        } else if (name == http::field::unknown) {
            on_unknown_field(view(name_text), value);
        }
    }

    // Those that Beast has no word for.
    void on_unknown_field(std::string_view name, std::string_view value) {
        if (ascii::equal_ignoring_case(name, "Idempotency-Key")) {
            once(head_.has_idempotency_key, head_.idempotency_key, value);
        } else if (ascii::equal_ignoring_case(name, "Sec-Fetch-Site")) {
            once(seen_site_, head_.sec_fetch_site, value);
        } else if (ascii::equal_ignoring_case(name, "Bankd-Client")) {
            once(seen_client_, head_.bankd_client, value);
        }
    }

    void once(bool& seen, std::string_view& slot, std::string_view value) {
        has_repeated = has_repeated || seen;
        seen = true;
        slot = value;
    }

    void on_response_impl(int, Text, int, ErrorCode&) override {}
    void on_header_impl(ErrorCode&) override {}
    void on_body_init_impl(boost::optional<std::uint64_t> const&, ErrorCode&) override {}
    std::size_t on_body_impl(Text, ErrorCode&) override { return 0; }
    void on_chunk_header_impl(std::uint64_t, Text, ErrorCode&) override {}
    std::size_t on_chunk_body_impl(std::uint64_t, Text, ErrorCode&) override { return 0; }
    void on_finish_impl(ErrorCode&) override {}

    RequestHead& head_;
    bool seen_length_ = false;
    bool seen_type_ = false;
    bool seen_authorization_ = false;
    bool seen_agent_ = false;
    bool seen_cookie_ = false;
    bool seen_origin_ = false;
    bool seen_site_ = false;
    bool seen_client_ = false;
};

Refusal malformed(std::string_view message) {
    return {Code::malformed_request, 400, message};
}
Refusal too_large(std::string_view message) {
    return {Code::request_too_large, 413, message};
}

// Before the head is parsed, since it decides how strictly.
bool is_streamed_line(std::string_view line, std::string_view target) {
    constexpr std::string_view method = "POST ";
    constexpr std::string_view version = " HTTP/1.1";
    return !target.empty() && line.size() == method.size() + target.size() + version.size() &&
           line.substr(0, method.size()) == method &&
           line.substr(method.size(), target.size()) == target &&
           line.substr(method.size() + target.size()) == version;
}

std::optional<Refusal> check_header_line(std::string_view line, RequestHead& head) {
    if (line.front() == ' ' || line.front() == '\t') return malformed("A header is folded.");
    auto const colon = line.find(':');
    if (colon == std::string_view::npos || !ascii::is_token(line.substr(0, colon))) {
        return malformed("A header name is not a token.");
    }
    if (!ascii::equal_ignoring_case(line.substr(0, colon), "Transfer-Encoding")) {
        return std::nullopt;
    }
    // Whatever the coding: a body without a length is not served, and one with both is an attack.
    if (!head.is_streamed) {
        return Refusal{Code::length_required, 411, "Transfer-Encoding is not supported here."};
    }
    // One header and one word: a list, a parameter or a second header is where readers differ.
    auto const coding = ascii::trim(line.substr(colon + 1));
    if (head.is_chunked || !ascii::equal_ignoring_case(coding, "chunked")) {
        return malformed("The only supported transfer coding is chunked, once.");
    }
    head.is_chunked = true;
    return std::nullopt;
}

// Precondition: `bytes` ends in an empty line and every line in CRLF, as HeadScanner saw to.
std::optional<Refusal> check_lines(std::string_view bytes, RequestHead& head) {
    std::size_t begin = bytes.find("\r\n") + 2;
    std::size_t count = 0;
    while (bytes.substr(begin, 2) != "\r\n") {
        auto const end = bytes.find("\r\n", begin);
        if (++count > header_count_max) return too_large("Too many headers.");
        if (auto refusal = check_header_line(bytes.substr(begin, end - begin), head)) {
            return refusal;
        }
        begin = end + 2;
    }
    return std::nullopt;
}

Method method_of(std::string_view word) {
    for (auto const method :
         {Method::get, Method::head, Method::post, Method::put, Method::delete_}) {
        if (word == to_string(method)) return method;
    }
    return Method::other;
}

std::optional<Refusal> split_target(std::string_view target, RequestHead& head) {
    if (target.size() > target_size_max) return too_large("The URI exceeds 4096 bytes.");
    if (target.empty() || target.front() != '/') return malformed("The target is not a path.");
    for (auto const c : target) {
        if (!ascii::is_target_character(c))
            return malformed("The URI contains an invalid character.");
    }
    auto const question = target.find('?');
    head.path = target.substr(0, question);
    head.query =
        question == std::string_view::npos ? std::string_view{} : target.substr(question + 1);
    return std::nullopt;
}

std::optional<Refusal> read_length(HeadParser const& parser, BodyBounds const& bounds,
                                   RequestHead& head) {
    if (parser.content_length.data() == nullptr) return std::nullopt;
    if (head.is_chunked)
        return malformed("Content-Length and Transfer-Encoding must not be combined.");
    auto const length = parse_int64(parser.content_length);
    if (parser.content_length.find_first_not_of("0123456789") != std::string_view::npos ||
        !length) {
        return malformed("Content-Length is not a number.");
    }
    auto const size_max = head.is_streamed ? bounds.streamed_size_max : bounds.size_max;
    if (static_cast<std::uint64_t>(*length) > size_max) {
        return too_large("The body is larger than the bank accepts.");
    }
    head.content_length = static_cast<std::size_t>(*length);
    auto const is_bodiless =
        head.method == Method::get || head.method == Method::head || head.method == Method::delete_;
    if (is_bodiless && *length > 0) return malformed("This method does not allow a body.");
    return std::nullopt;
}

}  // namespace

std::string_view to_string(Method method) noexcept {
    switch (method) {
    case Method::get: return "GET";
    case Method::head: return "HEAD";
    case Method::post: return "POST";
    case Method::put: return "PUT";
    case Method::delete_: return "DELETE";
    case Method::other: return "";
    }
    return "";
}

std::optional<std::size_t> HeadScanner::find_end(std::string_view bytes) {
    for (; scanned_ < bytes.size() && !refusal_; ++scanned_) {
        auto const c = static_cast<unsigned char>(bytes[scanned_]);
        if (scanned_ >= head_size_max) {
            refusal_ = too_large("The head of the request is too large.");
        } else if (c == '\n') {
            if (scanned_ == 0 || bytes[scanned_ - 1] != '\r') {
                refusal_ = malformed("A line ends without CR.");
            } else if (line_size_ == 1) {  // The CR alone.
                if (scanned_ > 1) return ++scanned_;
                refusal_ = malformed("The request begins with an empty line.");
            }
            line_size_ = 0;
        } else if (scanned_ > 0 && bytes[scanned_ - 1] == '\r') {
            refusal_ = malformed("A line contains a CR.");
        } else if ((c < 0x20 && c != '\t' && c != '\r') || c == 0x7f) {
            refusal_ = malformed("The head contains a control character.");
        } else {
            ++line_size_;
        }
    }
    return std::nullopt;
}

std::optional<Refusal> read_head(std::string_view bytes, BodyBounds const& bounds,
                                 RequestHead& head) {
    head = {};
    auto const request_line = bytes.substr(0, bytes.find("\r\n"));
    head.is_streamed = is_streamed_line(request_line, bounds.streamed_target);
    if (auto refusal = check_lines(bytes, head)) return refusal;
    HeadParser parser(head);
    boost::beast::error_code error;
    parser.put(boost::asio::const_buffer(bytes.data(), bytes.size()), error);
    if (parser.target.size() > target_size_max) return too_large("The URI is too long.");
    if (error || !parser.is_header_done()) return malformed("This is not an HTTP/1.1 request.");
    if (parser.version != 10 && parser.version != 11)
        return malformed("The HTTP version is not supported.");
    // HTTP/1.0 has no Host, and an empty one names no authority (RFC 9112, section 3.2): probes of
    // balancers send both.
    if (parser.hosts > 1 || (parser.hosts == 0 && parser.version == 11)) {
        return malformed("Exactly one Host header is required.");
    }
    if (parser.has_repeated) return malformed("A header that must be unique is repeated.");
    head.method = method_of(parser.method);
    if (auto refusal = split_target(parser.target, head)) return refusal;
    if (auto refusal = read_length(parser, bounds, head)) return refusal;
    if (parser.has_content_encoding) {
        return Refusal{Code::unsupported_media_type, 415, "Content-Encoding is not supported."};
    }
    if (parser.has_expect && !ascii::equal_ignoring_case(parser.expect, "100-continue")) {
        return Refusal{Code::malformed_request, 417, "This expectation is not supported."};
    }
    head.expects_continue = parser.has_expect && parser.version == 11;
    head.keeps_alive = parser.version == 11 && parser.keep_alive();
    return std::nullopt;
}

}  // namespace bank::rest
