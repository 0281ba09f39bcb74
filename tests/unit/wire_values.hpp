// Any value of any type that crosses the wire, filled at random through the same list of fields.
#pragma once
#include <random>

#include "core/wire/archive.hpp"
#include "core/wire/operation.hpp"

namespace bank::wire {

class Filler {
public:
    explicit Filler(std::uint32_t seed) : random_(seed) {}

    template <typename... T>
    void operator()(T&... values) {
        (fill(values), ...);
    }

    template <typename T>
    void fill(T& value) {
        if constexpr (std::is_same_v<T, Done>) {
        } else if constexpr (std::is_same_v<T, bool>) {
            value = random_() % 2 == 0;
        } else if constexpr (std::is_integral_v<T>) {
            value = static_cast<T>(std::uint64_t{random_()} << 32 | random_());
        } else if constexpr (std::is_enum_v<T>) {
            do {
                value = static_cast<T>(random_() % 256);
            } while (!is_known(value));
        } else if constexpr (std::is_same_v<T, std::string>) {
            value = text();
        } else if constexpr (std::is_same_v<T, Secret>) {
            value = Secret(text());
        } else if constexpr (std::is_same_v<T, Bytes>) {
            auto const bytes = text();
            value.assign(bytes.begin(), bytes.end());
        } else if constexpr (detail::Raw<T>) {
            for (auto& byte : value) byte = static_cast<std::uint8_t>(random_());
        } else if constexpr (std::is_same_v<T, money::Currency>) {
            auto const known = money::currencies();
            value =
                random_() % 4 == 0 ? money::Currency{} : known[random_() % known.size()].currency;
        } else if constexpr (detail::is_a<T, StrongId>) {
            fill(value.value);
        } else if constexpr (detail::is_a<T, std::optional>) {
            value.reset();
            if (random_() % 2 == 0) fill(value.emplace());
        } else if constexpr (detail::is_a<T, std::vector>) {
            value.clear();
            for (auto count = random_() % 4; count > 0; --count) fill(value.emplace_back());
        } else if constexpr (detail::is_a<T, std::tuple>) {
            std::apply(*this, value);
        } else {
            fields(*this, value);
        }
    }

private:
    std::string text() {
        std::string text(random_() % 20, '\0');
        for (auto& c : text) c = static_cast<char>(random_());
        return text;
    }

    std::mt19937 random_;
};

}  // namespace bank::wire
