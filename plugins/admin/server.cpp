#include "plugins/admin/server.hpp"

#include <fmt/format.h>
#include <sys/socket.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/write.hpp>
#include <condition_variable>
#include <exception>
#include <functional>
#include <future>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "core/base/secret.hpp"
#include "plugins/admin/command.hpp"
#include "plugins/admin/wire/frame.hpp"
#include "plugins/admin/wire/message.hpp"

namespace bank::admin {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using Protocol = asio::local::stream_protocol;
using std::chrono::milliseconds;

constexpr milliseconds part_pause{200};    // Between two looks whether the server has ended.
constexpr milliseconds accept_pause{100};  // After an accept that failed, for want of descriptors.

std::optional<api::LocalPeer> peer_of(Protocol::socket& socket) {
    ucred credentials{};
    socklen_t size = sizeof credentials;
    if (::getsockopt(socket.native_handle(), SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0) {
        return std::nullopt;
    }
    return api::LocalPeer{.uid = credentials.uid, .gid = credentials.gid, .pid = credentials.pid};
}

class Connection;
using Connections = std::set<std::shared_ptr<Connection>>;

// What a connection needs of its server, and what it tells it.
struct Surroundings {
    plugin::Host& host;
    Meters& meters;
    ServerLimits const& limits;
    asio::io_context& io;
    asio::thread_pool& workers;
    std::function<void(std::shared_ptr<Connection> const&)> closed;
};

// Everything on the server's socket thread.
class Connection : public std::enable_shared_from_this<Connection> {
public:
    Connection(Surroundings const& around, Protocol::socket socket, api::LocalPeer peer)
        : around_(around), socket_(std::move(socket)), timer_(around.io), peer_(peer) {}
    Connection(Connection const&) = delete;
    Connection& operator=(Connection const&) = delete;
    ~Connection() {
        wipe(payload_);
        wipe(frame_);
    }

    [[nodiscard]] std::uint32_t uid() const noexcept { return peer_.uid; }

    void await_request() {
        phase_ = Phase::idle;
        set_deadline(around_.limits.idle_max);
        asio::async_read(socket_, asio::buffer(header_.data(), 1),
                         [self = shared_from_this()](error_code failure, std::size_t) {
                             self->received_first_byte(failure);
                         });
    }

    // Ends now if idle, or after the request at work is answered.
    void drain() {
        is_last_ = true;
        if (phase_ == Phase::idle || phase_ == Phase::receiving) close();
    }

    void close() {
        if (phase_ == Phase::closed) return;
        phase_ = Phase::closed;
        timer_.cancel();
        error_code ignored;
        socket_.close(ignored);
        around_.closed(shared_from_this());
    }

private:
    enum class Phase : std::uint8_t { idle, receiving, working, replying, closed };

    void received_first_byte(error_code failure) {
        if (phase_ != Phase::idle) return;
        if (failure) return close();
        phase_ = Phase::receiving;
        set_deadline(around_.limits.frame_max);
        asio::async_read(socket_, asio::buffer(header_.data() + 1, header_.size() - 1),
                         [self = shared_from_this()](error_code broken, std::size_t) {
                             self->received_header(broken);
                         });
    }

    void received_header(error_code failure) {
        if (phase_ != Phase::receiving) return;
        if (failure) return close();
        auto const size = wire::parse_frame_header(header_, wire::request_size_max);
        if (!size) return refuse(size.error());
        payload_.resize(*size);
        asio::async_read(socket_, asio::buffer(payload_),
                         [self = shared_from_this()](error_code broken, std::size_t) {
                             self->received_payload(broken);
                         });
    }

    void received_payload(error_code failure) {
        if (phase_ != Phase::receiving) return;
        if (failure) return close();
        phase_ = Phase::working;
        timer_.cancel();
        asio::post(around_.workers,
                   [self = shared_from_this(), payload = std::exchange(payload_, {})]() mutable {
                       SendPart const send_part = [&self](std::string_view text) {
                           return self->send_part(text);
                       };
                       auto reply = answer(self->around_.host, self->around_.meters, self->peer_,
                                           std::move(payload), send_part);
                       asio::post(self->around_.io, [self, sent = Secret::take(reply)] {
                           self->send(sent.reveal());
                       });
                   });
    }

    // Says why, then ends: after a broken frame nobody knows where the next one begins.
    void refuse(Error const& error) {
        around_.host.log(log::Level::warning, fmt::format("uid {} pid {}: connection ended: {}",
                                                          peer_.uid, peer_.pid, error.message));
        is_last_ = true;
        send(wire::encode_error(error, {}));
    }

    void send(std::string_view reply) {
        if (phase_ == Phase::closed) return;
        phase_ = Phase::replying;
        set_deadline(around_.limits.write_max);
        frame_ = wire::encode_frame(reply);
        asio::async_write(
            socket_, asio::buffer(frame_),
            [self = shared_from_this()](error_code failure, std::size_t) { self->sent(failure); });
    }

    // On a worker, which waits: the answer goes at the pace of its peer.
    Status send_part(std::string_view text) {
        auto const taken = std::make_shared<std::promise<bool>>();
        auto is_taken = taken->get_future();
        asio::post(around_.io,
                   [self = shared_from_this(), taken, payload = wire::encode_part(text)] {
                       self->write_part(payload, taken);
                   });
        // Once the server has ended nobody keeps the promise.
        while (is_taken.wait_for(part_pause) != std::future_status::ready) {
            if (around_.io.stopped()) return Code::shutting_down;
        }
        if (is_taken.get()) return Done{};
        return Error{.code = Code::request_timeout, .detail = "the peer is gone, or too slow"};
    }

    void write_part(std::string const& payload, std::shared_ptr<std::promise<bool>> const& taken) {
        if (phase_ == Phase::closed) return taken->set_value(false);
        set_deadline(around_.limits.write_max);
        frame_ = wire::encode_frame(payload);
        asio::async_write(socket_, asio::buffer(frame_),
                          [self = shared_from_this(), taken](error_code failure, std::size_t) {
                              self->timer_.cancel();
                              if (failure) self->close();
                              taken->set_value(!failure);
                          });
    }

    void sent(error_code failure) {
        if (phase_ != Phase::replying) return;
        wipe(frame_);  // A new password, perhaps.
        if (failure || is_last_) return close();
        await_request();
    }

    void set_deadline(milliseconds after) {
        timer_.expires_after(after);
        timer_.async_wait([self = shared_from_this()](error_code failure) {
            // A later deadline may have been set while this one was on its way.
            if (!failure && self->timer_.expiry() <= std::chrono::steady_clock::now()) {
                self->overdue();
            }
        });
    }

    void overdue() {
        if (phase_ != Phase::receiving) return close();
        refuse({.code = Code::request_timeout, .message = "The request did not arrive in time."});
    }

    Surroundings const& around_;
    Protocol::socket socket_;
    asio::steady_timer timer_;
    api::LocalPeer peer_;
    Phase phase_ = Phase::idle;
    bool is_last_ = false;  // The next reply ends the connection.
    wire::FrameHeader header_{};
    std::string payload_;
    std::string frame_;
};

}  // namespace

struct Server::State {
    State(plugin::Host& the_host, Meters& the_meters, ServerLimits the_limits)
        : host(the_host),
          limits(the_limits),
          acceptor(io),
          pause(io),
          workers(limits.workers),
          around{host,    the_meters,
                 limits,  io,
                 workers, [this](std::shared_ptr<Connection> const& closed) { forget(closed); }} {}

