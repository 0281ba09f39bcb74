// The content of a streamed body, whether its length was announced or it comes in chunks.
//
// Threads: one.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "plugins/rest/http/chunk_decoder.hpp"
#include "plugins/rest/http/intake.hpp"
#include "plugins/rest/http/request.hpp"

namespace bank::rest {

class BodySource {
public:
    enum class Outcome : std::uint8_t {
        some,       // At least one byte.
        end,        // All of it was read; what is unread in the intake is another request.
        waits,      // Nothing is there yet.
        closed,     // The other side has gone before the end.
        malformed,  // The coding is broken.
        too_large,
    };

    // `intake` holds what follows the head, and must outlive the BodySource. The guard has seen to
    // it that `head` has exactly one of length and coding.
    BodySource(Intake& intake, RequestHead const& head, std::size_t size_max)
        : intake_(intake),
          is_chunked_(head.is_chunked),
          left_(head.content_length.value_or(size_max)) {}

    // Never waits. Precondition: there is room.
    [[nodiscard]] Outcome read(std::span<char> room, std::size_t& size);

private:
    [[nodiscard]] bool is_complete() const noexcept {
        return is_chunked_ ? chunks_.is_complete() : left_ == 0;
    }
    [[nodiscard]] std::size_t take(std::span<char> room);

    Intake& intake_;
    bool is_chunked_;
    std::size_t left_;  // Of the announced length; of chunks, until there are too many.
    ChunkDecoder chunks_;
};

}  // namespace bank::rest
