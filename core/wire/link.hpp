// The connection of a RemoteBank: kept up, and the calls that wait at it.
#pragma once
#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <map>
#include <thread>
#include <vector>

#include "core/wire/channel.hpp"
#include "core/wire/remote_bank.hpp"

namespace bank::wire {

class RemoteBank::Link {
public:
    // Gets the payload of the result, or why there is none. False: the payload makes no sense.
    using Answered = std::function<bool(std::string_view payload, Error const* lost)>;

    Link(Settings settings, std::function<void(std::string const&)> say)
        : settings_(std::move(settings)), say_(std::move(say)) {}
    ~Link() { stop(); }

    void start();
    void stop();

    // `payload` is a call's; wiped here. `answered` runs exactly once.
    void send(operations::Facts const& facts, std::string payload, Answered answered);

    [[nodiscard]] bool is_connected() const { return is_up_; }
    // The core said that it stops, and has not gone yet.
    [[nodiscard]] bool is_core_leaving() const { return is_core_leaving_; }
    [[nodiscard]] std::chrono::milliseconds silence() const;
    [[nodiscard]] Settings const& settings() const noexcept { return settings_; }

private:
    using Steady = std::chrono::steady_clock;
    struct Waiting {
        bool changes = false;
        bool is_sent = false;
        std::string payload;  // Until it is sent.
        Steady::time_point deadline;
        Answered answered;
    };
    using Lost = std::vector<std::pair<Answered, Error>>;

    void connect();
    void connected(Channel::Socket socket);
    bool received(FrameHeader const& header, std::string_view payload);
    bool answer(std::uint64_t id, std::string_view payload);
    void welcome(std::string_view payload);
    void leave();
    void closed();
    void tick();
    static Error error_of(Waiting const& waiting);
    static void fail(Lost lost);

    Settings settings_;
    std::function<void(std::string const&)> say_;
    boost::asio::io_context io_{1};
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{
        io_.get_executor()};
    boost::asio::steady_timer tick_{io_};
    boost::asio::steady_timer retry_{io_};
    std::chrono::milliseconds backoff_{0};
    Steady::time_point hello_deadline_{};  // Of a connection that is not welcome yet.
    std::string said_;

    std::mutex mutex_;
    std::map<std::uint64_t, Waiting> waiting_;  // Guarded by mutex_, as the next four.
    std::shared_ptr<Channel> channel_;
    std::uint64_t next_id_ = 1;
    Steady::time_point away_since_ = Steady::now();
    bool is_stopping_ = false;
    std::atomic<bool> is_up_{false};
    std::atomic<bool> is_core_leaving_{false};
    std::atomic<Steady::rep> seen_{Steady::now().time_since_epoch().count()};
    std::thread thread_;
};

}  // namespace bank::wire
