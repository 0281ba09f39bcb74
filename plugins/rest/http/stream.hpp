// A connected socket, plain or TLS, on which every wait has an end: POCO's own time-outs are per
// system call, so a client that sends a byte now and then would never meet one.
//
// Threads: one, but for wake().
#pragma once
#include <Poco/Net/Context.h>
#include <Poco/Net/StreamSocket.h>

#include <chrono>
#include <cstddef>
#include <span>
#include <string_view>

#include "plugins/rest/http/handshake_gate.hpp"

namespace bank::rest {

using Deadline = std::chrono::steady_clock::time_point;

class Stream {
public:
    enum class Outcome : std::uint8_t { ok, closed, timed_out };

    // `tls` is null for a plain connection.
    Stream(Poco::Net::StreamSocket const& socket, Poco::Net::Context::Ptr const& tls);

    // Nothing to do on a plain connection. To be called once, before all else. The deadline is the
    // peer's: it moves by what was waited for turns at the gate.
    [[nodiscard]] Outcome handshake(HandshakeGate& gate, Deadline deadline);

    // At least one byte, in `size`, if ok.
    [[nodiscard]] Outcome read_some(std::span<char> buffer, std::size_t& size, Deadline deadline);

    // The same without waiting; timed_out: nothing is there.
    [[nodiscard]] Outcome read_ready(std::span<char> buffer, std::size_t& size);

    enum class Wants : std::uint8_t { input, nothing };
    // Returns when read_ready() may find something, if that is wanted, when `other` is readable, or
    // at the deadline; now and then without a reason. Precondition: read_ready() has found nothing.
    void wait_any(Wants wants, int other, Deadline deadline);

    [[nodiscard]] Outcome write_all(std::string_view bytes, Deadline deadline);

    // Says that nothing more will be sent, then reads and forgets what still arrives, so that the
    // last answer is not lost to a reset.
    void finish(Deadline deadline);

    [[nodiscard]] int descriptor() const;
    [[nodiscard]] bool is_secure() const noexcept { return !tls_.isNull(); }

private:
    [[nodiscard]] short events_after(int result, short plain_events) const;
    [[nodiscard]] Outcome wait(int result, Deadline deadline, short plain_events);

    Poco::Net::StreamSocket socket_;
    Poco::Net::Context::Ptr tls_;
    short ready_events_ = 0;  // What read_ready() lacked.
};

}  // namespace bank::rest
