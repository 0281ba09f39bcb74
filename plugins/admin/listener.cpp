#include "plugins/admin/listener.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

namespace bank::admin {
namespace {

constexpr int backlog = 64;
constexpr int lock_tries_max = 100;
constexpr useconds_t lock_wait_us = 10'000;

class Descriptor {
public:
    explicit Descriptor(int value) : value_(value) {}
    Descriptor(Descriptor const&) = delete;
    Descriptor& operator=(Descriptor const&) = delete;
    ~Descriptor() {
        if (value_ >= 0) ::close(value_);
    }
    [[nodiscard]] int get() const noexcept { return value_; }
    [[nodiscard]] int release() noexcept { return std::exchange(value_, -1); }

private:
    int value_;
};

Error failure(std::string what) {
    return {.code = Code::internal_error, .detail = std::move(what)};
}

Error system_failure(std::string_view what, std::string const& path) {
    return failure(fmt::format("{} {}: {}", what, path, std::generic_category().message(errno)));
}

int new_socket() {
    return ::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
}

Result<sockaddr_un> address_of(std::string const& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.empty() || path.front() != '/' || path.size() >= sizeof address.sun_path) {
        return failure(
            fmt::format("the admin socket needs an absolute path of at most {} bytes, not {}",
                        sizeof address.sun_path - 1, path));
    }
    std::memcpy(address.sun_path, path.data(), path.size());
    return address;
}

sockaddr const* generic(sockaddr_un const& address) {
    return static_cast<sockaddr const*>(static_cast<void const*>(&address));
}

// Open and locked, so that two daemons that start at once do not remove each other's socket.
Result<int> lock_directory(std::string const& path) {
    auto const slash = path.rfind('/');
    auto const directory = slash == 0 ? std::string{"/"} : path.substr(0, slash);
    Descriptor opened{::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (opened.get() < 0)
        return system_failure("cannot open the admin socket's directory", directory);
    struct stat facts {};
    if (::fstat(opened.get(), &facts) != 0) return system_failure("cannot read", directory);
    if ((facts.st_mode & S_IWOTH) != 0 && (facts.st_mode & S_ISVTX) == 0) {
        return failure(
            fmt::format("everyone may write to {}: no place for the admin socket", directory));
    }
    // Others may hold the lock, but not for ever.
    for (int i = 0; ::flock(opened.get(), LOCK_EX | LOCK_NB) != 0; ++i) {
        if (i == lock_tries_max) return system_failure("cannot lock", directory);
        ::usleep(lock_wait_us);
    }
    return opened.release();
}

// Makes way for a new socket at `path`.
Status remove_stale(std::string const& path, sockaddr_un const& address) {
    struct stat facts {};
    if (::lstat(path.c_str(), &facts) != 0) {
        if (errno == ENOENT) return Done{};
        return system_failure("cannot read", path);
    }
    if (!S_ISSOCK(facts.st_mode)) {
        return failure(fmt::format("{} exists and is not a socket; it is left alone", path));
    }
    Descriptor const probe{new_socket()};
    if (probe.get() < 0) return system_failure("cannot make a socket for", path);
    auto const connected = ::connect(probe.get(), generic(address), sizeof address);
    // EAGAIN: its queue is full, so somebody listens.
    if (connected == 0 || errno == EAGAIN) {
        return failure(fmt::format("another process listens on {}", path));
    }
    if (errno != ECONNREFUSED)
        return system_failure("cannot tell whether anybody listens on", path);
    if (::unlink(path.c_str()) != 0) return system_failure("cannot remove the old socket", path);
    return Done{};
}

}  // namespace

Result<Listener> Listener::bind(std::string const& path, mode_t mode) {
    auto const address = address_of(path);
    if (!address) return address.error();
    auto const locked = lock_directory(path);
    if (!locked) return locked.error();
    Descriptor const directory{*locked};
    if (auto const removed = remove_stale(path, *address); !removed) return removed.error();

    Listener listener{new_socket()};
    auto const descriptor = listener.descriptor_;
    if (descriptor < 0) return system_failure("cannot make a socket for", path);
    // Linux gives the file the mode of the unbound socket, less the umask: closed to all but the
    // owner from its first moment, and opened only to whom `mode` lets in. The process's umask,
    // which all threads share, stays as it is.
    if (::fchmod(descriptor, S_IRUSR | S_IWUSR) != 0) return system_failure("cannot protect", path);
    if (::bind(descriptor, generic(*address), sizeof *address) != 0) {
        return system_failure("cannot bind the admin socket", path);
    }
    listener.path_ = path;
    struct stat facts {};
    if (::lstat(path.c_str(), &facts) == 0) {
        listener.device_ = facts.st_dev;
        listener.inode_ = facts.st_ino;
    }
    if (::chmod(path.c_str(), mode) != 0 || ::listen(descriptor, backlog) != 0) {
        auto error = system_failure("cannot open the admin socket", path);
        listener.remove_file();
        return error;
    }
    return listener;
}

Result<Listener> Listener::adopt(int descriptor) {
    Listener listener{descriptor};
    int domain = 0;
    int type = 0;
    int listening = 0;
    socklen_t size = sizeof(int);
    auto const read = [&](int option, int& value) {
        return ::getsockopt(descriptor, SOL_SOCKET, option, &value, &size) == 0;
    };
    if (!read(SO_DOMAIN, domain) || !read(SO_TYPE, type) || !read(SO_ACCEPTCONN, listening) ||
        domain != AF_UNIX || type != SOCK_STREAM || listening == 0) {
        return failure("the socket given as \"admin\" is not a listening Unix stream socket");
    }
    auto const flags = ::fcntl(descriptor, F_GETFL);
    if (flags < 0 || ::fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) != 0 ||
        ::fcntl(descriptor, F_SETFD, FD_CLOEXEC) != 0) {
        return system_failure("cannot set up", "the socket given as \"admin\"");
    }
    return listener;
}

Listener::Listener(Listener&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      path_(std::exchange(other.path_, {})),
      device_(other.device_),
      inode_(other.inode_) {}

Listener::~Listener() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

int Listener::release() noexcept {
    return std::exchange(descriptor_, -1);
}

void Listener::remove_file() noexcept {
    if (path_.empty()) return;
    struct stat facts {};
    if (::lstat(path_.c_str(), &facts) == 0 && facts.st_dev == device_ && facts.st_ino == inode_) {
        ::unlink(path_.c_str());
    }
    path_.clear();
}

Result<mode_t> parse_mode(std::string const& text) {
    auto const digits = text.size() == 4 && text.front() == '0' ? text.substr(1) : text;
    auto const is_octal =
        digits.size() == 3 && digits.find_first_not_of("01234567") == std::string::npos;
    if (!is_octal) {
        return failure(fmt::format("socket_mode = {} is not an octal mode like 0660", text));
    }
    mode_t mode = 0;
    for (auto const digit : digits) mode = mode * 8 + static_cast<mode_t>(digit - '0');
    if ((mode & (S_IXUSR | S_IXGRP | S_IXOTH)) != 0) {
        return failure(fmt::format("socket_mode = {}: a socket cannot be executed", text));
    }
    return mode;
}

}  // namespace bank::admin
