#include "plugins/rest/listener.hpp"

#include <Poco/Net/NetException.h>
#include <Poco/Net/ServerSocketImpl.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace bank::rest {
namespace {

constexpr int backlog = 512;

class AdoptedImpl final : public Poco::Net::ServerSocketImpl {
public:
    explicit AdoptedImpl(int descriptor) { reset(descriptor); }
};

class AdoptedSocket final : public Poco::Net::ServerSocket {
public:
    explicit AdoptedSocket(int descriptor) : ServerSocket(new AdoptedImpl(descriptor), true) {}
};

Error refuse(Code code, std::string sentence) {
    return {.code = code, .detail = std::move(sentence)};
}

Error bind_error(Settings const& settings, int number) {
    switch (number) {
    case EADDRINUSE:
        return refuse(Code::overloaded,
                      fmt::format("port {} on {} is in use by another program; set [rest] port",
                                  settings.port, settings.address));
    case EACCES:
        return refuse(Code::invalid_field,
                      fmt::format("this user may not listen on port {}; set [rest] port to a port "
                                  "above 1023, or grant CAP_NET_BIND_SERVICE",
                                  settings.port));
    case EADDRNOTAVAIL:
        return refuse(Code::invalid_field,
                      fmt::format("this machine does not have the address {}; set [rest] address",
                                  settings.address));
    default:
        return refuse(Code::overloaded,
                      fmt::format("port {} on {} cannot be opened: {}", settings.port,
                                  settings.address, std::strerror(number)));
    }
}

}  // namespace

Result<Poco::Net::ServerSocket> adopt_listener(int descriptor) {
    int is_listening = 0;
    socklen_t size = sizeof is_listening;
    auto const asked = ::getsockopt(descriptor, SOL_SOCKET, SO_ACCEPTCONN, &is_listening, &size);
    if (asked != 0 || is_listening == 0) {
        ::close(descriptor);
        return refuse(Code::invalid_field,
                      "the socket passed by the service manager does not listen");
    }
    return Poco::Net::ServerSocket(AdoptedSocket(descriptor));
}

Result<Poco::Net::ServerSocket> open_listener(Settings const& settings) {
    Poco::Net::IPAddress address;
    if (!Poco::Net::IPAddress::tryParse(settings.address, address)) {
        return refuse(Code::invalid_field, fmt::format("[rest] address {} is not a numeric IP "
                                                       "address",
                                                       settings.address));
    }
    try {
        Poco::Net::ServerSocket socket;
        Poco::Net::SocketAddress const at(address, settings.port);
        // Not SO_REUSEPORT: another program of the same user could take connections away.
        if (address.family() == Poco::Net::IPAddress::IPv6) {
            socket.bind6(at, true, false, false);
        } else {
            socket.bind(at, true, false);
        }
        socket.listen(backlog);
        return socket;
    } catch (Poco::Exception const& error) {
        return bind_error(settings, error.code());
    }
}

}  // namespace bank::rest
