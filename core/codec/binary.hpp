// Values as bytes: the codec of everything that fields.hpp lists.
//
//   integer, enumeration   fixed width, big-endian        bool      one byte, 0 or 1
//   text, secret, bytes    u32 size, the bytes            optional  bool, the value if true
//   list                   u32 count, the values          Result    bool, the value or the Error
//   currency               three letters or three zeros   struct    its fields in order
//
// One value has one encoding, and what the Reader accepts the Writer writes again byte for byte.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <vector>

#include "core/base/bytes.hpp"
#include "core/base/result.hpp"
#include "core/base/secret.hpp"
#include "core/base/strong_id.hpp"
#include "core/money/currency.hpp"
#include "core/wire/fields.hpp"

namespace bank::wire {

// More than any page, group or proof has.
inline constexpr std::size_t list_size_max = 4096;
static_assert(api::metric_series_max <= list_size_max);

namespace detail {
template <typename T, template <typename...> class Template>
inline constexpr bool is_a = false;
template <template <typename...> class Template, typename... A>
inline constexpr bool is_a<Template<A...>, Template> = true;

template <typename T>
concept Raw = std::same_as<T, std::array<std::uint8_t, 16>>;
}  // namespace detail

// Precondition: no list is longer than list_size_max.
class Writer {
public:
    template <typename... T>
    void operator()(T const&... values) {
        (write(values), ...);
    }

    // May hold secrets: the caller wipes it.
    [[nodiscard]] std::string take() && { return std::move(out_); }

private:
    template <typename T>
    void write(T const& value) {
        if constexpr (std::is_same_v<T, Done>) {
        } else if constexpr (std::is_integral_v<T>) {
            write_number(static_cast<std::uint64_t>(value), sizeof(T));
        } else if constexpr (std::is_enum_v<T>) {
            write(static_cast<std::underlying_type_t<T>>(value));
        } else if constexpr (std::is_same_v<T, std::string> ||
                             std::is_same_v<T, std::string_view>) {
            write_text(value);
        } else if constexpr (std::is_same_v<T, Secret>) {
            write_text(value.reveal());
        } else if constexpr (std::is_same_v<T, Bytes> || detail::Raw<T>) {
            if constexpr (!detail::Raw<T>) write(static_cast<std::uint32_t>(value.size()));
            out_.append(reinterpret_cast<char const*>(value.data()), value.size());
        } else if constexpr (std::is_same_v<T, money::Currency>) {
            out_ += value.code();
        } else if constexpr (detail::is_a<T, StrongId>) {
            write(value.value);
        } else if constexpr (detail::is_a<T, std::optional>) {
            write(value.has_value());
            if (value) write(*value);
        } else if constexpr (detail::is_a<T, std::vector>) {
            BANK_CHECK(value.size() <= list_size_max);
            write(static_cast<std::uint32_t>(value.size()));
            for (auto const& item : value) write(item);
        } else if constexpr (detail::is_a<T, std::tuple>) {
            std::apply(*this, value);
        } else if constexpr (detail::is_a<T, Result>) {
            write(value.ok());
            if (value.ok()) {
                write(value.value());
            } else {
                write(value.error());
            }
        } else {
            fields(*this, value);
        }
    }

    void write_number(std::uint64_t value, std::size_t size);
    void write_text(std::string_view text);

    std::string out_;
};

template <typename... T>
[[nodiscard]] std::string encode(T const&... values) {
    Writer writer;
    writer(values...);
    return std::move(writer).take();
}

// What a list's item takes at least: so long as the input lasts, memory is bounded by it.
template <typename T>
[[nodiscard]] std::size_t size_min() {
    static std::size_t const size = encode(T{}).size();
    return size;
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

    [[nodiscard]] bool is_sound() const noexcept { return is_sound_; }
    // All of the input was what it should be.
    [[nodiscard]] bool is_finished() const noexcept { return is_sound_ && input_.empty(); }

private:
    std::string_view take(std::size_t size);
    // Of this many bytes; 0 if there are not so many.
    std::uint64_t take_number(std::size_t size);
    std::string_view take_text();
    void fail();

    template <typename T>
    void read(T& value) {
        if constexpr (std::is_same_v<T, Done>) {
        } else if constexpr (std::is_same_v<T, bool>) {
            auto const byte = get<std::uint8_t>();
            if (byte > 1) fail();
            value = byte == 1;
        } else if constexpr (std::is_integral_v<T>) {
            value = static_cast<T>(take_number(sizeof(T)));
        } else if constexpr (std::is_enum_v<T>) {
            auto const read_value = static_cast<T>(get<std::underlying_type_t<T>>());
            if (is_sound_ && is_known(read_value)) {
                value = read_value;
            } else {
                fail();
            }
        } else if constexpr (std::is_same_v<T, std::string>) {
            value = take_text();
        } else if constexpr (std::is_same_v<T, Secret>) {
            value = Secret(take_text());
        } else if constexpr (std::is_same_v<T, Bytes>) {
            auto const bytes = as_bytes(take_text());
            value.assign(bytes.begin(), bytes.end());
        } else if constexpr (detail::Raw<T>) {
            auto const bytes = take(value.size());
            std::copy(bytes.begin(), bytes.end(), value.begin());
        } else if constexpr (std::is_same_v<T, money::Currency>) {
            read_currency(value);
        } else if constexpr (detail::is_a<T, StrongId>) {
            read(value.value);
        } else if constexpr (detail::is_a<T, std::optional>) {
            value.reset();
            if (get<bool>()) value = get<typename T::value_type>();
        } else if constexpr (detail::is_a<T, std::vector>) {
            read_list(value);
        } else if constexpr (detail::is_a<T, std::tuple>) {
            std::apply(*this, value);
        } else {
            fields(*this, value);
        }
    }

    void read_currency(money::Currency& value);

    template <typename T>
    void read_list(std::vector<T>& list) {
        std::size_t const count = get<std::uint32_t>();
        if (count > list_size_max || count * size_min<T>() > input_.size()) return fail();
        list.clear();
        list.reserve(count);
        for (std::size_t i = 0; i < count && is_sound_; ++i) list.push_back(get<T>());
    }

    std::string_view input_;
    bool is_sound_ = true;
};

}  // namespace bank::wire
