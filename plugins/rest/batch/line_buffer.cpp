#include "plugins/rest/batch/line_buffer.hpp"

#include <algorithm>
#include <cstring>

namespace bank::rest {
namespace {

constexpr std::size_t room_min = 16'384;  // A record of TLS.

}  // namespace

LineBuffer::LineBuffer(std::size_t line_size_max, std::size_t padding)
    : line_size_max_(line_size_max),
      capacity_(line_size_max + room_min),
      buffer_(new char[capacity_ + padding]) {}

// It has held PINs.
LineBuffer::~LineBuffer() {
    explicit_bzero(buffer_.get(), used_);
}

LineBuffer::Line LineBuffer::take(std::size_t size, std::size_t end_size) {
    Line line{.number = number_++, .text = {buffer_.get() + begin_, size}, .is_too_long = false};
    if (is_skipping_ || size > line_size_max_) {
        line.text = {};
        line.is_too_long = true;
    }
    is_skipping_ = false;
    begin_ += size + end_size;
    scanned_ = begin_;
    return line;
}

std::optional<LineBuffer::Line> LineBuffer::next() {
    auto const* const found =
        static_cast<char const*>(std::memchr(buffer_.get() + scanned_, '\n', end_ - scanned_));
    if (found != nullptr) return take(static_cast<std::size_t>(found - buffer_.get()) - begin_, 1);
    if (is_finished_ && (begin_ < end_ || is_skipping_)) return take(end_ - begin_, 0);
    scanned_ = end_;
    if (end_ - begin_ > line_size_max_) {
        is_skipping_ = true;
        begin_ = end_;
    }
    return std::nullopt;
}

std::span<char> LineBuffer::room() {
    used_ = std::max(used_, end_);
    if (begin_ == end_ || capacity_ - end_ < room_min) {
        std::memmove(buffer_.get(), buffer_.get() + begin_, end_ - begin_);
        end_ -= begin_;
        scanned_ -= begin_;
        begin_ = 0;
    }
    return {buffer_.get() + end_, capacity_ - end_};
}

}  // namespace bank::rest
