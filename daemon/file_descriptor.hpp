// A file descriptor that is closed with its owner.
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace bank::daemon {

class FileDescriptor {
public:
    FileDescriptor() = default;
    explicit FileDescriptor(int fd) noexcept : fd_(fd) {}
    FileDescriptor(FileDescriptor&& other) noexcept : fd_(other.release()) {}
    FileDescriptor& operator=(FileDescriptor&& other) noexcept;
    FileDescriptor(FileDescriptor const&) = delete;
    FileDescriptor& operator=(FileDescriptor const&) = delete;
    ~FileDescriptor();

    [[nodiscard]] int get() const noexcept { return fd_; }
    explicit operator bool() const noexcept { return fd_ >= 0; }
    [[nodiscard]] int release() noexcept;

private:
    int fd_ = -1;
};

// All that is left to read; nothing if that fails or is more than `size_bytes_max`.
[[nodiscard]] std::optional<std::string> read_all(int fd, std::size_t size_bytes_max);

// False with errno set if not everything could be written.
[[nodiscard]] bool write_all(int fd, std::string_view text) noexcept;

}  // namespace bank::daemon
