// Writes JSON (RFC 8259) front to back. Front ends parse JSON with simdjson.
//
//     JsonWriter json;
//     json.begin_object();
//     json.key("amount").number(12345);
//     json.key("currency").text("EUR");
//     json.end_object();
//     std::move(json).take();
//
// A misuse (two values for one key, an unclosed object at take()) is our bug and ends the process.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace bank {

class JsonWriter {
public:
    // Up to `size` bytes are then written without reallocation, which would leave copies behind.
    void reserve(std::size_t size) { out_.reserve(size); }

    JsonWriter& begin_object();
    JsonWriter& end_object();
    JsonWriter& begin_array();
    JsonWriter& end_array();
    JsonWriter& key(std::string_view name);

    // Bytes that are not UTF-8 become U+FFFD.
    JsonWriter& text(std::string_view value);
    JsonWriter& number(std::int64_t value);
    JsonWriter& number(std::uint64_t value);
    JsonWriter& boolean(bool value);
    JsonWriter& null();
    // Precondition: `json` is valid JSON; not checked.
    JsonWriter& raw(std::string_view json);

    [[nodiscard]] std::string take() &&;

private:
    void before_value();
    void open(char bracket);
    void close(char bracket);

    std::string out_;
    std::string open_;          // Brackets not yet closed.
    bool needs_comma_ = false;  // The next value or key is not the first.
    bool has_key_ = false;      // A key waits for its value.
};

}  // namespace bank
