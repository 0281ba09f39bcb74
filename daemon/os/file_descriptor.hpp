// An owned file descriptor.
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

// Reads to the end; nullopt on failure, or if there are more than `size_bytes_max` bytes.
[[nodiscard]] std::optional<std::string> read_all(int fd, std::size_t size_bytes_max);

// False, with errno set, unless everything was written.
[[nodiscard]] bool write_all(int fd, std::string_view text) noexcept;

}  // namespace bank::daemon
