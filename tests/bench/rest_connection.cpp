#include "tests/bench/rest_connection.hpp"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <stdexcept>

namespace bank::bench {
namespace {

constexpr std::size_t read_size = 16 * 1024;

bool is_pending(SSL* ssl, int result, bool& wants_write) {
    auto const error = SSL_get_error(ssl, result);
    ERR_clear_error();
    wants_write = error == SSL_ERROR_WANT_WRITE;
    return wants_write || error == SSL_ERROR_WANT_READ;
}

char lower(char c) {
    return static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
}

}  // namespace

TlsClient::TlsClient() : context_(SSL_CTX_new(TLS_client_method())) {
    if (!context_) throw std::runtime_error("no TLS context");
    SSL_CTX_set_verify(context_.get(), SSL_VERIFY_NONE, nullptr);
    SSL_CTX_set_mode(context_.get(),
                     SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
}

bool Connection::open() {
    close();
    socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (socket_ < 0) return false;
    int const on = 1;
    ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(place_.port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ssl_.reset(SSL_new(tls_.context()));
    SSL_set_fd(ssl_.get(), socket_);
    SSL_set_connect_state(ssl_.get());
    epoll_event event{};
    event.events = EPOLLIN | EPOLLOUT;
    event.data.u32 = place_.index;
    is_writing_ = true;
    state_ = State::opening;
    ::epoll_ctl(place_.epoll, EPOLL_CTL_ADD, socket_, &event);
    // On the loopback it is done at once or refused later, by an event.
    static_cast<void>(
        ::connect(socket_, reinterpret_cast<sockaddr const*>(&address), sizeof address));
    return true;
}

void Connection::close() noexcept {
    if (socket_ >= 0) ::close(socket_);
    socket_ = -1;
    ssl_.reset();
    out_.clear();
    out_at_ = 0;
    in_.clear();
    sent_ = 0;
    state_ = State::closed;
}

bool Connection::drive() {
    if (state_ == State::closed) return false;
    if (state_ == State::opening && !shake_hands()) return false;
    if (state_ != State::open) return true;
    return flush() && receive();
}

bool Connection::shake_hands() {
    auto const result = SSL_do_handshake(ssl_.get());
    if (result == 1) {
        state_ = State::open;
        return true;
    }
    bool wants_write = false;
    if (is_pending(ssl_.get(), result, wants_write)) {
        watch(wants_write);
        return true;
    }
    return false;
}

bool Connection::flush() {
    while (out_at_ < out_.size()) {
        auto const size = static_cast<int>(std::min<std::size_t>(out_.size() - out_at_, 16 * 1024));
        auto const result = SSL_write(ssl_.get(), out_.data() + out_at_, size);
        if (result > 0) {
            out_at_ += static_cast<std::size_t>(result);
            sent_ += static_cast<std::uint64_t>(result);
            continue;
        }
        bool wants_write = false;
        if (!is_pending(ssl_.get(), result, wants_write)) return false;
        watch(true);
        return true;
    }
    out_.clear();
    out_at_ = 0;
    watch(false);
    return true;
}

bool Connection::receive() {
    for (;;) {
        auto const before = in_.size();
        in_.resize(before + read_size);
        auto const result = SSL_read(ssl_.get(), in_.data() + before, static_cast<int>(read_size));
        in_.resize(before + (result > 0 ? static_cast<std::size_t>(result) : 0));
        if (result > 0 && SSL_pending(ssl_.get()) > 0) continue;
        if (result > 0) return true;
        bool wants_write = false;
        return is_pending(ssl_.get(), result, wants_write);
    }
}

void Connection::watch(bool is_writing) {
    if (is_writing == is_writing_) return;
    is_writing_ = is_writing;
    epoll_event event{};
    event.events = EPOLLIN | (is_writing ? EPOLLOUT : 0U);
    event.data.u32 = place_.index;
    ::epoll_ctl(place_.epoll, EPOLL_CTL_MOD, socket_, &event);
}

std::optional<Answer> read_answer(std::string_view bytes) {
    auto const end = bytes.find("\r\n\r\n");
    if (end == std::string_view::npos) return std::nullopt;
    Answer answer;
    answer.head_size = end + 4;
    std::string head(bytes.substr(0, end + 2));
    std::transform(head.begin(), head.end(), head.begin(), lower);
    if (head.size() > 12) std::from_chars(head.data() + 9, head.data() + 12, answer.status);
    constexpr std::string_view length = "\r\ncontent-length: ";
    if (auto const at = head.find(length); at != std::string::npos) {
        std::from_chars(head.data() + at + length.size(), head.data() + head.size(),
                        answer.body_size);
    }
    answer.is_chunked = head.find("\r\ntransfer-encoding: chunked\r\n") != std::string::npos;
    answer.closes = head.find("\r\nconnection: close\r\n") != std::string::npos;
    return answer;
}

bool take_chunks(std::string& bytes, std::string& content) {
    std::size_t at = 0;
    bool is_last = false;
    while (!is_last) {
        auto const line = bytes.find("\r\n", at);
        if (line == std::string::npos) break;
        std::size_t size = 0;
        std::from_chars(bytes.data() + at, bytes.data() + line, size, 16);
        if (bytes.size() < line + 2 + size + 2) break;
        content.append(bytes, line + 2, size);
        at = line + 2 + size + 2;
        is_last = size == 0;
    }
    bytes.erase(0, at);
    return is_last;
}

}  // namespace bank::bench
