// One end of a connection: frames in, frames out, neither ever waiting for the other.
//
// Threads: the io_context has one thread, on which `Events` are called. send(), close() and
// await_room(): any thread. Owner: a shared_ptr; it keeps itself until it is closed.
#pragma once
#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "core/wire/frame.hpp"

namespace bank::wire {

class Channel : public std::enable_shared_from_this<Channel> {
public:
    using Socket = boost::asio::local::stream_protocol::socket;

    struct Limits {
        std::size_t payload_size_max;  // Of what comes in.
        std::size_t queue_size_max;    // Bytes that may wait to be written; beyond, send() fails.
        std::size_t pause_above;       // Beyond so many, nothing more is read.
    };
    struct Events {
        // False: it makes no sense, and the connection ends. `payload` is wiped afterwards.
        std::function<bool(FrameHeader const&, std::string_view payload)> frame;
        // Once, and nothing after it.
        std::function<void()> closed;
    };
    // Whether the caller's thread writes what can be written at once, or leaves that to the
    // channel's own, where many frames become one write.
    enum class Write : std::uint8_t { now, soon };

    Channel(boost::asio::io_context& io, Socket socket, Limits limits);
    ~Channel();
    Channel(Channel const&) = delete;
    Channel& operator=(Channel const&) = delete;

    void start(Events events);

    // False: the connection is closed, or its queue is full; nothing of the frame is sent.
    bool send(FrameType type, std::uint64_t id, std::string_view payload, Write write);
    // Waits until less than `size_max` bytes wait to be written. False: closed, or `limit` is over.
    bool await_room(std::size_t size_max, std::chrono::milliseconds limit);
    // Idempotent. What waits to be written is dropped.
    void close();

private:
    void read();
    void received(std::size_t size);
    bool parse();
    void flush();
    bool write_some();

    boost::asio::io_context& io_;
    Socket socket_;
    Limits const limits_;
    Events events_;
    std::string in_;
    std::size_t in_size_ = 0;
    bool is_paused_ = false;

    std::mutex mutex_;
    std::condition_variable has_room_;
    std::string out_;  // Guarded by mutex_, as the next two.
    std::size_t written_ = 0;
    bool is_flushing_ = false;
    std::atomic<bool> is_closed_{false};
};

}  // namespace bank::wire
