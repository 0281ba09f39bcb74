#include "core/wire/link.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/post.hpp>

#include "core/base/secret.hpp"
#include "core/codec/binary.hpp"

namespace bank::wire {
namespace {

using boost::system::error_code;
using std::chrono::milliseconds;

constexpr milliseconds tick_every{50};
constexpr milliseconds backoff_min{20};
constexpr milliseconds backoff_max{1000};
constexpr milliseconds hello_max{5000};
constexpr std::size_t queue_size_max = std::size_t{32} * 1024 * 1024;

Error away() {
    return {.code = Code::storage_unavailable,
            .detail = "the core cannot be reached",
            .message = "The bank's core is unavailable. Try again shortly.",
            .retry_after_s = 1};
}

}  // namespace

Error RemoteBank::Link::error_of(Waiting const& waiting) {
    if (!waiting.is_sent || !waiting.changes) return away();
    return {.code = Code::outcome_unknown,
            .detail = "the connection to the core was lost",
            .retry_after_s = 1};
}

void RemoteBank::Link::fail(Lost lost) {
    for (auto& [answered, error] : lost) answered({}, &error);
}

void RemoteBank::Link::start() {
    connect();
    tick();
    thread_ = std::thread([this] { io_.run(); });
}

void RemoteBank::Link::stop() {
    Lost lost;
    {
        std::lock_guard const lock(mutex_);
        if (is_stopping_) return;
        is_stopping_ = true;
        for (auto& [id, waiting] : waiting_) {
            auto error = error_of(waiting);
            if (error.code != Code::outcome_unknown) error.code = Code::shutting_down;
            wipe(waiting.payload);
            lost.emplace_back(std::move(waiting.answered), std::move(error));
        }
        waiting_.clear();
    }
    fail(std::move(lost));
    if (!thread_.joinable()) return;
    boost::asio::post(io_, [this] {
        tick_.cancel();
        retry_.cancel();
        if (channel_) channel_->close();
        work_.reset();
    });
    thread_.join();
}

milliseconds RemoteBank::Link::silence() const {
    Steady::time_point const seen{Steady::duration{seen_.load()}};
    return std::chrono::duration_cast<milliseconds>(Steady::now() - seen);
}

void RemoteBank::Link::send(operations::Facts const& facts, std::string payload,
                            Answered answered) {
    std::shared_ptr<Channel> channel;
    std::uint64_t id = 0;
    Error refusal{.code = Code::posted};
    {
        std::lock_guard const lock(mutex_);
        auto const now = Steady::now();
        auto const until = away_since_ + settings_.patience;
        if (is_stopping_) {
            refusal = {.code = Code::shutting_down, .retry_after_s = 1};
        } else if (payload.size() > call_size_max) {
            refusal = {.code = Code::request_too_large};
        } else if (waiting_.size() >= settings_.calls_max) {
            refusal = {.code = Code::overloaded, .retry_after_s = 1};
        } else if (!is_up_ && until <= now) {
            refusal = away();
        } else {
            id = next_id_++;
            Waiting waiting{.changes = facts.effect == operations::Effect::changes,
                            .is_sent = is_up_,
                            .payload = {},
                            .deadline = is_up_ ? now + settings_.call_max : until,
                            .answered = std::move(answered)};
            if (is_up_) {
                channel = channel_;
            } else {
                waiting.payload = std::move(payload);
            }
            waiting_.emplace(id, std::move(waiting));
        }
    }
    if (id == 0) {
        wipe(payload);
        answered({}, &refusal);
        return;
    }
    if (!channel) return;
    auto const is_sent = channel->send(FrameType::call, id, payload, Channel::Write::now);
    wipe(payload);
    if (is_sent) return;
    // Nothing of it went out, unless the connection broke: then closed() has its end.
    Lost lost;
    {
        std::lock_guard const lock(mutex_);
        auto const found = waiting_.find(id);
        if (found == waiting_.end()) return;
        lost.emplace_back(std::move(found->second.answered),
                          Error{.code = Code::overloaded, .retry_after_s = 1});
        waiting_.erase(found);
    }
    fail(std::move(lost));
}

void RemoteBank::Link::connect() {
    {
        std::lock_guard const lock(mutex_);
        if (is_stopping_) return;
    }
    auto socket = std::make_shared<Channel::Socket>(io_);
    error_code failure;
    // A Unix socket connects at once or not at all.
    socket->open({}, failure);
    if (!failure) socket->non_blocking(true, failure);
    if (!failure) socket->connect(settings_.socket, failure);
    if (!failure) return connected(std::move(*socket));
    auto const sentence =
        fmt::format("The core cannot be reached at {}: {}.", settings_.socket, failure.message());
    if (said_ != sentence) say_(said_ = sentence);
    leave();
}

void RemoteBank::Link::connected(Channel::Socket socket) {
    auto channel = std::make_shared<Channel>(
        io_, std::move(socket),
        Channel::Limits{result_size_max, queue_size_max, 2 * queue_size_max});
    {
        std::lock_guard const lock(mutex_);
        channel_ = channel;
    }
    hello_deadline_ = Steady::now() + hello_max;
    channel->start({[this](FrameHeader const& header, std::string_view payload) {
                        return received(header, payload);
                    },
                    [this] { closed(); }});
    channel->send(FrameType::hello, 0, encode_hello(settings_.front_end, settings_.version),
                  Channel::Write::now);
}

bool RemoteBank::Link::received(FrameHeader const& header, std::string_view payload) {
    switch (header.type) {
    case FrameType::welcome: welcome(payload); return true;
    case FrameType::result: return answer(header.id, payload);
    case FrameType::closing: {
        std::lock_guard const lock(mutex_);
        if (is_up_) away_since_ = Steady::now();
        is_up_ = false;
        is_core_leaving_ = true;
        return true;
    }
    case FrameType::refused: {
        std::string sentence;
        codec::Reader reader(payload);
        reader(sentence);
        if (said_ != sentence) say_(said_ = sentence);
        return false;
    }
    case FrameType::hello:
    case FrameType::call:
    case FrameType::part: break;
    }
    return false;
}

void RemoteBank::Link::welcome(std::string_view payload) {
    std::string version;
    codec::Reader reader(payload);
    reader(version);
    std::vector<std::pair<std::uint64_t, std::string>> calls;
    {
        std::lock_guard const lock(mutex_);
        is_up_ = true;
        for (auto& [id, waiting] : waiting_) {
            if (waiting.is_sent) continue;
            waiting.is_sent = true;
            waiting.deadline = Steady::now() + settings_.call_max;
            calls.emplace_back(id, std::move(waiting.payload));
        }
    }
    hello_deadline_ = {};
    backoff_ = milliseconds{0};
    said_.clear();
    say_(fmt::format("Connected to the core, bankd {}.", version));
    for (auto& [id, call] : calls) {
        channel_->send(FrameType::call, id, call, Channel::Write::soon);
        wipe(call);
    }
}

bool RemoteBank::Link::answer(std::uint64_t id, std::string_view payload) {
    Answered answered;
    {
        std::lock_guard const lock(mutex_);
        auto const found = waiting_.find(id);
        // Too late, perhaps; but not before it was asked.
        if (found == waiting_.end()) return id < next_id_;
        answered = std::move(found->second.answered);
        waiting_.erase(found);
    }
    return answered(payload, nullptr);
}

void RemoteBank::Link::leave() {
    backoff_ = std::clamp(2 * backoff_, backoff_min, backoff_max);
    retry_.expires_after(backoff_);
    retry_.async_wait([this](error_code failure) {
        if (!failure) connect();
    });
}

void RemoteBank::Link::closed() {
    Lost lost;
    bool was_up = false;
    {
        std::lock_guard const lock(mutex_);
        channel_.reset();
        is_core_leaving_ = false;
        was_up = is_up_.exchange(false);
        if (was_up) away_since_ = Steady::now();
        for (auto it = waiting_.begin(); it != waiting_.end();) {
            if (!it->second.is_sent) {
                ++it;
                continue;
            }
            lost.emplace_back(std::move(it->second.answered), error_of(it->second));
            it = waiting_.erase(it);
        }
        if (is_stopping_) return;
    }
    hello_deadline_ = {};
    if (was_up) say_("Connection to the core lost; calls wait for it.");
    fail(std::move(lost));
    leave();
}

void RemoteBank::Link::tick() {
    auto const now = Steady::now();
    seen_ = now.time_since_epoch().count();
    Lost lost;
    {
        std::lock_guard const lock(mutex_);
        if (is_stopping_) return;  // Its cancelling came too late for this one.
        for (auto it = waiting_.begin(); it != waiting_.end();) {
            if (it->second.deadline > now) {
                ++it;
                continue;
            }
            wipe(it->second.payload);
            lost.emplace_back(std::move(it->second.answered), error_of(it->second));
            it = waiting_.erase(it);
        }
    }
    fail(std::move(lost));
    if (hello_deadline_ != Steady::time_point{} && hello_deadline_ < now && channel_) {
        channel_->close();
    }
    tick_.expires_after(tick_every);
    tick_.async_wait([this](error_code failure) {
        if (!failure) tick();
    });
}

}  // namespace bank::wire
