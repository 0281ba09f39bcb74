// Takes the chunked coding (RFC 9112, section 7.1) off a body, strictly: whatever two readers could
// take for different bodies is refused.
//
// Threads: one.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace bank::rest {

class ChunkDecoder {
public:
    struct Step {
        std::size_t taken = 0;  // Bytes of the input that are used up.
        std::size_t given = 0;  // Bytes of content in the room.
    };

    // Goes on where the call before stopped: at the end of the input, of the room or of the body,
    // or at what is malformed.
    [[nodiscard]] Step decode(std::string_view input, std::span<char> room);

    // The last chunk and the empty line behind it are taken; what follows is another request.
    [[nodiscard]] bool is_complete() const noexcept { return state_ == State::complete; }
    [[nodiscard]] bool is_malformed() const noexcept { return state_ == State::malformed; }

private:
    enum class State : std::uint8_t {
        size,
        size_lf,
        content,
        content_cr,
        content_lf,
        end_cr,
        end_lf,
        complete,
        malformed,
    };
    [[nodiscard]] State after(char c);
    [[nodiscard]] State after_size(char c);

    State state_ = State::size;
    std::size_t digits_ = 0;
    std::uint64_t left_ = 0;  // Of the chunk; while its size is read, what it is so far.
};

}  // namespace bank::rest
