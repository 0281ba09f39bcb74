#include "plugins/admin/metrics_endpoint.hpp"
#include "core/operations/system.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_static_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <charconv>
#include <chrono>
#include <set>
#include <string_view>
#include <thread>
#include <utility>

#include "core/base/text.hpp"
#include "plugins/admin/exposition.hpp"

namespace bank::admin {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using boost::system::error_code;
using tcp = asio::ip::tcp;
using std::chrono::milliseconds;

constexpr std::size_t head_size_max = 8192;
constexpr std::size_t readers_max = 8;
constexpr milliseconds exchange_max{10'000};  // From the connection to the end of the answer.
constexpr milliseconds accept_pause{100};     // After an accept that failed.

Error unusable(std::string sentence) {
    return {.code = Code::invalid_field, .detail = std::move(sentence)};
}

Result<tcp::endpoint> loopback_of(std::string const& text) {
    auto const colon = text.rfind(':');
    auto const port =
        colon == std::string::npos ? std::nullopt : parse_int64(text.substr(colon + 1));
    auto host = text.substr(0, colon);
    auto const is_bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
    if (is_bracketed) host = host.substr(1, host.size() - 2);
    error_code failure;
    auto const address = asio::ip::make_address(host, failure);
    if (failure || !port || *port < 0 || *port > 65535 || address.is_v6() != is_bracketed) {
        return unusable(
            "must be a numeric address and a port, such as 127.0.0.1:9464 or [::1]:9464");
    }
    if (!address.is_loopback()) {
        return unusable("could be reached by other machines; only a loopback address is allowed");
    }
    return tcp::endpoint(address, static_cast<std::uint16_t>(*port));
}

http::response<http::string_body> answer_to(http::request_header<> const& request,
                                            plugin::Host& host) {
    http::response<http::string_body> response;
    response.set(http::field::content_type, "text/plain; charset=utf-8");
    response.set(http::field::cache_control, "no-store");
    response.set("X-Content-Type-Options", "nosniff");
    response.keep_alive(false);
    auto const refuse = [&](http::status status, std::string sentence) {
        response.result(status);
        response.body() = std::move(sentence) + '\n';
    };
    if (request.target() != "/metrics") {
        refuse(http::status::not_found, "There is only /metrics.");
    } else if (request.method() != http::verb::get && request.method() != http::verb::head) {
        response.set(http::field::allow, "GET, HEAD");
        refuse(http::status::method_not_allowed, "There is only GET.");
    } else if (auto const figures = host.bank().ask<operations::Metrics>({}); figures) {
        response.set(http::field::content_type, exposition_type);
        response.body() = expose(*figures);
    } else {
        response.set(http::field::retry_after, "1");
        refuse(http::status::service_unavailable, std::string(title(figures.code())));
    }
    response.prepare_payload();
    if (request.method() == http::verb::head) response.body().clear();
    return response;
}

class Reader;
using Readers = std::set<std::shared_ptr<Reader>>;

// One connection, one request, one answer. Everything on the endpoint's thread.
class Reader : public std::enable_shared_from_this<Reader> {
public:
    Reader(tcp::socket socket, plugin::Host& host, Readers& all)
        : stream_(std::move(socket)), host_(host), all_(all) {
        parser_.header_limit(head_size_max);
    }

    void start() {
        all_.insert(shared_from_this());
        stream_.expires_after(exchange_max);
        http::async_read_header(
            stream_, buffer_, parser_,
            [self = shared_from_this()](error_code failure, std::size_t) { self->read(failure); });
    }

    void close() {
        stream_.close();
        all_.erase(shared_from_this());
    }

private:
    void read(error_code failure) {
        if (failure) return close();
        try {
            response_ = answer_to(parser_.get(), host_);
        } catch (std::exception const& thrown) {
            host_.log(log::Level::error, fmt::format("metrics: {}", thrown.what()));
            return close();
        }
        // The core may have taken its time.
        stream_.expires_after(exchange_max);
        http::async_write(stream_, response_,
                          [self = shared_from_this()](error_code, std::size_t) { self->end(); });
    }

    void end() {
        error_code ignored;
        stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
        close();
    }

    beast::tcp_stream stream_;
    plugin::Host& host_;
    Readers& all_;
    beast::flat_static_buffer<head_size_max> buffer_;
    http::request_parser<http::empty_body> parser_;
    http::response<http::string_body> response_;
};

}  // namespace

struct MetricsEndpoint::State {
    explicit State(plugin::Host& the_host) : host(the_host) {}

