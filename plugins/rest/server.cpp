#include "plugins/rest/server.hpp"

#include <Poco/Net/TCPServer.h>
#include <Poco/ThreadPool.h>
#include <fmt/format.h>
#include <sys/socket.h>

#include <algorithm>
#include <atomic>
#include <thread>

#include "plugins/rest/http/http_date.hpp"
#include "plugins/rest/http/tls.hpp"
#include "plugins/rest/http_connection.hpp"
#include "plugins/rest/listener.hpp"
#include "plugins/rest/pages/static_files.hpp"
#include "plugins/rest/settings.hpp"

namespace bank::rest {
namespace {

using Poco::Net::StreamSocket;
using Poco::Net::TCPServer;

// The core ends every posting within its own time-outs, which are shorter: this is for a core that
// does not answer at all.
constexpr std::chrono::milliseconds submit_wait{30'000};
constexpr int threads_kept = 16;
// A thread comes back to the pool a little after its connection has left the table.
constexpr int threads_spare = 8;
constexpr int stack_size_bytes = 512 * 1024;
constexpr std::chrono::seconds refusals_logged_every{10};

class Factory final : public Poco::Net::TCPServerConnectionFactory {
public:
    explicit Factory(ConnectionContext const& context) : context_(context) {}
    Poco::Net::TCPServerConnection* createConnection(StreamSocket const& socket) override {
        return new HttpConnection(socket, context_);
    }

private:
    ConnectionContext const& context_;
};

// Runs on the accepting thread, so it never waits.
class Doorkeeper final : public Poco::Net::TCPServerConnectionFilter {
public:
    Doorkeeper(plugin::Host& host, ConnectionTable& table, Meters& meters, bool is_secure)
        : host_(host), table_(table), meters_(meters), is_secure_(is_secure) {}

    bool accept(StreamSocket const& socket) override try {
        auto const source_ip = source_address(socket);
        if (table_.admit(source_group(source_ip))) {
            meters_.connections_taken.add();
            return true;
        }
        meters_.connections_refused.add();
        // Within TLS there is nobody to tell before a handshake, and that needs a thread.
        if (!is_secure_) say_busy(socket);
        log_refusal(source_ip);
        return false;
    } catch (std::exception const&) {  // Gone before it was looked at.
        return false;
    }

private:
    static void say_busy(StreamSocket const& socket) {
        auto response = to_response(to_problem(Error{.code = Code::overloaded}), {});
        response.closes = true;
        std::string out;
        append_response(out, response, {.request_id = {}, .date = http_date()});
        auto const descriptor = socket.impl()->sockfd();
        (void)::send(descriptor, out.data(), out.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
        ::shutdown(descriptor, SHUT_WR);
    }

    void log_refusal(std::string_view source_ip) {
        auto const now = std::chrono::steady_clock::now();
        if (now < next_log_) return;
        next_log_ = now + refusals_logged_every;
        host_.log(log::Level::warning,
                  fmt::format("too many connections: rejected {} so far, most recently from {}",
                              table_.refused(), source_ip));
    }

    plugin::Host& host_;
    ConnectionTable& table_;
    Meters& meters_;
    bool is_secure_;
    std::chrono::steady_clock::time_point next_log_;
};

Result<Poco::Net::ServerSocket> make_listener(plugin::Host& host, Settings const& settings) {
    if (auto const descriptor = host.take_listener("rest")) return adopt_listener(*descriptor);
    return open_listener(settings);
}

}  // namespace

struct Server::State {
    State(plugin::Host& host, Settings const& settings, Meters& meters,
          std::shared_ptr<Tls> new_tls, Poco::Net::ServerSocket const& new_listener)
        : tls(std::move(new_tls)),
          listener(new_listener),
          own_names(settings.own_names, settings.uses_tls),
          table(static_cast<std::size_t>(settings.threads_max),
                settings.connections_per_source_max),
          dispatcher(host, files, own_names, submit_wait),
          context{.dispatcher = dispatcher,
                  .table = table,
                  .gate = gate,
                  .meters = meters,
                  .tls = tls ? tls->context() : Poco::Net::Context::Ptr(),
                  .header_deadline = settings.header_deadline,
                  .idle_timeout = settings.idle_timeout,
                  .body_bounds = {.size_max = settings.body_size_max,
                                  .streamed_size_max = settings.batch_size_max,
                                  .streamed_target = streamed_path()},
                  .batch_window_max = settings.batch_window_max},
          pool("rest", std::min(threads_kept, settings.threads_max),
               settings.threads_max + threads_spare, 60, stack_size_bytes) {
        if (tls) own_names.set_certificate_names(tls->names());
        files.load_docs(settings.docs_directory);
        files.load_web(settings.web_directory);
        Poco::Net::TCPServerParams::Ptr params = new Poco::Net::TCPServerParams;
        params->setMaxThreads(settings.threads_max + threads_spare);
        params->setMaxQueued(settings.threads_max + threads_spare);
        tcp = std::make_unique<TCPServer>(new Factory(context), pool, listener, params);
        tcp->setConnectionFilter(new Doorkeeper(host, table, meters, tls != nullptr));
    }

    StaticFiles files;
    std::shared_ptr<Tls> tls;
    Poco::Net::ServerSocket listener;
    OwnNames own_names;
    ConnectionTable table;
    HandshakeGate gate{std::max(1U, std::thread::hardware_concurrency())};
    Dispatcher dispatcher;
    ConnectionContext context;
    Poco::ThreadPool pool;
    std::unique_ptr<TCPServer> tcp;
};

Server::Server(plugin::Host& host) : host_(host) {}
Server::~Server() {
    stop(0);
}

Status Server::start() noexcept try {
    auto const settings = read_settings(host_);
    std::shared_ptr<Tls> tls;
    if (settings.uses_tls) {
        auto opened = Tls::open(settings.tls_certificate, settings.tls_key);
        if (!opened.ok()) return std::move(opened).error();
        tls = std::move(opened).value();
        meters_.certificate_expires_ns = tls->expires_ns();
    }
    auto listener = make_listener(host_, settings);
    if (!listener.ok()) return std::move(listener).error();
    auto state =
        std::make_unique<State>(host_, settings, meters_, std::move(tls), listener.value());
    auto const address = state->listener.address().toString();
    state->tcp->start();
    state_ = std::move(state);
    host_.log(log::Level::info,
              fmt::format("serves {}://{}", settings.uses_tls ? "https" : "http", address));
    return Done{};
} catch (std::exception const& error) {
    return Error{.code = Code::internal_error,
                 .detail = fmt::format("the REST front end cannot start: {}", error.what())};
}

void Server::reload() noexcept try {
    if (!state_ || !state_->tls) return;
    if (auto const status = state_->tls->reload(); !status.ok()) {
        host_.log(log::Level::error,
                  fmt::format("{}; keeping the previous certificate", status.error().detail));
    } else {
        meters_.certificate_expires_ns = state_->tls->expires_ns();
        state_->own_names.set_certificate_names(state_->tls->names());
        host_.log(log::Level::info, "the TLS certificate was reloaded");
    }
} catch (std::exception const&) {  // Only the log line is lost.
}

std::vector<api::MetricFamily> Server::metrics() noexcept try {
    return meters_.collect();
} catch (std::exception const&) {  // No memory: another time.
    return {};
}

void Server::stop(std::uint32_t grace_ms) noexcept try {
    if (!state_) return;
    state_->tcp->stop();
    state_->listener.close();
    state_->table.drain(std::chrono::milliseconds(grace_ms));
    state_->pool.joinAll();
    auto const refused = state_->table.refused();
    state_.reset();
    host_.log(log::Level::info, fmt::format("stopped; rejected {} connections", refused));
} catch (std::exception const&) {  // Nothing of it is worth keeping the process for.
}

std::uint16_t Server::port() const noexcept {
    try {
        return state_ ? state_->listener.address().port() : std::uint16_t{0};
    } catch (std::exception const&) {
        return 0;
    }
}

std::uint64_t Server::refused_connections() const noexcept {
    return state_ ? state_->table.refused() : 0;
}

}  // namespace bank::rest
