#include "core/postgres/client/array_text.hpp"

#include <utility>

namespace bank::postgres {

void ArrayText::separate() {
    if (text_.size() > 1) text_ += ',';
}

ArrayText& ArrayText::add(std::int64_t value) {
    separate();
    text_ += std::to_string(value);
    return *this;
}

ArrayText& ArrayText::add(bool value) {
    separate();
    text_ += value ? 't' : 'f';
    return *this;
}

ArrayText& ArrayText::add(std::string_view value) {
    separate();
    text_ += '"';
    for (auto const c : value) {
        if (c == '"' || c == '\\') text_ += '\\';
        text_ += c;
    }
    text_ += '"';
    return *this;
}

ArrayText& ArrayText::add_bytes(BytesView value) {
    separate();
    // Array escape of the backslash in bytea's hex form \x00ff.
    text_ += "\"\\\\x";
    text_ += to_hex(value);
    text_ += '"';
    return *this;
}

ArrayText& ArrayText::add_null() {
    separate();
    text_ += "NULL";
    return *this;
}

std::string ArrayText::take() && {
    text_ += '}';
    return std::move(text_);
}

}  // namespace bank::postgres
