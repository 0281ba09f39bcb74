// The messages of the core's socket, and how a connection begins.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/operations/list.hpp"

namespace bank::wire {

enum class FrameType : std::uint8_t {
    hello = 1,  // From the front end: first and once. Answered by welcome or refused.
    welcome,
    refused,  // The sentence why; the connection ends.
    call,     // operation, arguments.
    result,   // The Result of the call with this id.
    part,     // Lines of an export, before its result.
    closing,  // From the core: send no more calls here; those that were sent are answered.
};

inline constexpr std::size_t frame_header_size = 13;
// Of payloads. A linked group of the longest transfers takes 90 KB, the longest answer, a proven
// range of the audit log, less than 3 MB.
inline constexpr std::size_t call_size_max = std::size_t{256} * 1024;
inline constexpr std::size_t result_size_max = std::size_t{4} * 1024 * 1024;
inline constexpr std::size_t part_size_max = std::size_t{1024} * 1024;

struct FrameHeader {
    std::uint32_t payload_size = 0;
    FrameType type = FrameType::hello;
    std::uint64_t id = 0;  // Of the call; 0 where there is none.
};

[[nodiscard]] std::array<char, frame_header_size> encode_header(FrameHeader const& header);
// Nothing: `bytes` is no header, or announces more than `payload_size_max`.
[[nodiscard]] std::optional<FrameHeader> parse_header(std::string_view bytes,
                                                      std::size_t payload_size_max);

// Both ends must be of one build of the protocol: `fingerprint` is of the names and layout of all
// operations and values.
struct Hello {
    std::string magic;
    std::uint64_t fingerprint = 0;
    std::string front_end;
    std::string version;  // Of the program; for people.
};

[[nodiscard]] std::uint64_t fingerprint();
[[nodiscard]] std::string encode_hello(api::FrontEnd front_end, std::string_view version);
// The sentence why the core refuses it; empty: it does not.
[[nodiscard]] std::string problem_of_hello(std::string_view payload, api::FrontEnd expected,
                                           std::string_view version);

}  // namespace bank::wire