    void accept() {
        acceptor.async_accept([this](error_code failure, Protocol::socket socket) {
            if (!acceptor.is_open()) return;
            if (failure) {
                pause.expires_after(accept_pause);
                pause.async_wait([this](error_code) {
                    if (acceptor.is_open()) accept();
                });
                return;
            }
            admit(std::move(socket));
            accept();
        });
    }

    void admit(Protocol::socket socket) {
        auto const peer = peer_of(socket);
        if (!peer) return;
        if (!has_room_for(peer->uid)) {
            around.meters.connections_refused.add();
            host.log(log::Level::warning,
                     fmt::format("uid {} pid {}: too many connections", peer->uid, peer->pid));
            auto const frame = wire::encode_frame(wire::encode_error(
                {.code = Code::overloaded, .message = "Too many connections to the admin socket."},
                {}));
            // Fits into an empty socket buffer, or the peer goes without.
            static_cast<void>(::send(socket.native_handle(), frame.data(), frame.size(),
                                     MSG_DONTWAIT | MSG_NOSIGNAL));
            return;
        }
        auto connection = std::make_shared<Connection>(around, std::move(socket), *peer);
        {
            std::lock_guard const guard{mutex};
            connections.insert(connection);
        }
        around.meters.connections_taken.add();
        connection->await_request();
    }

