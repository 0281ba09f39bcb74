// First byte: what the rest is. A call, as the core reads it; an answer to one, as a front end
// does; a greeting; a stream of frames.
#include "core/api/caller.hpp"
#include "core/codec/binary.hpp"
#include "core/operations/list.hpp"
#include "core/wire/frame.hpp"
#include "tests/fuzz/fuzz_input.hpp"

using namespace bank;
using namespace bank::wire;

namespace {

// A parsed message is serialised byte for byte.
void check_call(std::string_view call) {
    codec::Reader reader(call);
    auto const number = reader.get<std::uint16_t>();
    auto const* const operation = operations::find(number);
    if (operation == nullptr) return;
    auto const caller = reader.get<api::Caller>();
    auto const input = operation->make_input();
    reader.read_value(operation->input(), input.get());
    if (!reader.is_finished()) return;
    codec::Writer writer;
    writer(number, caller);
    writer.write_value(operation->input(), input.get());
    BANK_CHECK(std::move(writer).take() == call);
}

void check_answer(std::string_view payload) {
    auto const all = operations::all();
    auto const& operation = *all[fuzz::take_choice(payload, all.size())];
    codec::Reader reader(payload);
    auto const rate = reader.get<api::RateDecision>();
    codec::Writer writer;
    writer(rate);
    auto const output = operation.make_output();
    if (reader.get<bool>()) {
        reader.read_value(operation.output(), output.get());
        writer(true);
        writer.write_value(operation.output(), output.get());
    } else {
        writer(false, reader.get<Error>());
    }
    if (reader.is_finished()) BANK_CHECK(std::move(writer).take() == payload);
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
    case 2: static_cast<void>(problem_of_hello(input, api::FrontEnd::rest, "1")); break;
    default: check_stream(input); break;
    }
    return 0;
}
