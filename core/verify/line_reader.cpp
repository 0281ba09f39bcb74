#include "core/verify/line_reader.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace bank::verify {
namespace {

constexpr std::size_t block_size = 1U << 20U;

std::string reason_of(int error) {
    return std::error_code(error, std::generic_category()).message();
}

}  // namespace

Result<FileSource> FileSource::open(std::string const& path) {
    if (path == "-") return FileSource(::dup(STDIN_FILENO));
    auto const descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) {
        return Error{.code = Code::not_found,
                     .detail = fmt::format("{} cannot be opened: {}", path, reason_of(errno))};
    }
    static_cast<void>(::posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL));
    return FileSource(descriptor);
}

FileSource::FileSource(FileSource&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)) {}

FileSource::~FileSource() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

Result<std::size_t> FileSource::read(std::span<char> space) {
    for (;;) {
        auto const got = ::read(descriptor_, space.data(), space.size());
        if (got >= 0) return static_cast<std::size_t>(got);
        if (errno == EINTR) continue;
        return Error{.code = Code::not_found,
                     .detail = fmt::format("it cannot be read: {}", reason_of(errno))};
    }
}

Result<std::size_t> TextSource::read(std::span<char> space) {
    auto const count = std::min(space.size(), rest_.size());
    std::copy_n(rest_.begin(), count, space.begin());
    rest_.remove_prefix(count);
    return count;
}

LineReader::LineReader(ByteSource& source)
    : source_(&source), buffer_(line_size_max + block_size) {}

bool LineReader::fill() {
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
    auto const got = source_->read(std::span(buffer_).subspan(end_));
    if (!got) {
        has_failed_ = true;
        error_ = got.error();
        return false;
    }
    end_ += *got;
    return *got != 0;
}

LineReader::Outcome LineReader::next() {
    ++number_;
    auto is_too_long = false;
    for (std::size_t searched = 0;;) {
        auto const unread = std::string_view(buffer_.data() + begin_, end_ - begin_);
        auto const found = unread.find('\n', searched);
        if (found != std::string_view::npos) {
            line_ = unread.substr(0, found);
            begin_ += found + 1;
            return is_too_long || found > line_size_max ? Outcome::too_long : Outcome::line;
        }
        searched = unread.size();
        if (searched > line_size_max) {
            is_too_long = true;
            begin_ = end_;
            searched = 0;
        }
        if (fill()) continue;
        line_ = std::string_view(buffer_.data() + begin_, end_ - begin_);
        begin_ = end_;
        if (has_failed_) return Outcome::failed;
        return line_.empty() && !is_too_long ? Outcome::end : Outcome::cut;
    }
}

}  // namespace bank::verify
