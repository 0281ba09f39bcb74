// One connection: reads requests one after the other, has each answered, and knows when to stop.
//
// Threads: run() is the connection's own thread.
#pragma once
#include <Poco/Net/TCPServerConnection.h>

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

#include "plugins/rest/http/connection_table.hpp"
#include "plugins/rest/http/handshake_gate.hpp"
#include "plugins/rest/http/intake.hpp"
#include "plugins/rest/http/stream.hpp"
#include "plugins/rest/meters.hpp"
#include "plugins/rest/routes/dispatcher.hpp"

namespace bank::rest {

inline constexpr int requests_per_connection_max = 1000;

// What every connection of a server shares. Outlives them.
struct ConnectionContext {
    Dispatcher const& dispatcher;
    ConnectionTable& table;
    HandshakeGate& gate;
    Meters& meters;
    Poco::Net::Context::Ptr tls;  // Null: plain.
    std::chrono::milliseconds header_deadline;
    std::chrono::milliseconds idle_timeout;
    BodyBounds body_bounds;
    std::size_t batch_window_max;
};

class HttpConnection final : public Poco::Net::TCPServerConnection {
public:
    // `source` holds a place in the table, which is given back at the end.
    HttpConnection(Poco::Net::StreamSocket const& socket, ConnectionContext const& context);
    ~HttpConnection() override;

    void run() override;

private:
    enum class Next : std::uint8_t { request, close, close_with_answer };

    void serve(ConnectionTable::Entry& entry);
    [[nodiscard]] Next serve_one(ConnectionTable::Entry& entry, bool is_last);
    [[nodiscard]] Next answer(RequestHead const& head, std::size_t head_size, bool is_last);
    [[nodiscard]] Next answer_stream(ConnectionTable::Entry& entry, RequestHead const& head,
                                     std::size_t head_size, bool is_last);
    [[nodiscard]] Next read_body(RequestHead const& head, std::size_t head_size);
    [[nodiscard]] bool invite_body(RequestHead const& head, Deadline deadline);
    [[nodiscard]] Next refuse(Refusal const& refusal, bool is_head);
    [[nodiscard]] Next send(Response const& response, std::string_view request_id, bool is_head);

    [[nodiscard]] bool must_close(RequestHead const& head, bool is_last) const {
        return !head.keeps_alive || is_last || context_.table.is_draining();
    }
    [[nodiscard]] Deadline deadline() const {
        return std::chrono::steady_clock::now() + context_.header_deadline;
    }

    ConnectionContext const& context_;
    std::string source_ip_;
    std::string own_ip_;  // The address that it came to.
    std::string source_;
    std::unique_ptr<Stream> stream_;
    std::unique_ptr<Intake> intake_;
    std::string out_;
    Meters::Steady::time_point begun_;  // When the head of the present request was there.
};

// As browsers write it, without brackets. Of an IPv4 address in IPv6 form the IPv4 address.
[[nodiscard]] std::string numeric_text(Poco::Net::IPAddress const& address);

// numeric_text() of the peer.
[[nodiscard]] std::string source_address(Poco::Net::StreamSocket const& socket);

// What counts as one source: an IPv4 address, or a /64 of IPv6, which is what one customer of a
// provider usually holds.
[[nodiscard]] std::string source_group(std::string const& source_ip);

}  // namespace bank::rest
