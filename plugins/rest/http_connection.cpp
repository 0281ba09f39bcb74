#include "plugins/rest/http_connection.hpp"

#include <Poco/Net/IPAddress.h>
#include <Poco/Net/NetException.h>
#include <arpa/inet.h>

#include <array>

#include "core/base/uuid.hpp"
#include "plugins/rest/batch/batch.hpp"
#include "plugins/rest/http/http_date.hpp"

namespace bank::rest {
namespace {

constexpr std::chrono::milliseconds linger{1000};
constexpr std::size_t out_kept_max = 16'384;
constexpr std::size_t ipv4_in_ipv6 = 12;  // The first byte of a mapped address.

}  // namespace

// POCO shortens another run of zeros.
std::string numeric_text(Poco::Net::IPAddress const& address) {
    auto const is_ipv6 = address.family() == Poco::Net::IPAddress::IPv6;
    auto const is_mapped = is_ipv6 && address.isIPv4Mapped();
    auto const family = is_ipv6 && !is_mapped ? AF_INET6 : AF_INET;
    auto const* const bytes = static_cast<std::uint8_t const*>(address.addr());
    std::array<char, INET6_ADDRSTRLEN> text{};
    ::inet_ntop(family, bytes + (is_mapped ? ipv4_in_ipv6 : 0), text.data(), text.size());
    return text.data();
}

std::string source_address(Poco::Net::StreamSocket const& socket) {
    return numeric_text(socket.peerAddress().host());
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
      own_ip_(numeric_text(new_socket.address().host())),
      source_(source_group(source_ip_)) {}

HttpConnection::~HttpConnection() {
    context_.table.leave(source_);
    context_.meters.connections_left.add();
}

// Whatever goes wrong here costs this connection only; the thread goes on to the next.
void HttpConnection::run() try {
    stream_ = std::make_unique<Stream>(socket(), context_.tls);
    ConnectionTable::Entry entry(context_.table, stream_->descriptor());
    if (!entry.become_idle()) return;
    if (stream_->handshake(context_.gate, deadline()) != Stream::Outcome::ok) {
        context_.meters.handshakes_failed.add();
        return;
    }
    serve(entry);
} catch (Poco::Exception const&) {
} catch (std::exception const&) {
}

void HttpConnection::serve(ConnectionTable::Entry& entry) {
    intake_ = std::make_unique<Intake>(*stream_, head_size_max + context_.body_bounds.size_max,
                                       body_padding);
    auto next = Next::request;
    for (int count = 1; next == Next::request; ++count) {
        if (!entry.become_idle()) return;
        next = serve_one(entry, count >= requests_per_connection_max);
    }
    auto const patience = next == Next::close_with_answer ? linger : std::chrono::milliseconds{0};
    stream_->finish(std::chrono::steady_clock::now() + patience);
}

HttpConnection::Next HttpConnection::serve_one(ConnectionTable::Entry& entry, bool is_last) {
    if (intake_->unread().empty()) {
        auto const idle_end = std::chrono::steady_clock::now() + context_.idle_timeout;
        if (intake_->read_more(idle_end) != Stream::Outcome::ok) return Next::close;
    }
    entry.become_busy();
    begun_ = Meters::Steady::now();
    auto const head_end = deadline();
    HeadScanner scanner;
    auto head_size = scanner.find_end(intake_->unread());
    while (!head_size && !scanner.refusal()) {
        auto const outcome = intake_->read_more(head_end);
        if (outcome == Stream::Outcome::closed) return Next::close;
        if (outcome == Stream::Outcome::timed_out) {
            return refuse({Code::request_timeout, 408, "The head did not arrive in time."}, false);
        }
        head_size = scanner.find_end(intake_->unread());
    }
    begun_ = Meters::Steady::now();
    if (scanner.refusal()) return refuse(*scanner.refusal(), false);

    RequestHead head;
    auto refusal = read_head(intake_->unread().substr(0, *head_size), context_.body_bounds, head);
    if (!refusal) refusal = context_.dispatcher.refuse_before_body(head);
    if (refusal) return refuse(*refusal, head.method == Method::head);
    if (head.is_streamed) return answer_stream(entry, head, *head_size, is_last);
    if (auto const next = read_body(head, *head_size); next != Next::request) return next;
    return answer(head, *head_size, is_last);
}

HttpConnection::Next HttpConnection::answer(RequestHead const& head, std::size_t head_size,
                                            bool is_last) {
    auto const body_size = head.content_length.value_or(0);
    auto const id = new_uuid(SystemClock{}.now());
    auto const id_text = to_string(id);
    auto response =
        context_.dispatcher.dispatch({.head = head,
                                      .body = intake_->unread().substr(head_size, body_size),
                                      .source_ip = source_ip_,
                                      .own_ip = own_ip_,
                                      .id = id,
                                      .id_text = id_text});
    if (must_close(head, is_last)) response.closes = true;
    auto const is_head = head.method == Method::head;
    intake_->forget(head_size + body_size);
    auto const next = send(response, id_text, is_head);
    if (response.holds_secret) {
        wipe(response.body);
        for (auto& cookie : response.set_cookies) wipe(cookie);
    }
    return next;
}

// Once the head of the answer is out, the lines of the answer say what goes wrong.
HttpConnection::Next HttpConnection::answer_stream(ConnectionTable::Entry& entry,
                                                   RequestHead const& head, std::size_t head_size,
                                                   bool is_last) {
    auto const id = new_uuid(SystemClock{}.now());
    auto const id_text = to_string(id);
    auto opening = context_.dispatcher.open_stream(
        {.head = head, .body = {}, .source_ip = source_ip_, .id = id, .id_text = id_text});
    api::WipesToken const wipes{opening.caller};
    if (opening.refusal) {
        opening.refusal->closes = true;  // The body is not read.
        return send(*opening.refusal, id_text, false);
    }
    if (!invite_body(head, deadline())) return Next::close;
    Response response;
    response.content_type = "application/x-ndjson";
    response.rate = opening.rate;
    response.closes = must_close(head, is_last);
    std::string answer_head;
    append_response(answer_head, response,
                    {.request_id = id_text,
                     .date = http_date(),
                     .is_secure = stream_->is_secure(),
                     .is_chunked = true});
    BodySource body(*intake_, head, context_.body_bounds.streamed_size_max);
    intake_->forget(head_size);  // With it, all views of `head` end.
    entry.become_streaming();
    Batch batch({.host = context_.dispatcher.host(),
                 .caller = opening.caller,
                 .permit = opening.permit,
                 .stream = *stream_,
                 .table = context_.table,
                 .body = body,
                 .deadline = context_.header_deadline,
                 .submit_wait = context_.dispatcher.submit_wait(),
                 .window_max = context_.batch_window_max},
                std::move(answer_head));
    switch (batch.run()) {
    case Batch::End::gone: return Next::close;
    case Batch::End::cut_short: response.closes = true; break;
    case Batch::End::complete: break;
    }
    context_.meters.note(metrics::Route::batch, response.status, Meters::Steady::now() - begun_);
    return response.closes ? Next::close_with_answer : Next::request;
}

bool HttpConnection::invite_body(RequestHead const& head, Deadline deadline) {
    return !head.expects_continue ||
           stream_->write_all("HTTP/1.1 100 Continue\r\n\r\n", deadline) == Stream::Outcome::ok;
}

// Precondition: the guard has bounded the length, so that head and body fit the buffer.
HttpConnection::Next HttpConnection::read_body(RequestHead const& head, std::size_t head_size) {
    auto const end = head_size + head.content_length.value_or(0);
    if (intake_->unread().size() >= end) return Next::request;
    auto const body_end = deadline();
    if (!invite_body(head, body_end)) return Next::close;
    while (intake_->unread().size() < end) {
        auto const outcome = intake_->read_more(body_end);
        if (outcome == Stream::Outcome::closed) return Next::close;
        if (outcome == Stream::Outcome::timed_out) {
            return refuse({Code::request_timeout, 408, "The body did not arrive in time."}, false);
        }
    }
    return Next::request;
}

HttpConnection::Next HttpConnection::refuse(Refusal const& refusal, bool is_head) {
    auto const id_text = to_string(new_uuid(SystemClock{}.now()));
    Problem problem;
    problem.code = refusal.code;
    problem.status = refusal.status;
    problem.detail = refusal.message;
    // No path: nobody can be sure what it was.
    auto response = to_response(problem, {{}, id_text});
    response.closes = true;
    response.route = metrics::Route::malformed;
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
    if (out_.capacity() > out_kept_max) out_ = std::string();
    if (outcome != Stream::Outcome::ok) return Next::close;
    context_.meters.note(response.route, response.status, Meters::Steady::now() - begun_);
    return response.closes ? Next::close_with_answer : Next::request;
}

}  // namespace bank::rest
