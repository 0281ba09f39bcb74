#include "plugins/rest/intake.hpp"

#include <cstring>

namespace bank::rest {

Intake::Intake(Stream& stream, std::size_t capacity, std::size_t padding)
    : stream_(stream), capacity_(capacity), buffer_(new char[capacity + padding]) {}

Stream::Outcome Intake::read_more(Deadline deadline) {
    std::size_t size = 0;
    auto const outcome = stream_.read_some(room(), size, deadline);
    filled_ += size;
    return outcome;
}

Stream::Outcome Intake::read_ready() {
    std::size_t size = 0;
    auto const outcome = stream_.read_ready(room(), size);
    filled_ += size;
    return outcome;
}

void Intake::forget(std::size_t size) {
    auto const left = filled_ - size;
    std::memmove(buffer_.get(), buffer_.get() + size, left);
    explicit_bzero(buffer_.get() + left, filled_ - left);
    filled_ = left;
}

}  // namespace bank::rest
