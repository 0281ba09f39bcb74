// frame   = payload_size(u32) type(u8) id(u64) payload    integers big-endian
// hello   = magic(text) fingerprint(u64) front_end(text) version(text)
// welcome = version(text)      refused = sentence(text)      closing = nothing
// call    = number(u16) Caller input
// result  = RateDecision Result<output>      part = bytes
#include "core/wire/frame.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/api/caller.hpp"
#include "core/api/metrics.hpp"
#include "core/codec/binary.hpp"

namespace bank::wire {
namespace {

constexpr std::string_view magic = "bankd-wire/1";

static_assert(api::metric_series_max <= codec::list_size_max);

void append_call(std::string& text, operations::Operation const& operation) {
    text += fmt::format("{}={}(", operation.facts.name, operation.facts.number);
    codec::append_layout(text, api::type_of<api::Caller>());
    codec::append_layout(text, operation.input());
    text += ")";
    codec::append_layout(text, api::type_of<api::RateDecision>());
    codec::append_layout(text, operation.output());
}

}  // namespace

std::array<char, frame_header_size> encode_header(FrameHeader const& header) {
    auto const bytes =
        codec::encode(header.payload_size, static_cast<std::uint8_t>(header.type), header.id);
    std::array<char, frame_header_size> out{};
    BANK_CHECK(bytes.size() == out.size());
    std::copy(bytes.begin(), bytes.end(), out.begin());
    return out;
}

constexpr bool is_known(FrameType type) {
    return type >= FrameType::hello && type <= FrameType::closing;
}

std::optional<FrameHeader> parse_header(std::string_view bytes, std::size_t payload_size_max) {
    codec::Reader reader(bytes);
    FrameHeader header;
    header.payload_size = reader.get<std::uint32_t>();
    header.type = static_cast<FrameType>(reader.get<std::uint8_t>());
    header.id = reader.get<std::uint64_t>();
    if (!reader.is_finished() || !is_known(header.type)) return std::nullopt;
    if (header.payload_size > payload_size_max) return std::nullopt;
    return header;
}

std::uint64_t fingerprint() {
    static std::uint64_t const value = [] {
        std::string text;
        for (auto const* const operation : operations::all()) append_call(text, *operation);
        codec::append_layout(text, api::type_of<Code>());
        std::uint64_t hash = 0xcbf29ce484222325;  // FNV-1a.
        for (auto const c : text) {
            hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
        }
        return hash;
    }();
    return value;
}

std::string encode_hello(api::FrontEnd front_end, std::string_view version) {
    return codec::encode(magic, fingerprint(), to_string(front_end), version);
}

std::string problem_of_hello(std::string_view payload, api::FrontEnd expected,
                             std::string_view version) {
    codec::Reader reader(payload);
    Hello hello;
    reader(hello.magic, hello.fingerprint, hello.front_end, hello.version);
    if (!reader.is_finished() || hello.magic != magic) {
        return "This is the socket of bankd's core; it accepts only the protocol of its front "
               "ends.";
    }
    if (hello.fingerprint != fingerprint()) {
        return fmt::format(
            "This core is bankd {}, with another version of the protocol; restart its front ends.",
            version);
    }
    if (hello.front_end != to_string(expected)) {
        return fmt::format("This socket is for the front end {}.", to_string(expected));
    }
    return {};
}

}  // namespace bank::wire
