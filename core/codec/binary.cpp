#include "core/wire/archive.hpp"

namespace bank::wire {

void Writer::write_number(std::uint64_t value, std::size_t size) {
    for (auto shift = 8 * size; shift > 0; shift -= 8) {
        out_ += static_cast<char>(value >> (shift - 8) & 0xff);
    }
}

void Writer::write_text(std::string_view text) {
    write(static_cast<std::uint32_t>(text.size()));
    out_ += text;
}

std::string_view Reader::take(std::size_t size) {
    if (size > input_.size()) {
        fail();
        return {};
    }
    auto const taken = input_.substr(0, size);
    input_.remove_prefix(size);
    return taken;
}

std::uint64_t Reader::take_number(std::size_t size) {
    std::uint64_t value = 0;
    for (auto const byte : take(size)) value = value << 8 | static_cast<unsigned char>(byte);
    return value;
}

std::string_view Reader::take_text() {
    return take(take_number(sizeof(std::uint32_t)));
}

void Reader::fail() {
    is_sound_ = false;
    input_ = {};
}

void Reader::read_currency(money::Currency& value) {
    money::Currency const none;
    auto const letters = take(none.letters.size());
    if (!is_sound_ || letters == none.code()) return;
    auto const known = money::parse_currency(letters);
    if (known) {
        value = *known;
    } else {
        fail();
    }
}

}  // namespace bank::wire
