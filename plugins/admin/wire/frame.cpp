// The grammar of the admin socket, in both directions:
//
//   stream   = *frame
//   frame    = magic version reserved length payload
//   magic    = "BK"
//   version  = %x01
//   reserved = %x00
//   length   = 4OCTET          ; of the payload, big-endian: 1..262144 to bankd, 1..1048576 from it
//   payload  = 1*OCTET         ; one JSON object, UTF-8; message.cpp says which
//
// The client sends a request and bankd answers it; several requests in a row are answered in
// their order. A frame that breaks the grammar is answered by an error and the end of the stream.
#include "plugins/admin/wire/frame.hpp"

#include <fmt/format.h>

#include "core/base/check.hpp"

namespace bank::admin::wire {
namespace {
constexpr std::uint8_t version = 1;

std::uint8_t byte_of(std::size_t value, unsigned shift) {
    return static_cast<std::uint8_t>((value >> shift) & 0xffU);
}
}  // namespace

FrameHeader frame_header(std::string_view payload) {
    auto const size = payload.size();
    BANK_CHECK(size > 0 && size <= reply_size_max);
    return {'B',
            'K',
            version,
            0,
            byte_of(size, 24),
            byte_of(size, 16),
            byte_of(size, 8),
            byte_of(size, 0)};
}

std::string encode_frame(std::string_view payload) {
    auto const header = frame_header(payload);
    std::string frame;
    frame.reserve(header.size() + payload.size());
    for (auto const byte : header) frame += static_cast<char>(byte);
    frame += payload;
    return frame;
}

Result<std::size_t> parse_frame_header(FrameHeader const& header, std::size_t size_max) {
    auto const refuse = [](Code code, std::string message) {
        return Error{.code = code, .message = std::move(message)};
    };
    if (header[0] != 'B' || header[1] != 'K') {
        return refuse(Code::malformed_request, "This is not a frame of bankd's admin protocol.");
    }
    if (header[2] != version || header[3] != 0) {
        return refuse(Code::malformed_request,
                      fmt::format("Version {} of the admin protocol is needed, not {}.{}.", version,
                                  header[2], header[3]));
    }
    std::size_t size = 0;
    for (std::size_t i = 4; i < header.size(); ++i) size = size << 8U | header[i];
    if (size == 0) return refuse(Code::malformed_request, "The frame is empty.");
    if (size > size_max) {
        return refuse(
            Code::request_too_large,
            fmt::format("The frame has {} bytes; at most {} are allowed.", size, size_max));
    }
    return size;
}

}  // namespace bank::admin::wire
