// First byte: the kind of the rest: a call, as the core reads it; an answer to one, as a front end
// does; a greeting; a stream of frames.
#include "core/codec/binary.hpp"
#include "core/wire/frame.hpp"
#include "tests/fuzz/fuzz_input.hpp"

using namespace bank;
using namespace bank::wire;

namespace {

// A parsed message is serialised byte for byte.
template <Operation operation>
void check_call(codec::Reader& reader, std::string_view call) {
    auto const arguments = reader.get<typename Call<operation>::Arguments>();
    if (reader.is_finished()) BANK_CHECK(codec::encode(operation, arguments) == call);
}

template <Operation operation>
void check_answer(std::string_view payload) {
    codec::Reader reader(payload);
    auto const answer =
        reader.get_result<typename ValueOf<typename Call<operation>::Answer>::type>();
    if (reader.is_finished()) BANK_CHECK(codec::encode(answer) == payload);
}

void check_call(std::string_view call) {
    codec::Reader reader(call);
    auto const operation = reader.get<Operation>();
    if (!reader.is_sound()) return;
    switch (operation) {
#define BANK_OPERATION(number, name, effect, front_ends) \
    case Operation::name:                                \
        return check_call<Operation::name>(reader, call);
#include "core/api/operations.def"
#undef BANK_OPERATION
    }
}

void check_answer(std::string_view payload) {
    auto const number = static_cast<std::uint16_t>(fuzz::take_choice(payload, 64));
    switch (static_cast<Operation>(number)) {
#define BANK_OPERATION(number, name, effect, front_ends) \
    case Operation::name:                                \
        return check_answer<Operation::name>(payload);
#include "core/api/operations.def"
#undef BANK_OPERATION
    }
}

void check_stream(std::string_view stream) {
    while (stream.size() >= frame_header_size) {
        auto const header = parse_header(stream.substr(0, frame_header_size), call_size_max);
        if (!header) return;
        BANK_CHECK(header->payload_size <= call_size_max);
        stream.remove_prefix(frame_header_size);
        if (stream.size() < header->payload_size) return;
        check_call(stream.substr(0, header->payload_size));
        stream.remove_prefix(header->payload_size);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    auto input = fuzz::as_text(data, size);
    switch (fuzz::take_choice(input, 4)) {
    case 0: check_call(input); break;
    case 1: check_answer(input); break;
    case 2: static_cast<void>(judge_hello(input, FrontEnd::rest, "1")); break;
    default: check_stream(input); break;
    }
    return 0;
}
