#include "core/wire/channel.hpp"

#include <sys/socket.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <cerrno>
#include <cstring>
#include <utility>

#include "core/base/secret.hpp"

namespace bank::wire {
namespace {

using boost::system::error_code;

constexpr std::size_t read_size = std::size_t{64} * 1024;

}  // namespace

Channel::Channel(boost::asio::io_context& io, Socket socket, Limits limits)
    : io_(io), socket_(std::move(socket)), limits_(limits) {}

Channel::~Channel() {
    wipe(in_);
    wipe(out_);
}

void Channel::start(Events events) {
    events_ = std::move(events);
    error_code ignored;
    socket_.non_blocking(true, ignored);
    read();
}

void Channel::read() {
    if (is_closed_) return;
    if (in_.size() < in_size_ + read_size) in_.resize(in_size_ + read_size);
    socket_.async_read_some(boost::asio::buffer(in_.data() + in_size_, in_.size() - in_size_),
                            [self = shared_from_this()](error_code failure, std::size_t size) {
                                if (failure) return self->close();
                                self->received(size);
                            });
}

void Channel::received(std::size_t size) {
    in_size_ += size;
    if (!parse()) return close();
    {
        std::lock_guard const lock(mutex_);
        is_paused_ = out_.size() - written_ > limits_.pause_above;
        if (is_paused_) return;
    }
    read();
}

// What is left of a frame stays at the beginning of in_.
bool Channel::parse() {
    std::string_view const all(in_.data(), in_size_);
    std::size_t begin = 0;
    while (in_size_ - begin >= frame_header_size) {
        auto const header =
            parse_header(all.substr(begin, frame_header_size), limits_.payload_size_max);
        if (!header) return false;
        if (in_size_ - begin - frame_header_size < header->payload_size) break;
        auto const payload = all.substr(begin + frame_header_size, header->payload_size);
        if (is_closed_ || !events_.frame(*header, payload)) return false;
        begin += frame_header_size + header->payload_size;
    }
    auto const left = in_size_ - begin;
    std::memmove(in_.data(), in_.data() + begin, left);
    explicit_bzero(in_.data() + left, begin);
    in_size_ = left;
    return true;
}

bool Channel::send(FrameType type, std::uint64_t id, std::string_view payload, Write write) {
    auto const header = encode_header(
        {.payload_size = static_cast<std::uint32_t>(payload.size()), .type = type, .id = id});
    std::lock_guard const lock(mutex_);
    if (is_closed_) return false;
    if (out_.size() - written_ + header.size() + payload.size() > limits_.queue_size_max) {
        return false;
    }
    out_.append(header.data(), header.size());
    out_.append(payload);
    if (is_flushing_) return true;
    if (write == Write::now && write_some()) return true;
    is_flushing_ = true;
    boost::asio::post(io_, [self = shared_from_this()] { self->flush(); });
    return true;
}

// With mutex_. True: nothing is left. A broken connection shows itself to the reader.
bool Channel::write_some() {
    while (written_ < out_.size()) {
        auto const sent = ::send(socket_.native_handle(), out_.data() + written_,
                                 out_.size() - written_, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR) continue;
        if (sent < 0) return false;
        written_ += static_cast<std::size_t>(sent);
    }
    explicit_bzero(out_.data(), out_.size());
    out_.clear();
    written_ = 0;
    return true;
}

void Channel::flush() {
    bool is_done = false;
    bool reads = false;
    {
        std::lock_guard const lock(mutex_);
        if (is_closed_) return;
        is_done = write_some();
        is_flushing_ = !is_done;
        if (written_ > read_size && 2 * written_ > out_.size()) {
            out_.erase(0, written_);
            written_ = 0;
        }
        if (is_paused_ && out_.size() - written_ <= limits_.pause_above / 2) {
            is_paused_ = false;
            reads = true;
        }
    }
    has_room_.notify_all();
    if (reads) read();
    if (is_done) return;
    socket_.async_wait(Socket::wait_write, [self = shared_from_this()](error_code failure) {
        if (failure) return self->close();
        self->flush();
    });
}

bool Channel::await_room(std::size_t size_max, std::chrono::milliseconds limit) {
    std::unique_lock lock(mutex_);
    auto const is_settled = [&] { return is_closed_ || out_.size() - written_ < size_max; };
    return has_room_.wait_for(lock, limit, is_settled) && !is_closed_;
}

void Channel::close() {
    {
        std::lock_guard const lock(mutex_);
        if (is_closed_.exchange(true)) return;
    }
    has_room_.notify_all();
    boost::asio::post(io_, [self = shared_from_this()] {
        {
            std::lock_guard const lock(self->mutex_);
            error_code ignored;
            self->socket_.close(ignored);
        }
        auto const events = std::exchange(self->events_, {});
        if (events.closed) events.closed();
    });
}

}  // namespace bank::wire
