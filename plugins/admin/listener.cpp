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
    Descriptor(Descriptor&& other) noexcept : value_(other.release()) {}
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

// What another configuration would mend.
Error misplaced(std::string what) {
    return {.code = Code::invalid_field, .detail = std::move(what)};
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
        return misplaced(fmt::format("must be an absolute path of at most {} bytes",
                                     sizeof address.sun_path - 1));
    }
    std::memcpy(address.sun_path, path.data(), path.size());
    return address;
}

sockaddr const* generic(sockaddr_un const& address) {
    return static_cast<sockaddr const*>(static_cast<void const*>(&address));
}

std::string directory_of(std::string const& path) {
    auto const slash = path.rfind('/');
    return slash == 0 ? std::string{"/"} : path.substr(0, slash);
}

Result<Descriptor> open_directory(std::string const& path) {
    auto const directory = directory_of(path);
    Descriptor opened{::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    struct stat facts {};
    if (opened.get() < 0 || ::fstat(opened.get(), &facts) != 0) {
        auto const number = errno;
        auto error = misplaced(fmt::format("its directory {} cannot be opened: {}", directory,
                                           std::generic_category().message(number)));
        if (number == EACCES) error.code = Code::permission_denied;
        return error;
    }
    if ((facts.st_mode & S_IWOTH) != 0 && (facts.st_mode & S_ISVTX) == 0) {
        return misplaced(fmt::format("everyone may write to its directory {}", directory));
    }
    return opened;
}

// Open and locked, so that two daemons that start at once do not remove each other's socket.
Result<int> lock_directory(std::string const& path) {
    auto opened = open_directory(path);
    if (!opened) return std::move(opened).error();
    auto const directory = directory_of(path);
    // Others may hold the lock, but not for ever.
    for (int i = 0; ::flock(opened->get(), LOCK_EX | LOCK_NB) != 0; ++i) {
        if (i == lock_tries_max) return system_failure("cannot lock", directory);
        ::usleep(lock_wait_us);
    }
    return opened->release();
}

Status check_place(std::string const& path) {
    struct stat facts {};
    if (::lstat(path.c_str(), &facts) != 0 || S_ISSOCK(facts.st_mode)) return Done{};
    return misplaced("exists and is not a socket; it is left alone");
}

// Makes way for a new socket at `path`.
Status remove_stale(std::string const& path, sockaddr_un const& address) {
    struct stat facts {};
    if (::lstat(path.c_str(), &facts) != 0) {
        if (errno == ENOENT) return Done{};
        return system_failure("cannot read", path);
    }
    if (auto const place = check_place(path); !place) return place.error();
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

Status Listener::check(std::string const& path) {
    if (auto const address = address_of(path); !address) return address.error();
    if (auto const directory = open_directory(path); !directory) return directory.error();
    return check_place(path);
}

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
        return misplaced("must be an octal mode such as 0660");
    }
    mode_t mode = 0;
    for (auto const digit : digits) mode = mode * 8 + static_cast<mode_t>(digit - '0');
    if ((mode & (S_IXUSR | S_IXGRP | S_IXOTH)) != 0) {
        return misplaced("must not let anyone execute; use a mode such as 0660");
    }
    return mode;
}

}  // namespace bank::admin
