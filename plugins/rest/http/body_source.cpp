#include "plugins/rest/http/body_source.hpp"

#include <algorithm>
#include <cstring>

namespace bank::rest {

std::size_t BodySource::take(std::span<char> room) {
    auto const unread = intake_.unread();
    if (is_chunked_) {
        auto const step = chunks_.decode(unread, room);
        intake_.forget(step.taken);
        return step.given;
    }
    auto const size = std::min({left_, unread.size(), room.size()});
    std::memcpy(room.data(), unread.data(), size);
    intake_.forget(size);
    return size;
}

BodySource::Outcome BodySource::read(std::span<char> room, std::size_t& size) {
    for (;;) {
        if (is_complete()) return Outcome::end;
        if (intake_.unread().empty()) {
            auto const outcome = intake_.read_ready();
            if (outcome == Stream::Outcome::timed_out) return Outcome::waits;
            if (outcome == Stream::Outcome::closed) return Outcome::closed;
        }
        size = take(room);
        if (size > left_) return Outcome::too_large;
        left_ -= size;
        if (size > 0) return Outcome::some;
        if (chunks_.is_malformed()) return Outcome::malformed;
    }
}

}  // namespace bank::rest
