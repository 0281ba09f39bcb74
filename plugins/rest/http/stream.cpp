#include "plugins/rest/http/stream.hpp"

#include <Poco/Exception.h>
#include <Poco/Net/SecureStreamSocket.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace bank::rest {
namespace {

using Poco::Net::SecureStreamSocket;
using std::chrono::milliseconds;

constexpr std::size_t discarded_size_max = std::size_t{1024} * 1024;

Stream::Outcome wait_for(int descriptor, short events, Deadline deadline) {
    for (;;) {
        auto const left = std::chrono::ceil<std::chrono::milliseconds>(
            deadline - std::chrono::steady_clock::now());
        if (left.count() <= 0) return Stream::Outcome::timed_out;
        pollfd entry{.fd = descriptor, .events = events, .revents = 0};
        auto const ready = ::poll(&entry, 1, static_cast<int>(left.count()));
        if (ready > 0) return Stream::Outcome::ok;
        if (ready < 0 && errno != EINTR) return Stream::Outcome::closed;
    }
}

}  // namespace

Stream::Stream(Poco::Net::StreamSocket const& socket, Poco::Net::Context::Ptr const& tls)
    : socket_(socket), tls_(tls) {
    socket_.setNoDelay(true);
    socket_.setBlocking(false);
}

int Stream::descriptor() const {
    return socket_.impl()->sockfd();
}

// Precondition: the operation gave `result` <= 0 and could not go on. What TLS waits for need not
// be what the caller wanted: a read may have to write.
short Stream::events_after(int result, short plain_events) const {
    if (!is_secure()) return plain_events;
    return result == SecureStreamSocket::ERR_SSL_WANT_WRITE ? POLLOUT : POLLIN;
}

Stream::Outcome Stream::wait(int result, Deadline deadline, short plain_events) {
    return wait_for(descriptor(), events_after(result, plain_events), deadline);
}

Stream::Outcome Stream::handshake(HandshakeGate& gate, Deadline deadline) try {
    if (!is_secure()) return Outcome::ok;
    // Who says nothing costs no TLS.
    if (auto const waited = wait_for(descriptor(), POLLIN, deadline); waited != Outcome::ok) {
        return waited;
    }
    auto secure = SecureStreamSocket::attach(socket_, tls_);
    socket_ = secure;
    for (;;) {
        auto const asked = std::chrono::steady_clock::now();
        auto const result = [&] {
            HandshakeGate::Turn const turn(gate);
            deadline += std::chrono::steady_clock::now() - asked;
            return secure.completeHandshake();
        }();
        if (result == 1) return Outcome::ok;
        if (result == 0) return Outcome::closed;
        if (auto const waited = wait(result, deadline, POLLIN); waited != Outcome::ok) {
            return waited;
        }
    }
} catch (Poco::Exception const&) {
    return Outcome::closed;
}

Stream::Outcome Stream::read_some(std::span<char> buffer, std::size_t& size,
                                  Deadline deadline) try {
    // A plain socket is seldom ready at once, and asking costs as much as waiting. TLS may hold
    // bytes that poll() does not see.
    auto must_wait = !is_secure();
    auto result = -1;
    for (;;) {
        if (must_wait) {
            if (auto const waited = wait(result, deadline, POLLIN); waited != Outcome::ok) {
                return waited;
            }
        }
        result = socket_.receiveBytes(buffer.data(), static_cast<int>(buffer.size()));
        if (result > 0) {
            size = static_cast<std::size_t>(result);
            return Outcome::ok;
        }
        if (result == 0) return Outcome::closed;
        must_wait = true;
    }
} catch (Poco::Exception const&) {
    return Outcome::closed;
}

Stream::Outcome Stream::read_ready(std::span<char> buffer, std::size_t& size) try {
    auto const result = socket_.receiveBytes(buffer.data(), static_cast<int>(buffer.size()));
    if (result == 0) return Outcome::closed;
    if (result < 0) {
        ready_events_ = events_after(result, POLLIN);
        return Outcome::timed_out;
    }
    size = static_cast<std::size_t>(result);
    return Outcome::ok;
} catch (Poco::Exception const&) {
    return Outcome::closed;
}

void Stream::wait_any(Wants wants, int other, Deadline deadline) {
    auto const left = std::chrono::ceil<milliseconds>(deadline - std::chrono::steady_clock::now());
    if (left.count() <= 0) return;
    // A descriptor below zero is passed over.
    std::array<pollfd, 2> entries{pollfd{.fd = other, .events = POLLIN, .revents = 0},
                                  pollfd{.fd = wants == Wants::input ? descriptor() : -1,
                                         .events = ready_events_,
                                         .revents = 0}};
    (void)::poll(entries.data(), entries.size(), static_cast<int>(left.count()));
}

Stream::Outcome Stream::write_all(std::string_view bytes, Deadline deadline) try {
    while (!bytes.empty()) {
        auto const result = socket_.sendBytes(bytes.data(), static_cast<int>(bytes.size()),
                                              is_secure() ? 0 : MSG_NOSIGNAL);
        if (result > 0) {
            bytes.remove_prefix(static_cast<std::size_t>(result));
        } else if (auto const waited = wait(result, deadline, POLLOUT); waited != Outcome::ok) {
            return waited;
        }
    }
    return Outcome::ok;
} catch (Poco::Exception const&) {
    return Outcome::closed;
}

void Stream::finish(Deadline deadline) {
    try {
        socket_.shutdownSend();  // With TLS this says close_notify first.
    } catch (Poco::Exception const&) {
        return;  // Gone already.
    }
    // Below TLS: what the bytes mean no longer matters.
    ::shutdown(descriptor(), SHUT_WR);
    std::array<char, 4096> buffer{};
    for (std::size_t discarded = 0; discarded < discarded_size_max;) {
        auto const got = ::recv(descriptor(), buffer.data(), buffer.size(), MSG_DONTWAIT);
        if (got > 0) {
            discarded += static_cast<std::size_t>(got);
        } else if (got == 0 || (errno != EAGAIN && errno != EINTR) ||
                   wait_for(descriptor(), POLLIN, deadline) != Outcome::ok) {
            return;
        }
    }
}

}  // namespace bank::rest
