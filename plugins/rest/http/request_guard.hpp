// Decides which requests are HTTP, before anything looks at what they ask for. Stricter than the
// standard wherever two readers of the same bytes could disagree: that is how requests are
// smuggled.
//
// Threads: any; nothing is kept.
#pragma once
#include <cstddef>
#include <optional>
#include <string_view>

#include "core/base/code.hpp"
#include "plugins/rest/http/request.hpp"

namespace bank::rest {

inline constexpr std::size_t head_size_max = 16'384;
inline constexpr std::size_t target_size_max = 4'096;
inline constexpr std::size_t header_count_max = 64;

// Why a request is not served. The connection is closed after the answer: where the next request
// begins is no longer certain.
struct Refusal {
    Code code = Code::malformed_request;
    int status = 400;
    std::string_view message;  // One sentence; holds nothing that the client sent.
};

// Looks for the end of a head in bytes that arrive bit by bit.
class HeadScanner {
public:
    // The size of the head with its empty line, once `bytes` holds all of it. Precondition: each
    // call sees the bytes of the call before, and perhaps more.
    [[nodiscard]] std::optional<std::size_t> find_end(std::string_view bytes);

    // Set as soon as the bytes so far cannot become a good head.
    [[nodiscard]] std::optional<Refusal> const& refusal() const noexcept { return refusal_; }

private:
    std::size_t scanned_ = 0;
    std::size_t line_size_ = 0;
    std::optional<Refusal> refusal_;
};

// How large bodies may be, and the one target to which they may be streamed.
struct BodyBounds {
    std::size_t size_max = 0;
    std::size_t streamed_size_max = 0;
    // Only a request line that is exactly "POST <target> HTTP/1.1" may come with chunks. Empty:
    // none.
    std::string_view streamed_target;
};

// Fills `head` from `bytes`, one whole head as HeadScanner found it.
[[nodiscard]] std::optional<Refusal> read_head(std::string_view bytes, BodyBounds const& bounds,
                                               RequestHead& head);

}  // namespace bank::rest
