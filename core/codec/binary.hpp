// Values as bytes: what crosses the core's socket.
//
//   integer, word         fixed width, big-endian        boolean   one byte, 0 or 1
//   text, secret, bytes   u32 size, the bytes            optional  boolean, the value if true
//   list                  u32 count, the values          Result    boolean, the value or the Error
//   id                    i64                            uuid      16 bytes
//   instant               i64, of the years 1970..9999
//   currency              three letters or three zeros   object    its fields in order
//
// One value has one encoding, and what the Reader accepts the Writer writes again byte for byte.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>

#include "core/api/type.hpp"
#include "core/base/check.hpp"
#include "core/base/result.hpp"

namespace bank::codec {

// More than any page, group or proof has.
inline constexpr std::size_t list_size_max = 8192;

class Writer {
public:
    template <typename... T>
    void operator()(T const&... values) {
        (write(values), ...);
    }

    void write_value(api::Type const& type, void const* value);

    void reserve(std::size_t size) { out_.reserve(size); }

    // A list is longer than list_size_max: no reader takes it.
    [[nodiscard]] bool is_too_long() const noexcept { return is_too_long_; }
    // May hold secrets: the caller wipes it.
    [[nodiscard]] std::string take() && { return std::move(out_); }

private:
    template <typename T>
    void write(T const& value) {
        using api::detail::is_a;
        if constexpr (std::is_same_v<T, std::string_view>) {
            write_text(value);
        } else if constexpr (std::is_same_v<T, Error>) {
            write_error(value);
        } else if constexpr (is_a<T, std::tuple>) {
            std::apply(*this, value);
        } else if constexpr (is_a<T, Result>) {
            write(value.ok());
            if (value.ok()) {
                write(value.value());
            } else {
                write(value.error());
            }
        } else {
            write_value(api::type_of<T>(), &value);
        }
    }

    void write_list(api::Type const& type, void const* list);
    void write_number(std::uint64_t value, std::size_t size);
    void write_text(std::string_view text);
    // `detail` stays where it arose: it is for that side's log.
    void write_error(Error const& error);

    std::string out_;
    bool is_too_long_ = false;
};

// Precondition: no list is longer than list_size_max.
template <typename... T>
[[nodiscard]] std::string encode(T const&... values) {
    Writer writer;
    writer(values...);
    BANK_CHECK(!writer.is_too_long());
    return std::move(writer).take();
}

// After the first fault everything reads as its default, and is_sound() is false.
class Reader {
public:
    explicit Reader(std::string_view input) : input_(input) {}

    template <typename... T>
    void operator()(T&... values) {
        (read(values), ...);
    }

    template <typename T>
    [[nodiscard]] T get() {
        T value{};
        read(value);
        return value;
    }
    // Only of use if the input proves sound.
    template <typename T>
    [[nodiscard]] Result<T> get_result() {
        if (get<bool>()) return get<T>();
        return get<Error>();
    }

    void read_value(api::Type const& type, void* value);

    [[nodiscard]] bool is_sound() const noexcept { return is_sound_; }
    // All of the input was what it should be.
    [[nodiscard]] bool is_finished() const noexcept { return is_sound_ && input_.empty(); }

private:
    template <typename T>
    void read(T& value) {
        using api::detail::is_a;
        if constexpr (std::is_same_v<T, Error>) {
            read_error(value);
        } else if constexpr (is_a<T, std::tuple>) {
            std::apply(*this, value);
        } else {
            read_value(api::type_of<T>(), &value);
        }
    }

    void read_number(api::Type const& type, void* value);
    void read_optional(api::Type const& type, void* optional);
    void read_list(api::Type const& type, void* list);
    void read_instant(Timestamp& value);
    void read_currency(money::Currency& value);
    void read_error(Error& error);

    std::string_view take(std::size_t size);
    // Of this many bytes; 0 if there are not so many.
    std::uint64_t take_number(std::size_t size);
    bool take_boolean();
    std::string_view take_text();
    void fail();

    std::string_view input_;
    bool is_sound_ = true;
};

// The layout of a type's encoding as text: equal only where the encodings are.
void append_layout(std::string& text, api::Type const& type);

}  // namespace bank::codec
