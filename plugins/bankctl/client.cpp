#include "plugins/bankctl/client.hpp"

#include <fmt/format.h>
#include <grp.h>
#include <pwd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <optional>
#include <system_error>
#include <utility>

#include "plugins/admin/wire/frame.hpp"

namespace bank::bankctl {
namespace {

namespace wire = admin::wire;

std::string text_of(int error) {
    return std::generic_category().message(error);
}

// "bankd:bankd-admin, mode 0660", as far as the caller may see it.
std::string owner_of(std::string const& path) {
    struct stat facts {};
    if (::stat(path.c_str(), &facts) != 0) return "you have no access to its directory";
    auto const* user = ::getpwuid(facts.st_uid);
    auto const* group = ::getgrgid(facts.st_gid);
    return fmt::format("it belongs to {}:{}, mode {:04o}",
                       user != nullptr ? user->pw_name : std::to_string(facts.st_uid),
                       group != nullptr ? group->gr_name : std::to_string(facts.st_gid),
                       facts.st_mode & 07777U);
}

Failure not_connected(std::string const& path, int error) {
    auto const start =
        "Start it (systemctl start bankd), or name its socket with --socket or BANKD_SOCKET.";
    switch (error) {
    case ENOENT:
    case ENOTDIR:
        return {Exit::unreachable, fmt::format("There is no socket {}: is bankd running?", path),
                start};
    case ECONNREFUSED:
        return {Exit::unreachable,
                fmt::format("No process listens on {}: bankd is not running.", path), start};
    case EACCES:
    case EPERM:
        return {Exit::unreachable,
                fmt::format("Permission denied on {}: {}.", path, owner_of(path)),
                "Run bankctl as a member of that group, or with sudo."};
    case EAGAIN:
        return {Exit::try_later, fmt::format("bankd is too busy to answer on {}.", path),
                "Try again shortly."};
    default:
        return {Exit::unreachable, fmt::format("Cannot connect to {}: {}.", path, text_of(error)),
                start};
    }
}

bool send_all(int descriptor, std::string_view bytes) {
    while (!bytes.empty()) {
        auto const sent = ::send(descriptor, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR) continue;
        if (sent <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

// Returns errno, or 0 after `size` bytes; ECONNRESET at the end of the stream.
int receive_all(int descriptor, char* out, std::size_t size) {
    for (std::size_t had = 0; had < size;) {
        auto const got = ::recv(descriptor, out + had, size - had, 0);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return errno;
        if (got == 0) return ECONNRESET;
        had += static_cast<std::size_t>(got);
    }
    return 0;
}

}  // namespace

Client::Client(std::string socket_path, std::chrono::seconds timeout)
    : path_(std::move(socket_path)), timeout_(timeout) {}

Client::~Client() {
    close();
}

void Client::close() {
    if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
}

std::variant<std::monostate, Failure> Client::connect() {
    if (descriptor_ >= 0) return std::monostate{};
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path_.empty() || path_.size() >= sizeof address.sun_path) {
        return Failure{
            Exit::usage,
            fmt::format("The socket's path must have 1 to {} bytes.", sizeof address.sun_path - 1),
            {}};
    }
    std::memcpy(address.sun_path, path_.data(), path_.size());
    descriptor_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (descriptor_ < 0) return not_connected(path_, errno);
    timeval const wait{.tv_sec = timeout_.count(), .tv_usec = 0};
    ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
    ::setsockopt(descriptor_, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof wait);
    auto const* generic = static_cast<sockaddr const*>(static_cast<void const*>(&address));
    if (::connect(descriptor_, generic, sizeof address) != 0) {
        auto const error = errno;
        close();
        return not_connected(path_, error);
    }
    return std::monostate{};
}

Failure Client::lost(int error) const {
    if (error == EAGAIN) {
        return {
            Exit::try_later,
            fmt::format("No answer within {} seconds; the outcome is unknown.", timeout_.count()),
            "Check the outcome before you repeat it; --timeout waits longer."};
    }
    return {Exit::unreachable,
            fmt::format("bankd closed the connection without an answer: {}.", text_of(error)),
            "See journalctl -u bankd. Check the outcome before you repeat it."};
}

std::variant<wire::Reply, Failure> Client::call(std::string_view command,
                                                wire::Arguments const& arguments) {
    return call(command, arguments, [](std::string_view) { return false; });
}

std::variant<wire::Reply, Failure> Client::call(std::string_view command,
                                                wire::Arguments const& arguments,
                                                TakePart const& take) {
    auto connected = connect();
    if (auto* failure = std::get_if<Failure>(&connected)) return std::move(*failure);
    auto request = wire::encode_request(command, arguments);
    auto frame = wire::encode_frame(request);
    // If sending fails, bankd may have sent the reason before it closed: read it.
    static_cast<void>(send_all(descriptor_, frame));
    wipe(request);
    wipe(frame);
    for (;;) {
        auto outcome = receive();
        auto const* reply = std::get_if<wire::Reply>(&outcome);
        if (reply == nullptr || !reply->part) return outcome;
        if (take(*reply->part)) continue;
        close();
        return Failure{Exit::try_later, "Stopped.", {}};
    }
}

std::variant<wire::Reply, Failure> Client::receive() {
    auto const fail = [this](Failure failure) {
        close();
        return failure;
    };
    std::array<char, wire::frame_header_size> raw{};
    if (auto const error = receive_all(descriptor_, raw.data(), raw.size()))
        return fail(lost(error));
    wire::FrameHeader header{};
    std::memcpy(header.data(), raw.data(), raw.size());
    auto const size = wire::parse_frame_header(header, wire::reply_size_max);
    if (!size) {
        return fail({Exit::unreachable,
                     fmt::format("{} is not an admin socket of this version of bankd.", path_),
                     size.error().message});
    }
    std::string payload(*size, '\0');
    if (auto const error = receive_all(descriptor_, payload.data(), payload.size())) {
        return fail(lost(error));
    }
    auto reply = wire::parse_reply(std::move(payload));
    if (!reply)
        return fail({Exit::internal, "bankd's answer is malformed.", reply.error().message});
    return std::move(reply).value();
}

}  // namespace bank::bankctl
