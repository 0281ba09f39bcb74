#include "plugins/rest/http_connection.hpp"

#include <Poco/Net/IPAddress.h>
#include <Poco/Net/NetException.h>
#include <openssl/rand.h>

#include <cstring>

#include "plugins/rest/http_date.hpp"

namespace bank::rest {
namespace {

constexpr std::chrono::milliseconds linger{1000};

Uuid make_request_id() {
    std::array<std::uint8_t, 10> random{};
    RAND_bytes(random.data(), static_cast<int>(random.size()));
    return make_uuid_v7(SystemClock{}.now().us / 1000, random);
}

}  // namespace

std::string source_address(Poco::Net::StreamSocket const& socket) {
    auto const address = socket.peerAddress().host();
    if (address.isIPv4Mapped()) {
        auto const text = address.toString();
        return text.substr(text.rfind(':') + 1);
    }
    return address.toString();
}

std::string source_group(std::string const& source_ip) {
    Poco::Net::IPAddress address;
    if (source_ip.find(':') == std::string::npos ||
        !Poco::Net::IPAddress::tryParse(source_ip, address)) {
        return source_ip;
    }
    return {static_cast<char const*>(address.addr()), 8};
}

HttpConnection::HttpConnection(Poco::Net::StreamSocket const& new_socket,
                               ConnectionContext const& context)
    : TCPServerConnection(new_socket),
      context_(context),
      source_ip_(source_address(new_socket)),
      source_(source_group(source_ip_)) {}

HttpConnection::~HttpConnection() {
    context_.table.leave(source_);
}

// Whatever goes wrong here costs this connection only; the thread goes on to the next.
void HttpConnection::run() try {
    stream_ = std::make_unique<Stream>(socket(), context_.tls);
    ConnectionTable::Entry entry(context_.table, stream_->descriptor());
    if (!entry.become_idle()) return;
    if (stream_->handshake(deadline()) == Stream::Outcome::ok) serve(entry);
} catch (Poco::Exception const&) {
} catch (std::exception const&) {
}

void HttpConnection::serve(ConnectionTable::Entry& entry) {
    capacity_ = head_size_max + context_.body_size_max + body_padding;
    buffer_.reset(new char[capacity_]);  // Not filled: most of it is never touched.
    auto next = Next::request;
    for (int count = 1; next == Next::request; ++count) {
        if (!entry.become_idle()) return;
        next = serve_one(entry, count >= requests_per_connection_max);
    }
    auto const patience = next == Next::close_with_answer ? linger : std::chrono::milliseconds{0};
    stream_->finish(std::chrono::steady_clock::now() + patience);
}

Stream::Outcome HttpConnection::read_more(Deadline deadline) {
    std::size_t size = 0;
    auto const room = std::span(buffer_.get() + filled_, capacity_ - body_padding - filled_);
    auto const outcome = stream_->read_some(room, size, deadline);
    filled_ += size;
    return outcome;
}

HttpConnection::Next HttpConnection::serve_one(ConnectionTable::Entry& entry, bool is_last) {
    if (filled_ == 0) {
        auto const idle_end = std::chrono::steady_clock::now() + context_.idle_timeout;
        if (read_more(idle_end) != Stream::Outcome::ok) return Next::close;
    }
    entry.become_busy();
    auto const head_end = deadline();
    HeadScanner scanner;
    auto head_size = scanner.find_end(unread());
    while (!head_size && !scanner.refusal()) {
        auto const outcome = read_more(head_end);
        if (outcome == Stream::Outcome::closed) return Next::close;
        if (outcome == Stream::Outcome::timed_out) {
            return refuse({Code::request_timeout, 408, "The head did not arrive in time."}, false);
        }
        head_size = scanner.find_end(unread());
    }
    if (scanner.refusal()) return refuse(*scanner.refusal(), false);

    RequestHead head;
    auto refusal = read_head(unread().substr(0, *head_size), context_.body_size_max, head);
    if (!refusal) refusal = context_.dispatcher.refuse_before_body(head);
    if (refusal) return refuse(*refusal, head.method == Method::head);
    if (auto const next = read_body(head, *head_size); next != Next::request) return next;

    auto const body_size = head.content_length.value_or(0);
    auto const id = make_request_id();
    auto const id_text = to_string(id);
    auto response = context_.dispatcher.dispatch({.head = head,
                                                  .body = unread().substr(*head_size, body_size),
                                                  .source_ip = source_ip_,
                                                  .id = id,
                                                  .id_text = id_text});
    if (!head.keeps_alive || is_last || context_.table.is_draining()) response.closes = true;
    auto const is_head = head.method == Method::head;
    forget(*head_size + body_size);
    auto const next = send(response, id_text, is_head);
    if (response.holds_secret) wipe(response.body);
    return next;
}

// Precondition: the guard has bounded the length, so that head and body fit the buffer.
HttpConnection::Next HttpConnection::read_body(RequestHead const& head, std::size_t head_size) {
    auto const end = head_size + head.content_length.value_or(0);
    if (filled_ >= end) return Next::request;
    auto const body_end = deadline();
    if (head.expects_continue &&
        stream_->write_all("HTTP/1.1 100 Continue\r\n\r\n", body_end) != Stream::Outcome::ok) {
        return Next::close;
    }
    while (filled_ < end) {
        auto const outcome = read_more(body_end);
        if (outcome == Stream::Outcome::closed) return Next::close;
        if (outcome == Stream::Outcome::timed_out) {
            return refuse({Code::request_timeout, 408, "The body did not arrive in time."}, false);
        }
    }
    return Next::request;
}

HttpConnection::Next HttpConnection::refuse(Refusal const& refusal, bool is_head) {
    auto const id_text = to_string(make_request_id());
    Problem problem;
    problem.code = refusal.code;
    problem.status = refusal.status;
    problem.detail = refusal.message;
    // No path: nobody can be sure what it was.
    auto response = to_response(problem, {{}, id_text});
    response.closes = true;
    return send(response, id_text, is_head);
}

HttpConnection::Next HttpConnection::send(Response const& response, std::string_view request_id,
                                          bool is_head) {
    append_response(out_, response,
                    {.request_id = request_id,
                     .date = http_date(),
                     .is_secure = stream_->is_secure(),
                     .is_head = is_head});
    auto const outcome = stream_->write_all(out_, deadline());
    if (response.holds_secret) {
        wipe(out_);
    } else {
        out_.clear();
    }
    // A file of the documentation must not be kept in memory for as long as the connection.
    if (out_.capacity() > capacity_) out_ = std::string();
    if (outcome != Stream::Outcome::ok) return Next::close;
    return response.closes ? Next::close_with_answer : Next::request;
}

// Wipes what has been answered, secrets and tokens included, and moves up what came after it.
void HttpConnection::forget(std::size_t size) {
    auto const left = filled_ - size;
    std::memmove(buffer_.get(), buffer_.get() + size, left);
    explicit_bzero(buffer_.get() + left, filled_ - left);
    filled_ = left;
}

}  // namespace bank::rest
