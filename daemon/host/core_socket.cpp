#include "daemon/host/core_socket.hpp"

#include <fmt/format.h>
#include <pwd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <map>
#include <sstream>

#include "core/base/text.hpp"
#include "daemon/os/file_descriptor.hpp"

namespace bank::daemon {
namespace {

constexpr std::uint32_t overflow_uid = 65534;
constexpr int backlog = 128;
constexpr std::array front_ends{api::FrontEnd::rest, api::FrontEnd::admin};

Error refused(std::string sentence) {
    return {Code::invalid_field, std::move(sentence)};
}

Error failed(std::string const& path, char const* what) {
    return refused(
        fmt::format("The core's socket {} cannot be {}: {}.", path, what, std::strerror(errno)));
}

std::string path_of(int socket) {
    sockaddr_un address{};
    socklen_t size = sizeof address;
    if (getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) != 0) return {};
    if (address.sun_family != AF_UNIX) return {};
    return address.sun_path;
}

Result<sockaddr_un> address_of(std::string const& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path) {
        return refused(
            fmt::format("The path {} is too long for a socket; shorten [core] directory.", path));
    }
    std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
    return address;
}

Result<FileDescriptor> open_door(std::string const& path, std::uint32_t uid) {
    auto const address = address_of(path);
    if (!address) return address.error();
    auto const* where = reinterpret_cast<sockaddr const*>(&*address);
    FileDescriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!socket) return failed(path, "made");
    if (connect(socket.get(), where, sizeof *address) == 0) {
        return refused(fmt::format("Another bankd listens on {}; stop it first.", path));
    }
    struct stat facts {};
    if (lstat(path.c_str(), &facts) == 0 && S_ISSOCK(facts.st_mode)) unlink(path.c_str());
    socket = FileDescriptor(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    // The umask restricts it to the owner from the start.
    if (!socket || bind(socket.get(), where, sizeof *address) != 0) return failed(path, "bound");
    if (uid != geteuid() && lchown(path.c_str(), uid, static_cast<gid_t>(-1)) != 0) {
        return failed(path, "assigned to its front end's user; let bankd-core.socket open it");
    }
    if (listen(socket.get(), backlog) != 0) return failed(path, "opened");
    return socket;
}

Status make_directory(std::string const& directory) {
    if (mkdir(directory.c_str(), 0755) == 0) {
        if (chmod(directory.c_str(), 0755) == 0) return Done{};
    } else if (errno == EEXIST) {
        return Done{};
    }
    return failed(directory, "created in its directory");
}

std::string read_uid_map() {
    std::ifstream file("/proc/self/uid_map");
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

}  // namespace

std::string core_socket_path(Config const& config, api::FrontEnd front_end) {
    return fmt::format("{}/{}.sock", config.text("core", "directory"), to_string(front_end));
}

std::optional<std::uint32_t> find_user(std::string const& name) {
    if (auto const number = parse_int64(name)) {
        if (*number < 0 || *number >= 0xffff'ffff) return std::nullopt;
        return static_cast<std::uint32_t>(*number);
    }
    std::array<char, 16384> buffer{};
    passwd entry{};
    passwd* found = nullptr;
    getpwnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &found);
    if (found == nullptr) return std::nullopt;
    return found->pw_uid;
}

std::uint32_t visible_uid(std::uint32_t uid, std::string const& uid_map) {
    std::istringstream lines(uid_map);
    std::uint64_t inside = 0;
    std::uint64_t outside = 0;
    std::uint64_t count = 0;
    while (lines >> inside >> outside >> count) {
        if (uid >= outside && uid - outside < count) {
            return static_cast<std::uint32_t>(inside + (uid - outside));
        }
    }
    return overflow_uid;
}

Result<std::vector<wire::BankServer::Door>> open_doors(Config const& config, Listeners& listeners) {
    std::map<std::string, FileDescriptor> given;
    while (auto const fd = listeners.take("core")) {
        FileDescriptor socket(*fd);
        auto path = path_of(socket.get());
        given.emplace(std::move(path), std::move(socket));
    }
    if (given.empty()) {
        auto const made = make_directory(config.text("core", "directory"));
        if (!made) return made.error();
    }
    auto const uid_map = read_uid_map();
    std::vector<FileDescriptor> sockets;
    std::vector<wire::BankServer::Door> doors;
    for (auto const front_end : front_ends) {
        auto const key = fmt::format("{}_user", to_string(front_end));
        auto const& name = config.text("core", key);
        auto const uid = find_user(name);
        if (!uid) {
            return refused(fmt::format("[core] {} = {}: no such user on this machine.", key, name));
        }
        auto const path = core_socket_path(config, front_end);
        if (!given.empty() && !given.contains(path)) {
            return refused(
                fmt::format("The service manager passed no socket {}; bankd-core.socket and [core] "
                            "directory must agree.",
                            path));
        }
        auto socket = given.empty() ? open_door(path, *uid)
                                    : Result<FileDescriptor>(std::move(given.at(path)));
        if (!socket) return std::move(socket).error();
        sockets.push_back(std::move(*socket));
        doors.push_back({.front_end = front_end,
                         .listener = sockets.back().get(),
                         .uid = visible_uid(*uid, uid_map)});
    }
    for (auto& socket : sockets) static_cast<void>(socket.release());
    return doors;
}

}  // namespace bank::daemon