    bool has_room_for(std::uint32_t uid) {
        std::lock_guard const guard{mutex};
        std::size_t same = 0;
        for (auto const& connection : connections) same += connection->uid() == uid ? 1U : 0U;
        return connections.size() < limits.connections_max && same < limits.connections_per_uid_max;
    }

    void forget(std::shared_ptr<Connection> const& closed) {
        std::lock_guard const guard{mutex};
        around.meters.connections_left.add(connections.erase(closed));
        if (connections.empty()) all_closed.notify_all();
    }

    void each_connection(void (Connection::*act)()) {
        Connections now;
        {
            std::lock_guard const guard{mutex};
            now = connections;
        }
        for (auto const& connection : now) ((*connection).*act)();
    }

    void run() {
        while (!io.stopped()) {
            try {
                io.run();
            } catch (std::exception const& failure) {
                host.log(log::Level::error, fmt::format("admin socket: {}", failure.what()));
            }
        }
    }

    plugin::Host& host;
    ServerLimits const limits;
    asio::io_context io{1};
    // While every connection left waits for the core the sockets have nothing to do, and go on.
    asio::executor_work_guard<asio::io_context::executor_type> busy{io.get_executor()};
    Protocol::acceptor acceptor;
    asio::steady_timer pause;
    asio::thread_pool workers;
    Surroundings around;

    std::mutex mutex;  // Guards connections, which stop() watches from outside.
    std::condition_variable all_closed;
    Connections connections;

    std::optional<Listener> listener;
    std::thread thread;
};

Server::Server(plugin::Host& host, Meters& meters, ServerLimits limits)
    : state_(std::make_shared<State>(host, meters, limits)) {}

Server::~Server() {
    stop(milliseconds{0});
}

Status Server::start(Listener listener) {
    auto& state = *state_;
    try {
        state.acceptor.assign(Protocol{}, listener.release());
        state.listener.emplace(std::move(listener));
        state.accept();
        state.thread = std::thread{[&state] { state.run(); }};
    } catch (std::exception const& failure) {
        listener.remove_file();
        if (state.listener) state.listener->remove_file();
        return Error{.code = Code::internal_error,
                     .detail = fmt::format("cannot serve the admin socket: {}", failure.what())};
    }
    return Done{};
}

void Server::stop(milliseconds grace) {
    auto& state = *state_;
    if (!state.thread.joinable()) return;
    if (state.listener) state.listener->remove_file();
    asio::post(state.io, [&state] {
        error_code ignored;
        state.acceptor.close(ignored);
        state.pause.cancel();
        state.each_connection(&Connection::drain);
    });
    {
        std::unique_lock lock{state.mutex};
        state.all_closed.wait_for(lock, grace, [&state] { return state.connections.empty(); });
    }
    asio::post(state.io, [&state] {
        state.each_connection(&Connection::close);
        state.io.stop();
    });
    state.thread.join();
    state.workers.stop();
    state.workers.join();
}

}  // namespace bank::admin
