#include "core/base/json_writer.hpp"

#include <fmt/format.h>

#include "core/base/check.hpp"
#include "core/base/text.hpp"

namespace bank {
namespace {

void append_escaped(std::string& out, std::string_view value) {
    for (auto const c : value) {
        switch (c) {
        case '"': out += "\\\""; break;
        case '\\': out += "\\\\"; break;
        case '\n': out += "\\n"; break;
        case '\r': out += "\\r"; break;
        case '\t': out += "\\t"; break;
        default:
            if (static_cast<unsigned char>(c) < 0x20) {
                out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
            } else {
                out += c;
            }
        }
    }
}

}  // namespace

void JsonWriter::before_value() {
    auto const in_object = !open_.empty() && open_.back() == '{';
    BANK_CHECK(in_object == has_key_);
    BANK_CHECK(!open_.empty() || out_.empty());
    if (needs_comma_ && !has_key_) out_ += ',';
    has_key_ = false;
    needs_comma_ = true;
}

void JsonWriter::open(char bracket) {
    before_value();
    out_ += bracket;
    open_ += bracket;
    needs_comma_ = false;
}

void JsonWriter::close(char bracket) {
    BANK_CHECK(!open_.empty() && open_.back() == bracket && !has_key_);
    out_ += bracket == '{' ? '}' : ']';
    open_.pop_back();
    needs_comma_ = true;
}

JsonWriter& JsonWriter::begin_object() {
    return open('{'), *this;
}
JsonWriter& JsonWriter::end_object() {
    return close('{'), *this;
}
JsonWriter& JsonWriter::begin_array() {
    return open('['), *this;
}
JsonWriter& JsonWriter::end_array() {
    return close('['), *this;
}

JsonWriter& JsonWriter::key(std::string_view name) {
    BANK_CHECK(!open_.empty() && open_.back() == '{' && !has_key_);
    if (needs_comma_) out_ += ',';
    out_ += '"';
    append_escaped(out_, name);
    out_ += "\":";
    has_key_ = true;
    return *this;
}

JsonWriter& JsonWriter::text(std::string_view value) {
    before_value();
    out_ += '"';
    if (is_utf8(value)) {
        append_escaped(out_, value);
    } else {
        for (auto const c : value) {
            if (static_cast<unsigned char>(c) < 0x80) {
                append_escaped(out_, {&c, 1});
            } else {
                out_ += "\xef\xbf\xbd";
            }
        }
    }
    out_ += '"';
    return *this;
}

JsonWriter& JsonWriter::number(std::int64_t value) {
    return raw(fmt::to_string(value));
}
JsonWriter& JsonWriter::number(std::uint64_t value) {
    return raw(fmt::to_string(value));
}
JsonWriter& JsonWriter::boolean(bool value) {
    return raw(value ? "true" : "false");
}
JsonWriter& JsonWriter::null() {
    return raw("null");
}

JsonWriter& JsonWriter::raw(std::string_view json) {
    before_value();
    out_ += json;
    return *this;
}

std::string JsonWriter::take() && {
    BANK_CHECK(open_.empty() && !out_.empty());
    return std::move(out_);
}

}  // namespace bank