    void accept() {
        acceptor.async_accept([this](error_code failure, tcp::socket socket) {
            if (!acceptor.is_open()) return;
            if (failure) {
                pause.expires_after(accept_pause);
                pause.async_wait([this](error_code) {
                    if (acceptor.is_open()) accept();
                });
                return;
            }
            if (readers.size() < readers_max) {
                std::make_shared<Reader>(std::move(socket), host, readers)->start();
            }
            accept();
        });
    }

    void serve() {
        accept();
        thread = std::thread([this] { io.run(); });
    }

    plugin::Host& host;
    asio::io_context io{1};
    tcp::acceptor acceptor{io};
    asio::steady_timer pause{io};
    Readers readers;
    std::thread thread;
};

MetricsEndpoint::MetricsEndpoint(plugin::Host& host) : host_(host) {}

MetricsEndpoint::~MetricsEndpoint() {
    stop();
}

Status MetricsEndpoint::check(std::string const& address) {
    if (address.empty()) return Done{};
    auto const endpoint = loopback_of(address);
    if (!endpoint) return endpoint.error();
    return Done{};
}

Status MetricsEndpoint::start(std::string const& address) {
    auto const endpoint = loopback_of(address);
    if (!endpoint) {
        return unusable(
            fmt::format("[admin] metrics_address = {}: {}", address, endpoint.error().detail));
    }
    auto state = std::make_shared<State>(host_);
    error_code failure;
    state->acceptor.open(endpoint->protocol(), failure);
    if (!failure) state->acceptor.set_option(tcp::acceptor::reuse_address(true), failure);
    if (!failure) state->acceptor.bind(*endpoint, failure);
    if (!failure) state->acceptor.listen(16, failure);
    if (failure == asio::error::address_family_not_supported ||
        failure == asio::error::access_denied) {
        return unusable(fmt::format(
            "[admin] metrics_address is {}, and this process may open no socket there ({}); under "
            "the service manager enable bankd-metrics.socket instead.",
            address, failure.message()));
    }
    if (failure) {
        return Error{.code = Code::overloaded,
                     .detail = fmt::format("[admin] metrics_address {} cannot be had: {}", address,
                                           failure.message())};
    }
    state_ = std::move(state);
    state_->serve();
    auto const host = address.substr(0, address.rfind(':'));
    host_.log(log::Level::info, fmt::format("metrics: http://{}:{}/metrics", host, port()));
    return Done{};
}

Status MetricsEndpoint::adopt(int descriptor) {
    auto state = std::make_shared<State>(host_);
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    auto const is_known =
        ::getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &size) == 0;
    auto const is_ip = address.ss_family == AF_INET || address.ss_family == AF_INET6;
    error_code failure;
    if (is_known && is_ip) {
        state->acceptor.assign(address.ss_family == AF_INET ? tcp::v4() : tcp::v6(), descriptor,
                               failure);
    }
    if (!is_known || !is_ip || failure) {
        ::close(descriptor);
        return unusable("The socket admin-metrics of the service manager is no TCP socket.");
    }
    auto const endpoint = state->acceptor.local_endpoint(failure);
    if (failure || !endpoint.address().is_loopback()) {
        return unusable(fmt::format(
            "The socket admin-metrics of the service manager listens on {}, which other machines "
            "could reach; only a loopback address is allowed.",
            endpoint.address().to_string()));
    }
    state_ = std::move(state);
    state_->serve();
    host_.log(log::Level::info, "metrics: a socket given by the service manager");
    return Done{};
}

void MetricsEndpoint::stop() {
    if (!state_) return;
    auto& state = *state_;
    asio::post(state.io, [&state] {
        error_code ignored;
        state.acceptor.close(ignored);
        state.pause.cancel();
        auto const all = state.readers;
        for (auto const& reader : all) reader->close();
    });
    state.thread.join();
    state_.reset();
}

std::uint16_t MetricsEndpoint::port() const {
    if (!state_) return 0;
    error_code failure;
    auto const endpoint = state_->acceptor.local_endpoint(failure);
    return failure ? std::uint16_t{0} : endpoint.port();
}

}  // namespace bank::admin
