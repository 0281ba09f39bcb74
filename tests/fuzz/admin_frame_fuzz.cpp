// First byte: the kind of the rest: a stream of frames, as bankd reads it; a request; a reply.
#include <algorithm>

#include "plugins/admin/wire/frame.hpp"
#include "plugins/admin/wire/message.hpp"
#include "tests/fuzz/fuzz_input.hpp"

using namespace bank;
using namespace bank::admin;

namespace {

// A parsed message, serialised again, parses as the same message.
void check_request(std::string_view payload) {
    auto const request = wire::parse_request(std::string{payload});
    if (!request) {
        BANK_CHECK(!request.error().message.empty());
        return;
    }
    auto const written = wire::encode_request(request->command->words, request->arguments);
    auto const again = wire::parse_request(written);
    BANK_CHECK(again.ok() && again->command == request->command);
    BANK_CHECK(wire::encode_request(again->command->words, again->arguments) == written);
}

void check_reply(std::string_view payload) {
    auto const reply = wire::parse_reply(std::string{payload});
    if (!reply || !reply->is_ok) return;
    auto const again = wire::parse_reply(wire::encode_result(reply->result, reply->request_id));
    BANK_CHECK(again.ok() && again->is_ok && again->result == reply->result);
    BANK_CHECK(again->request_id == reply->request_id);
}

void check_stream(std::string_view stream) {
    while (stream.size() >= wire::frame_header_size) {
        wire::FrameHeader header{};
        std::copy_n(stream.begin(), header.size(), header.begin());
        auto const size = wire::parse_frame_header(header, wire::request_size_max);
        if (!size) return;
        BANK_CHECK(*size > 0 && *size <= wire::request_size_max);
        stream.remove_prefix(header.size());
        if (stream.size() < *size) return;
        auto const payload = stream.substr(0, *size);
        BANK_CHECK(wire::frame_header(payload) == header);
        check_request(payload);
        stream.remove_prefix(*size);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    auto input = fuzz::as_text(data, size);
    switch (fuzz::take_choice(input, 3)) {
    case 0: check_stream(input); break;
    case 1: check_request(input); break;
    default: check_reply(input); break;
    }
    return 0;
}
