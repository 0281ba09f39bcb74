// First byte: the size to cut at. Rest: any bytes, as text, as an integer, and through JSON.
#include "core/base/text.hpp"

#include <simdjson.h>

#include "core/base/json_writer.hpp"
#include "tests/fuzz/fuzz_input.hpp"

using namespace bank;

namespace {

// A strict, independent reader must parse our output.
void check_json(std::string_view text) {
    JsonWriter writer;
    writer.begin_object().key(is_utf8(text) ? text : "key").text(text).end_object();
    auto const json = std::move(writer).take();
    simdjson::dom::parser parser;
    simdjson::dom::object object;
    BANK_CHECK(parser.parse(json).get(object) == simdjson::SUCCESS);
    BANK_CHECK(object.size() == 1);
    std::string_view value;
    BANK_CHECK((*object.begin()).value.get(value) == simdjson::SUCCESS);
    BANK_CHECK(is_utf8(value));
    if (is_utf8(text)) BANK_CHECK(value == text && (*object.begin()).key == text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    auto text = fuzz::as_text(data, size);
    auto const size_max = fuzz::take_choice(text, 256);

    auto const plain = plain_text(text, size_max);
    BANK_CHECK(plain.size() <= size_max && is_plain_text(plain));
    if (is_plain_text(text)) BANK_CHECK(is_utf8(text) && text.starts_with(plain));
    // simdjson validates UTF-8 independently.
    BANK_CHECK(is_utf8(text) == simdjson::validate_utf8(text.data(), text.size()));
    if (auto const value = parse_int64(text)) BANK_CHECK(std::to_string(*value) == text);
    check_json(text);
    return 0;
}
