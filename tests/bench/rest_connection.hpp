// One TLS connection of the load generator to bankd on the loopback: non-blocking, driven by epoll.
//
// Owner: the load generator's one thread. To send on a connection that the server closed, it is
// reopened first. The certificate is not verified: the peer is the daemon that was started.
#pragma once
#include <openssl/ssl.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace bank::bench {

class TlsClient {
public:
    TlsClient();
    [[nodiscard]] SSL_CTX* context() const noexcept { return context_.get(); }

private:
    struct Free {
        void operator()(SSL_CTX* x) const { SSL_CTX_free(x); }
    };
    std::unique_ptr<SSL_CTX, Free> context_;
};

class Connection {
public:
    enum class State : std::uint8_t { closed, opening, open };

    struct Place {
        int epoll = -1;
        std::uint16_t port = 0;
        std::uint32_t index = 0;  // Returned in epoll's events.
    };

    Connection(TlsClient const& tls, Place place) : tls_(tls), place_(place) {}
    ~Connection() { close(); }
    Connection(Connection const&) = delete;
    Connection& operator=(Connection const&) = delete;

    [[nodiscard]] State state() const noexcept { return state_; }

    // Starts to connect; false if the system has no more sockets.
    bool open();
    void close() noexcept;

    // Queues bytes; they are sent as the socket accepts them.
    void send(std::string_view bytes) { out_ += bytes; }
    // Bytes sent since it was opened.
    [[nodiscard]] std::uint64_t sent() const noexcept { return sent_; }

    // Makes progress: connecting, the handshake, sending, receiving. False if the connection is
    // closed; received() still has the earlier bytes.
    bool drive();

    [[nodiscard]] std::string& received() noexcept { return in_; }

private:
    bool shake_hands();
    bool flush();
    bool receive();
    void watch(bool is_writing);

    struct Free {
        void operator()(SSL* x) const { SSL_free(x); }
    };
    TlsClient const& tls_;
    Place place_;
    State state_ = State::closed;
    int socket_ = -1;
    std::unique_ptr<SSL, Free> ssl_;
    std::string out_;
    std::size_t out_at_ = 0;
    std::string in_;
    std::uint64_t sent_ = 0;
    bool is_writing_ = false;
};

// The fields of a response's head that the generator needs.
struct Answer {
    int status = 0;
    std::size_t head_size = 0;
    std::size_t body_size = 0;  // Unless is_chunked.
    bool is_chunked = false;
    bool closes = false;
};

// Empty until the head is complete.
[[nodiscard]] std::optional<Answer> read_answer(std::string_view bytes);

// Removes the complete chunks from the front of `bytes` and appends their content to `content`.
// True after the last chunk.
bool take_chunks(std::string& bytes, std::string& content);

}  // namespace bank::bench
