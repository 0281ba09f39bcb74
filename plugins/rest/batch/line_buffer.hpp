// Cuts content that arrives bit by bit into lines. A line that is too long costs itself only.
//
// Threads: one.
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

namespace bank::rest {

class LineBuffer {
public:
    struct Line {
        std::uint64_t number = 0;  // From 1.
        std::string_view text;     // Valid until room(). `padding` readable bytes follow.
        bool is_too_long = false;  // Then the text is lost.
    };

    LineBuffer(std::size_t line_size_max, std::size_t padding);
    ~LineBuffer();
    LineBuffer(LineBuffer const&) = delete;
    LineBuffer& operator=(LineBuffer const&) = delete;

    // The next whole line, without its end.
    [[nodiscard]] std::optional<Line> next();

    // Where what arrives next belongs; never empty. Precondition: next() has given nothing.
    [[nodiscard]] std::span<char> room();
    void add(std::size_t size) { end_ += size; }
    // Nothing more will arrive: what is left is a line even without its end.
    void finish() { is_finished_ = true; }

    // Of the line that next() would give.
    [[nodiscard]] std::uint64_t number() const noexcept { return number_; }

private:
    [[nodiscard]] Line take(std::size_t size, std::size_t end_size);

    std::size_t line_size_max_;
    std::size_t capacity_;
    std::unique_ptr<char[]> buffer_;
    std::size_t begin_ = 0;
    std::size_t scanned_ = 0;  // No line ends before here.
    std::size_t end_ = 0;
    std::size_t used_ = 0;  // Of the buffer, ever.
    std::uint64_t number_ = 1;
    bool is_skipping_ = false;  // The line has been too long already.
    bool is_finished_ = false;
};

}  // namespace bank::rest
