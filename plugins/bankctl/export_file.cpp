#include "plugins/bankctl/export_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

#include "core/base/text.hpp"

namespace bank::bankctl {
namespace {

constexpr std::string_view first_tag = "bankd-export/1\t";
constexpr std::string_view seal_tag = "\nS\t";
constexpr off_t piece = off_t{1} << 20U;
constexpr std::size_t seal_line_max = 80;  // Three numbers.
constexpr mode_t owner_only = 0600;        // The file contains personal data.

Failure unusable(std::string const& path, std::string_view what, int error) {
    return {Exit::bad_input,
            fmt::format("Cannot {} {}: {}.", what, path, std::generic_category().message(error)),
            {}};
}

// Reads up to `size` bytes, fewer at the end of the file.
std::string read_at(int descriptor, off_t offset, std::size_t size) {
    std::string text(size, '\0');
    std::size_t had = 0;
    while (had < size) {
        auto const got =
            ::pread(descriptor, text.data() + had, size - had, offset + static_cast<off_t>(had));
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) break;
        had += static_cast<std::size_t>(got);
    }
    text.resize(had);
    return text;
}

struct SealLine {
    off_t offset = 0;
    std::int64_t number = 0;  // Of its first record.
};

// The last complete seal line. No other line starts with its tag, and no line contains a line
// break.
std::optional<SealLine> last_seal(int descriptor, off_t size) {
    for (auto end = size; end > 0;) {
        auto const begin = std::max<off_t>(0, end - piece);
        // A little more, for a line that starts in this piece and ends after it.
        auto const text =
            read_at(descriptor, begin, static_cast<std::size_t>(end - begin) + seal_line_max);
        for (auto at = text.rfind(seal_tag); at != std::string::npos && at > 0;
             at = text.rfind(seal_tag, at - 1)) {
            auto line = std::string_view(text).substr(at + seal_tag.size());
            auto const line_end = line.find('\n');
            if (line_end == std::string_view::npos) continue;
            auto const number = parse_int64(line.substr(0, line.find('\t')));
            if (number) return SealLine{begin + static_cast<off_t>(at) + 1, *number};
        }
        // The pieces overlap, so that a tag across a border is found.
        end = begin == 0 ? 0 : begin + static_cast<off_t>(seal_tag.size());
    }
    return std::nullopt;
}

}  // namespace

std::variant<ExportFile, Failure> ExportFile::create(std::string path) {
    if (path == "-") return ExportFile{"standard output", STDOUT_FILENO};
    auto const made = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, owner_only);
    if (made >= 0) {
        ExportFile file{std::move(path), made};
        file.is_new_ = true;
        return file;
    }
    auto failure = unusable(path, "create", errno);
    if (errno == EEXIST) failure.next = "--resume continues it.";
    return failure;
}

std::variant<ExportFile, Failure> ExportFile::resume(std::string path) {
    auto const opened = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, owner_only);
    if (opened < 0) return unusable(path, "open", errno);
    ExportFile file{std::move(path), opened};
    if (auto failure = file.cut()) return *std::move(failure);
    return file;
}

ExportFile::ExportFile(ExportFile&& other) noexcept
    : path_(std::move(other.path_)),
      descriptor_(std::exchange(other.descriptor_, -1)),
      is_new_(other.is_new_),
      is_empty_(other.is_empty_),
      next_(other.next_) {}

ExportFile::~ExportFile() {
    if (descriptor_ > STDERR_FILENO) ::close(descriptor_);
}

std::optional<Failure> ExportFile::cut() {
    struct stat facts {};
    if (::fstat(descriptor_, &facts) != 0) return unusable(path_, "read", errno);
    if (facts.st_size == 0) return std::nullopt;
    auto const head = read_at(descriptor_, 0, first_tag.size());
    if (head != first_tag.substr(0, head.size())) {
        return Failure{Exit::bad_input, fmt::format("{} is not an export.", path_), {}};
    }
    auto const seal = last_seal(descriptor_, facts.st_size);
    if (seal) next_ = seal->number;
    auto const keep = seal ? seal->offset : 0;
    if (::ftruncate(descriptor_, keep) != 0 || ::lseek(descriptor_, keep, SEEK_SET) != keep) {
        return unusable(path_, "cut", errno);
    }
    return std::nullopt;
}

bool ExportFile::is_standard_output() const noexcept {
    return descriptor_ == STDOUT_FILENO;
}

void ExportFile::discard() noexcept {
    if (is_new_) ::unlink(path_.c_str());
}

bool ExportFile::discard_if_empty() noexcept {
    if (!is_new_ || !is_empty_) return false;
    discard();
    return true;
}

std::optional<Failure> ExportFile::write(std::string_view text) {
    is_empty_ &= text.empty();
    while (!text.empty()) {
        auto const put = ::write(descriptor_, text.data(), text.size());
        if (put < 0 && errno == EINTR) continue;
        if (put < 0) return unusable(path_, "write", errno);
        text.remove_prefix(static_cast<std::size_t>(put));
    }
    return std::nullopt;
}

std::optional<Failure> ExportFile::sync() {
    // Pipes and terminals do not support fsync().
    if (::fsync(descriptor_) == 0 || errno == EINVAL || errno == EROFS) return std::nullopt;
    return unusable(path_, "write", errno);
}

}  // namespace bank::bankctl
