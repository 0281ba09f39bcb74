#include "core/wire/export_stream.hpp"

#include <sys/socket.h>
#include <sys/time.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <cerrno>
#include <optional>

#include "core/base/secret.hpp"
#include "core/codec/binary.hpp"
#include "core/wire/frame.hpp"

namespace bank::wire {
namespace {

using boost::system::error_code;
using Protocol = boost::asio::local::stream_protocol;

Error away() {
    return {.code = Code::storage_unavailable,
            .message = "The bank's core is unavailable. Try again shortly.",
            .retry_after_s = 1};
}

class Stream {
public:
    explicit Stream(RemoteBank::Settings const& settings) {
        error_code failure;
        socket_.open({}, failure);
        auto const ms = settings.call_max.count();
        timeval const limit{ms / 1000, ms % 1000 * 1000};
        for (auto const option : {SO_RCVTIMEO, SO_SNDTIMEO}) {
            ::setsockopt(socket_.native_handle(), SOL_SOCKET, option, &limit, sizeof limit);
        }
        if (!failure) socket_.connect(settings.socket, failure);
        is_open_ = !failure;
    }

    bool send(FrameType type, std::string_view payload) {
        auto const header = encode_header(
            {.payload_size = static_cast<std::uint32_t>(payload.size()), .type = type, .id = 1});
        return write(header.data(), header.size()) && write(payload.data(), payload.size());
    }

    // Into payload(). Nothing: the connection is of no use any more.
    std::optional<FrameType> receive() {
        std::string header(frame_header_size, '\0');
        if (!read(header.data(), header.size())) return std::nullopt;
        auto const parsed = parse_header(header, result_size_max);
        if (!parsed) return std::nullopt;
        payload_.resize(parsed->payload_size);
        if (!read(payload_.data(), payload_.size())) return std::nullopt;
        return parsed->type;
    }
    [[nodiscard]] std::string_view payload() const { return payload_; }

private:
    // By hand: Asio would wait on after the socket's own time limit.
    bool write(char const* data, std::size_t size) {
        while (is_open_ && size > 0) {
            auto const sent = ::send(socket_.native_handle(), data, size, MSG_NOSIGNAL);
            if (sent < 0 && errno == EINTR) continue;
            if (sent <= 0) return is_open_ = false;
            data += sent;
            size -= static_cast<std::size_t>(sent);
        }
        return is_open_;
    }
    bool read(char* data, std::size_t size) {
        while (is_open_ && size > 0) {
            auto const got = ::recv(socket_.native_handle(), data, size, 0);
            if (got < 0 && errno == EINTR) continue;
            if (got <= 0) return is_open_ = false;
            data += got;
            size -= static_cast<std::size_t>(got);
        }
        return is_open_;
    }

    boost::asio::io_context io_;
    Protocol::socket socket_{io_};
    std::string payload_;
    bool is_open_ = false;
};

}  // namespace

Result<std::string> stream_export(RemoteBank::Settings const& settings, std::string call,
                                  api::ExportSink const& sink) {
    Stream stream(settings);
    bool is_asked =
        stream.send(FrameType::hello, encode_hello(settings.front_end, settings.version)) &&
        stream.receive() == FrameType::welcome;
    is_asked = is_asked && stream.send(FrameType::call, call);
    wipe(call);
    while (is_asked) {
        auto const type = stream.receive();
        if (type == FrameType::part) {
            auto taken = sink(stream.payload());
            if (!taken.ok()) return std::move(taken).error();
        } else if (type == FrameType::result) {
            return std::string(stream.payload());
        } else if (type != FrameType::closing) {
            break;
        }
    }
    return away();
}

}  // namespace bank::wire
