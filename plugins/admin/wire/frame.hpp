// Frames of the admin socket: where one message ends and the next begins. frame.cpp has the
// grammar.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "core/base/result.hpp"

namespace bank::admin::wire {

inline constexpr std::size_t frame_header_size = 8;
inline constexpr std::size_t request_size_max = std::size_t{256} * 1024;  // Bytes of payload.
inline constexpr std::size_t reply_size_max = std::size_t{1024} * 1024;   //

using FrameHeader = std::array<std::uint8_t, frame_header_size>;

// Precondition: `payload` is not empty and not larger than reply_size_max.
[[nodiscard]] FrameHeader frame_header(std::string_view payload);

// Header and payload in one string.
[[nodiscard]] std::string encode_frame(std::string_view payload);

// The size of the payload that follows. Errors: malformed_request (not such a frame, another
// version, empty), request_too_large. After an error the stream cannot be read on.
[[nodiscard]] Result<std::size_t> parse_frame_header(FrameHeader const& header,
                                                     std::size_t size_max);

}  // namespace bank::admin::wire
