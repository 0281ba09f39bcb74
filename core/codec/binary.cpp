#include "core/codec/binary.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/codec/number.hpp"

namespace bank::codec {
namespace {

using api::Type;
using api::ValueKind;

constexpr std::size_t count_size = sizeof(std::uint32_t);

// What a value takes at least: so long as the input lasts, a list's memory is bounded by it.
std::size_t size_min(Type const& type) {
    switch (type.kind) {
    case ValueKind::nothing: return 0;
    case ValueKind::boolean:
    case ValueKind::optional: return 1;
    case ValueKind::integer:
    case ValueKind::word: return type.size_bytes;
    case ValueKind::text:
    case ValueKind::secret:
    case ValueKind::bytes:
    case ValueKind::list: return count_size;
    case ValueKind::uuid: return sizeof(Uuid);
    case ValueKind::id:
    case ValueKind::instant: return sizeof(std::int64_t);
    case ValueKind::currency: return money::Currency{}.letters.size();
    case ValueKind::object: break;
    }
    std::size_t size = 0;
    for (auto const& field : type.fields) {
        if (!field.is_derived) size += size_min(field.type());
    }
    return size;
}

}  // namespace

void Writer::write_value(Type const& type, void const* value) {
    switch (type.kind) {
    case ValueKind::nothing: return;
    case ValueKind::boolean: return write_number(as<bool>(value) ? 1 : 0, 1);
    case ValueKind::integer:
    case ValueKind::word: return write_number(load_number(type, value), type.size_bytes);
    case ValueKind::text: return write_text(as<std::string>(value));
    case ValueKind::secret: return write_text(as<Secret>(value).reveal());
    case ValueKind::bytes: {
        auto const& bytes = as<Bytes>(value);
        return write_text({reinterpret_cast<char const*>(bytes.data()), bytes.size()});
    }
    case ValueKind::uuid:
        out_.append(reinterpret_cast<char const*>(as<Uuid>(value).bytes.data()), sizeof(Uuid));
        return;
    case ValueKind::id:
    case ValueKind::instant:  // Both begin with their only member.
        return write_number(static_cast<std::uint64_t>(as<std::int64_t>(value)), 8);
    case ValueKind::currency: out_ += as<money::Currency>(value).code(); return;
    case ValueKind::optional:
        write_number(type.count(value), 1);
        if (type.count(value) == 0) return;
        return write_value(type.item(), type.at(const_cast<void*>(value), 0));
    case ValueKind::list: return write_list(type, value);
    case ValueKind::object: break;
    }
    for (auto const& field : type.fields) {
        if (!field.is_derived) write_value(field.type(), member(field, value));
    }
}

void Writer::write_list(Type const& type, void const* list) {
    auto const count = type.count(list);
    is_too_long_ = is_too_long_ || count > list_size_max;
    write_number(count, count_size);
    for (std::size_t i = 0; i < count; ++i) {
        write_value(type.item(), type.at(const_cast<void*>(list), i));
    }
}

void Writer::write_number(std::uint64_t value, std::size_t size) {
    for (auto shift = 8 * size; shift > 0; shift -= 8) {
        out_ += static_cast<char>(value >> (shift - 8) & 0xff);
    }
}

void Writer::write_text(std::string_view text) {
    write_number(text.size(), count_size);
    out_ += text;
}

void Writer::write_error(Error const& error) {
    (*this)(error.code, error.field, error.message, error.retry_after_s);
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

bool Reader::take_boolean() {
    auto const byte = take_number(1);
    if (byte > 1) fail();
    return byte == 1;
}

std::string_view Reader::take_text() {
    return take(take_number(count_size));
}

void Reader::fail() {
    is_sound_ = false;
    input_ = {};
}

void Reader::read_value(Type const& type, void* value) {
    switch (type.kind) {
    case ValueKind::nothing: return;
    case ValueKind::boolean: as<bool>(value) = take_boolean(); return;
    case ValueKind::integer:
    case ValueKind::word: return read_number(type, value);
    case ValueKind::text: as<std::string>(value) = take_text(); return;
    case ValueKind::secret: as<Secret>(value) = Secret(take_text()); return;
    case ValueKind::bytes: {
        auto const bytes = as_bytes(take_text());
        as<Bytes>(value).assign(bytes.begin(), bytes.end());
        return;
    }
    case ValueKind::uuid: {
        auto const bytes = take(sizeof(Uuid));
        std::copy(bytes.begin(), bytes.end(), as<Uuid>(value).bytes.begin());
        return;
    }
    case ValueKind::id: as<std::int64_t>(value) = static_cast<std::int64_t>(take_number(8)); return;
    case ValueKind::instant: return read_instant(as<Timestamp>(value));
    case ValueKind::currency: return read_currency(as<money::Currency>(value));
    case ValueKind::optional: return read_optional(type, value);
    case ValueKind::list: return read_list(type, value);
    case ValueKind::object: break;
    }
    for (auto const& field : type.fields) {
        if (!field.is_derived) read_value(field.type(), field.of(value));
    }
}

void Reader::read_number(Type const& type, void* value) {
    auto const number = take_number(type.size_bytes);
    if (!is_sound_) return;
    if (type.kind == ValueKind::word && type.word(number).empty()) return fail();
    store_number(type, number, value);
}

void Reader::read_optional(Type const& type, void* optional) {
    type.clear(optional);
    if (take_boolean()) read_value(type.item(), type.append(optional));
}

void Reader::read_list(Type const& type, void* list) {
    auto const count = take_number(count_size);
    if (count > list_size_max || count * size_min(type.item()) > input_.size()) return fail();
    type.clear(list);
    for (std::size_t i = 0; i < count && is_sound_; ++i) {
        read_value(type.item(), type.append(list));
    }
}

void Reader::read_instant(Timestamp& value) {
    Timestamp const read{static_cast<std::int64_t>(take_number(8))};
    if (read < Timestamp{} || read > latest_instant) return fail();
    value = read;
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

void Reader::read_error(Error& error) {
    (*this)(error.code, error.field, error.message, error.retry_after_s);
}

void append_layout(std::string& text, Type const& type) {
    switch (type.kind) {
    case ValueKind::nothing: text += '-'; return;
    case ValueKind::boolean: text += 'f'; return;
    case ValueKind::integer:
        text += fmt::format("{}{}", type.is_signed ? 'i' : 'u', type.size_bytes);
        return;
    case ValueKind::word:
        text += fmt::format("e{}:", type.size_bytes);
        for (std::uint64_t number = 0; number < words_end; ++number) {
            auto const word = type.word(number);
            if (!word.empty()) text += fmt::format("{}={},", number, word);
        }
        return;
    case ValueKind::text:
    case ValueKind::secret: text += 't'; return;
    case ValueKind::bytes: text += 'b'; return;
    case ValueKind::uuid: text += 'g'; return;
    case ValueKind::id: text += 'n'; return;
    case ValueKind::currency: text += 'c'; return;
    case ValueKind::instant: text += 'd'; return;
    case ValueKind::optional:
    case ValueKind::list:
        text += type.kind == ValueKind::list ? '*' : '?';
        return append_layout(text, type.item());
    case ValueKind::object: break;
    }
    text += '{';
    for (auto const& field : type.fields) {
        if (field.is_derived) continue;
        text += fmt::format("{}:", field.name);
        append_layout(text, field.type());
    }
    text += '}';
}

}  // namespace bank::codec
