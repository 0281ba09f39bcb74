// Reads the lines of a file of any size in large blocks, without an allocation per line.
//
// Threads: one at a time.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.hpp"

namespace bank::verify {

// A source of bytes.
class ByteSource {
public:
    virtual ~ByteSource() = default;
    // Number of bytes written to `space`; 0 at the end. Errors: unreadable, with a detail.
    virtual Result<std::size_t> read(std::span<char> space) = 0;
};

// A file, or standard input if its path is "-".
class FileSource : public ByteSource {
public:
    // Errors: not_found with a detail.
    static Result<FileSource> open(std::string const& path);
    FileSource(FileSource&& other) noexcept;
    FileSource& operator=(FileSource&&) = delete;
    ~FileSource() override;

    Result<std::size_t> read(std::span<char> space) override;

private:
    explicit FileSource(int descriptor) noexcept : descriptor_(descriptor) {}
    int descriptor_;
};

// A text in memory, which must outlive the source.
class TextSource : public ByteSource {
public:
    explicit TextSource(std::string_view text) : rest_(text) {}
    Result<std::size_t> read(std::span<char> space) override;

private:
    std::string_view rest_;
};

class LineReader {
public:
    static constexpr std::size_t line_size_max = 131'072;  // Bytes: a signed note in base64.

    // `source` must outlive this.
    explicit LineReader(ByteSource& source);

    enum class Outcome : std::uint8_t {
        line,
        cut,       // The last line, without a newline.
        too_long,  // The line was skipped.
        end,
        failed,  // See error().
    };
    [[nodiscard]] Outcome next();

    // Without its LF; valid until the next call.
    [[nodiscard]] std::string_view line() const noexcept { return line_; }
    [[nodiscard]] std::uint64_t number() const noexcept { return number_; }  // From 1.
    [[nodiscard]] Error const& error() const noexcept { return error_; }

private:
    // Moves unread bytes to the front and reads a block behind them. False: no more data.
    bool fill();

    ByteSource* source_;
    std::vector<char> buffer_;
    std::size_t begin_ = 0;  // Of the unread bytes.
    std::size_t end_ = 0;
    std::string_view line_;
    std::uint64_t number_ = 0;
    bool has_failed_ = false;
    Error error_;
};

}  // namespace bank::verify
