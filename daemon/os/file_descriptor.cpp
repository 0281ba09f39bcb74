#include "daemon/os/file_descriptor.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "core/base/secret.hpp"

namespace bank::daemon {

FileDescriptor& FileDescriptor::operator=(FileDescriptor&& other) noexcept {
    if (this != &other) {
        if (fd_ >= 0) close(fd_);
        fd_ = other.release();
    }
    return *this;
}

FileDescriptor::~FileDescriptor() {
    if (fd_ >= 0) close(fd_);
}

int FileDescriptor::release() noexcept {
    return std::exchange(fd_, -1);
}

std::optional<std::string> read_all(int fd, std::size_t size_bytes_max) {
    // In place, without growth: a key must not leave copies on the heap.
    std::string text(size_bytes_max + 1, '\0');
    std::size_t size = 0;
    while (size < text.size()) {
        auto const got = read(fd, text.data() + size, text.size() - size);
        if (got == 0) break;
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) {
            wipe(text);
            return std::nullopt;
        }
        size += static_cast<std::size_t>(got);
    }
    if (size > size_bytes_max) {
        wipe(text);
        return std::nullopt;
    }
    text.resize(size);
    return text;
}

bool write_all(int fd, std::string_view text) noexcept {
    while (!text.empty()) {
        auto const written = write(fd, text.data(), text.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return false;
        text.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

}  // namespace bank::daemon
