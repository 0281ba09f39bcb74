#include "core/wire/bank_server.hpp"

#include <fmt/format.h>
#include <sys/socket.h>

#include <algorithm>
#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <future>
#include <optional>
#include <set>
#include <thread>

#include "core/api/wipes_token.hpp"
#include "core/base/log.hpp"
#include "core/base/secret.hpp"
#include "core/codec/binary.hpp"
#include "core/operations/list.hpp"
#include "core/wire/channel.hpp"

namespace bank::wire {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using Protocol = asio::local::stream_protocol;
using Steady = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds tick_every{100};
constexpr milliseconds hello_max{5000};
constexpr milliseconds part_max{
    30'000};  // A front end that takes no part of an export for so long.
constexpr milliseconds accept_pause{100};
constexpr std::size_t queue_size_max = std::size_t{64} * 1024 * 1024;
// Growing would leave copies of secrets behind; most answers are smaller.
constexpr std::size_t size_expected = std::size_t{4} * 1024;
constexpr std::size_t pause_above = std::size_t{8} * 1024 * 1024;

std::optional<std::uint32_t> uid_of(Protocol::socket& socket) {
    ucred peer{};
    socklen_t size = sizeof peer;
    if (::getsockopt(socket.native_handle(), SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) {
        return std::nullopt;
    }
    return peer.uid;
}

class Connection;

// What the connections share.
struct Shared {
    Shared(BankServer::Settings new_settings, BankServer::Hooks new_hooks)
        : settings(std::move(new_settings)),
          hooks(std::move(new_hooks)),
          workers(settings.workers) {}

    BankServer::Settings const settings;
    BankServer::Hooks const hooks;
    asio::io_context io{1};
    asio::thread_pool workers;
    std::atomic<bool> is_draining{false};
    std::atomic<std::size_t> calls{0};  // Not answered, of all connections.
    std::atomic<std::size_t> exports{0};
};

// One front end's connection. Frames come on the sockets' thread, calls run on the workers.
class Connection : public std::enable_shared_from_this<Connection> {
public:
    Connection(Shared& shared, BankServer::Door const& door, Protocol::socket socket)
        : shared_(shared),
          door_(door),
          channel_(std::make_shared<Channel>(
              shared.io, std::move(socket),
              Channel::Limits{call_size_max, queue_size_max, pause_above})) {}

    void start(std::function<void()> closed) {
        channel_->start(
            {[self = shared_from_this()](FrameHeader const& header, std::string_view payload) {
                 return self->received(header, payload);
             },
             std::move(closed)});
    }
    [[nodiscard]] BankServer::Door const& door() const noexcept { return door_; }
    [[nodiscard]] bool is_overdue() const {
        return !is_welcome_ && Steady::now() - since_ > hello_max;
    }
    void announce_end() {
        if (is_welcome_) channel_->send(FrameType::closing, 0, {}, Channel::Write::now);
    }
    void close() { channel_->close(); }

private:
    bool received(FrameHeader const& header, std::string_view payload) {
        if (!is_welcome_) return header.type == FrameType::hello && greet(payload);
        if (header.type != FrameType::call || header.id == 0) return broken("no call");
        if (shared_.is_draining) {
            return refuse(header.id, {.code = Code::shutting_down, .retry_after_s = 1});
        }
        if (calls_ >= shared_.settings.calls_max) {
            return refuse(header.id, {.code = Code::overloaded, .retry_after_s = 1});
        }
        ++calls_;
        ++shared_.calls;
        asio::post(shared_.workers, [self = shared_from_this(), id = header.id,
                                     call = std::string(payload)]() mutable {
            self->run(id, call);
            wipe(call);
        });
        return true;
    }

    bool greet(std::string_view payload) {
        auto const why = problem_of_hello(payload, door_.front_end, shared_.settings.version);
        if (!why.empty()) {
            shared_.hooks.warn(
                fmt::format("Rejected a connection to the socket of the front end {}: {}",
                            to_string(door_.front_end), why));
            channel_->send(FrameType::refused, 0, codec::encode(why), Channel::Write::now);
            return false;
        }
        is_welcome_ = true;
        return channel_->send(FrameType::welcome, 0, codec::encode(shared_.settings.version),
                              Channel::Write::now);
    }

    bool broken(std::string_view what) {
        shared_.hooks.warn(
            fmt::format("Protocol error by the front end {} ({}); connection closed.",
                        to_string(door_.front_end), what));
        return false;
    }

    bool refuse(std::uint64_t id, Error const& error) {
        return channel_->send(FrameType::result, id,
                              codec::encode(api::RateDecision{}, false, error),
                              Channel::Write::soon);
    }

    // On a worker.
    void run(std::uint64_t id, std::string_view call) try {
        codec::Reader reader(call);
        auto const* const operation = operations::find(reader.get<std::uint16_t>());
        if (operation == nullptr) return end(broken("unknown operation"));
        perform(id, *operation, reader);
    } catch (std::exception const& thrown) {
        log::error("wire", "a call threw an exception: {}", thrown.what());
        finish_with(id, {.code = Code::internal_error});
    }

    void perform(std::uint64_t id, operations::Operation const& operation, codec::Reader& reader) {
        auto const& facts = operation.facts;
        api::Caller caller;
        api::WipesToken const wipes{caller};
        reader(caller);
        auto const input = operation.make_input();
        reader.read_value(operation.input(), input.get());
        if (!reader.is_finished()) return end(broken(facts.name));
        if (!operations::may_call(facts.callers, door_.front_end)) {
            shared_.hooks.refused(door_.front_end, facts, caller);
            return finish_with(id, {.code = Code::permission_denied});
        }
        if (facts.is_streamed) return stream(id, operation, caller, input.get());
        // Orders are answered many at once, on a lane, which has better to do than to write.
        auto const write =
            facts.entry == operations::Entry::by_kind ? Channel::Write::soon : Channel::Write::now;
        door_.bank->call(
            operation, caller, input.get(), nullptr,
            [self = shared_from_this(), id, write, type = operation.output](
                operations::Answer const& answer) { self->finish(id, type(), answer, write); });
    }

    void stream(std::uint64_t id, operations::Operation const& operation, api::Caller const& caller,
                void* input) {
        if (shared_.exports.fetch_add(1) >= shared_.settings.exports_max) {
            --shared_.exports;
            return finish_with(id, {.code = Code::overloaded, .retry_after_s = 10});
        }
        api::ExportSink const sink = [&](std::string_view lines) { return send_lines(id, lines); };
        door_.bank->call(operation, caller, input, &sink, [&](operations::Answer const& answer) {
            finish(id, operation.output(), answer, Channel::Write::now);
        });
        --shared_.exports;
    }

    // In parts of whole lines.
    Status send_lines(std::uint64_t id, std::string_view lines) {
        while (!lines.empty()) {
            auto size = lines.size();
            if (size > part_size_max) {
                size = lines.substr(0, part_size_max).rfind('\n') + 1;
                if (size == 0)
                    return Error{.code = Code::internal_error, .detail = "line too long"};
            }
            if (!channel_->await_room(part_size_max, part_max) ||
                !channel_->send(FrameType::part, id, lines.substr(0, size), Channel::Write::now)) {
                return Error{.code = Code::request_timeout,
                             .detail = "the front end has disconnected"};
            }
            lines.remove_prefix(size);
        }
        return Done{};
    }

    // An error without the bank.
    void finish_with(std::uint64_t id, Error const& error) {
        finish(id, api::type_of<Done>(), {.error = &error, .output = nullptr, .rate = {}},
               Channel::Write::now);
    }

    void finish(std::uint64_t id, api::Type const& type, operations::Answer const& answer,
                Channel::Write write) {
        auto payload = encode(type, answer);
        log_fault(answer.error);
        if (!channel_->send(FrameType::result, id, payload, write)) channel_->close();
        wipe(payload);
        --calls_;
        --shared_.calls;
    }

    static std::string encode(api::Type const& type, operations::Answer const& answer) {
        if (answer.error != nullptr) return codec::encode(answer.rate, false, *answer.error);
        codec::Writer writer;
        writer.reserve(size_expected);
        writer(answer.rate, true);
        writer.write_value(type, answer.output);
        auto const is_too_long = writer.is_too_long();
        auto payload = std::move(writer).take();
        if (!is_too_long && payload.size() <= result_size_max) return payload;
        wipe(payload);
        return codec::encode(
            answer.rate, false,
            Error{.code = Code::request_too_large, .message = "The answer is too large."});
    }

    // The detail stays here: the front end has only the code.
    static void log_fault(Error const* error) {
        if (error == nullptr || kind(error->code) != CodeKind::fault) return;
        log::error("wire", "{}: {}", word(error->code), error->detail);
    }

    // Of a call that was no call.
    void end(bool) {
        --calls_;
        --shared_.calls;
        channel_->close();
    }

    Shared& shared_;
    BankServer::Door const door_;
    std::shared_ptr<Channel> channel_;
    Steady::time_point const since_ = Steady::now();
    std::atomic<bool> is_welcome_{false};
    std::atomic<std::size_t> calls_{0};
};

}  // namespace

struct BankServer::State {
    State(Settings settings, std::vector<Door> new_doors, Hooks hooks)
        : shared(std::move(settings), std::move(hooks)), doors(std::move(new_doors)) {}

    struct Acceptor {
        Door const& door;
        Protocol::acceptor acceptor;
        asio::steady_timer pause;
    };

    void accept(Acceptor& at) {
        at.acceptor.async_accept([this, &at](error_code failure, Protocol::socket socket) {
            if (failure == asio::error::operation_aborted) return;
            if (!failure) {
                admit(at.door, std::move(socket));
                return accept(at);
            }
            at.pause.expires_after(accept_pause);
            at.pause.async_wait([this, &at](error_code stopped) {
                if (!stopped) accept(at);
            });
        });
    }

    void admit(Door const& door, Protocol::socket socket) {
        auto const uid = uid_of(socket);
        if (uid != door.uid) {
            return shared.hooks.warn(fmt::format(
                "Rejected user {} at the socket of the front end {}, which belongs to user {}.",
                uid ? std::to_string(*uid) : "unknown", to_string(door.front_end), door.uid));
        }
        auto const is_same = [&](auto const& one) {
            return one->door().front_end == door.front_end;
        };
        auto const count = std::count_if(connections.begin(), connections.end(), is_same);
        if (static_cast<std::size_t>(count) >= shared.settings.connections_max) {
            return shared.hooks.warn(fmt::format("Too many connections from the front end {}.",
                                                 to_string(door.front_end)));
        }
        auto const connection = std::make_shared<Connection>(shared, door, std::move(socket));
        connections.insert(connection);
        connection->start([this, weak = std::weak_ptr(connection)] {
            if (auto const gone = weak.lock()) connections.erase(gone);
        });
    }

    void beat() {
        seen = Steady::now().time_since_epoch().count();
        auto const all = connections;
        for (auto const& connection : all) {
            if (connection->is_overdue()) connection->close();
        }
        timer.expires_after(tick_every);
        timer.async_wait([this](error_code failure) {
            if (!failure) beat();
        });
    }

    // On the sockets' thread, and waits for it.
    template <typename Work>
    void there(Work step) {
        std::promise<void> done;
        asio::post(shared.io, [&] {
            step();
            done.set_value();
        });
        done.get_future().wait();
    }

    Shared shared;
    std::vector<Door> doors;
    std::vector<std::unique_ptr<Acceptor>> acceptors;
    std::set<std::shared_ptr<Connection>> connections;  // Of the sockets' thread.
    asio::steady_timer timer{shared.io};
    std::atomic<Steady::rep> seen{Steady::now().time_since_epoch().count()};
    asio::executor_work_guard<asio::io_context::executor_type> work{shared.io.get_executor()};
    std::thread thread;
};

BankServer::BankServer(Settings settings, std::vector<Door> doors, Hooks hooks)
    : state_(std::make_unique<State>(std::move(settings), std::move(doors), std::move(hooks))) {}

BankServer::~BankServer() {
    stop(milliseconds{0});
}

void BankServer::start() {
    for (auto const& door : state_->doors) {
        state_->acceptors.push_back(std::make_unique<State::Acceptor>(
            State::Acceptor{door, Protocol::acceptor(state_->shared.io, Protocol(), door.listener),
                            asio::steady_timer(state_->shared.io)}));
        state_->accept(*state_->acceptors.back());
    }
    state_->beat();
    state_->thread = std::thread([this] { state_->shared.io.run(); });
}

void BankServer::stop(milliseconds grace) {
    if (!state_->thread.joinable()) return;
    auto& shared = state_->shared;
    state_->there([this] {
        for (auto const& one : state_->acceptors) {
            error_code ignored;
            one->pause.cancel();
            one->acceptor.close(ignored);
        }
        for (auto const& connection : state_->connections) connection->announce_end();
    });
    shared.is_draining = true;
    auto const deadline = Steady::now() + grace;
    while (shared.calls > 0 && Steady::now() < deadline) {
        std::this_thread::sleep_for(milliseconds{5});
    }
    // What is being written goes out first.
    state_->there([] {});
    state_->there([this] {
        auto const all = state_->connections;
        for (auto const& connection : all) connection->close();
    });
    shared.workers.join();
    state_->there([this] {
        state_->timer.cancel();
        state_->work.reset();
    });
    state_->thread.join();
}

milliseconds BankServer::silence() const {
    Steady::time_point const seen{Steady::duration{state_->seen.load()}};
    return std::chrono::duration_cast<milliseconds>(Steady::now() - seen);
}

}  // namespace bank::wire
