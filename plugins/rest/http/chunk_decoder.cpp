// body  = *( size CRLF content CRLF ) last
// size  = 1*8 hexadecimal digits, not all zero
// last  = 1*8 "0" CRLF CRLF
//
// No extensions, trailers, blanks or bare line ends, all of which the standard would allow: nobody
// needs them here, and readers differ about each.
#include "plugins/rest/http/chunk_decoder.hpp"

#include <algorithm>
#include <cstring>

#include "core/base/check.hpp"
#include "plugins/rest/http/ascii.hpp"

namespace bank::rest {
namespace {

constexpr std::size_t digits_max = 8;

}  // namespace

ChunkDecoder::State ChunkDecoder::after_size(char c) {
    auto const lower = ascii::lower(c);
    if (c == '\r' && digits_ > 0) return State::size_lf;
    if (digits_ == digits_max) return State::malformed;
    if (ascii::is_digit(c)) {
        left_ = left_ * 16 + static_cast<std::uint64_t>(c - '0');
    } else if (lower >= 'a' && lower <= 'f') {
        left_ = left_ * 16 + static_cast<std::uint64_t>(lower - 'a' + 10);
    } else {
        return State::malformed;
    }
    ++digits_;
    return State::size;
}

ChunkDecoder::State ChunkDecoder::after(char c) {
    auto const must_be = [c](char expected, State next) {
        return c == expected ? next : State::malformed;
    };
    switch (state_) {
    case State::size: return after_size(c);
    case State::size_lf: return must_be('\n', left_ == 0 ? State::end_cr : State::content);
    case State::content_cr: return must_be('\r', State::content_lf);
    case State::content_lf: digits_ = 0; return must_be('\n', State::size);
    case State::end_cr: return must_be('\r', State::end_lf);
    case State::end_lf: return must_be('\n', State::complete);
    case State::content:
    case State::complete:
    case State::malformed: break;
    }
    BANK_UNREACHABLE();
}

ChunkDecoder::Step ChunkDecoder::decode(std::string_view input, std::span<char> room) {
    Step step;
    while (step.taken < input.size() && !is_complete() && !is_malformed()) {
        if (state_ != State::content) {
            state_ = after(input[step.taken]);
            if (!is_malformed()) ++step.taken;
            continue;
        }
        auto const size = std::min(
            {static_cast<std::size_t>(left_), input.size() - step.taken, room.size() - step.given});
        if (size == 0) break;  // The room is full.
        std::memcpy(room.data() + step.given, input.data() + step.taken, size);
        step.taken += size;
        step.given += size;
        left_ -= size;
        if (left_ == 0) state_ = State::content_cr;
    }
    return step;
}

}  // namespace bank::rest
