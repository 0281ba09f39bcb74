// Random values of any type that crosses the wire.
#pragma once
#include <random>

#include "core/codec/binary.hpp"
#include "core/operations/list.hpp"
#include "tests/support/filled.hpp"

namespace bank::wire {

class RandomValues {
public:
    explicit RandomValues(std::uint32_t seed) : random_(seed) {}

    void fill(api::Type const& type, void* value) { test::fill(*this, type, value); }

    bool boolean() { return random_() % 2 == 0; }
    std::uint64_t integer() { return std::uint64_t{random_()} << 32 | random_(); }
    std::uint64_t word(api::Type const& type) {
        std::uint64_t number = 0;
        do {
            number = random_() % 256;
        } while (type.word(number).empty());
        return number;
    }
    std::string text() {
        std::string text(random_() % 20, '\0');
        for (auto& c : text) c = static_cast<char>(random_());
        return text;
    }
    std::string secret() { return text(); }
    Bytes bytes() {
        auto const bytes = text();
        return {bytes.begin(), bytes.end()};
    }
    Uuid uuid() {
        Uuid uuid;
        for (auto& byte : uuid.bytes) byte = static_cast<std::uint8_t>(random_());
        return uuid;
    }
    std::int64_t id() { return static_cast<std::int64_t>(integer()); }
    money::Currency currency() {
        auto const known = money::currencies();
        return random_() % 4 == 0 ? money::Currency{} : known[random_() % known.size()].currency;
    }
    Timestamp instant() {
        return {static_cast<std::int64_t>(integer() % std::uint64_t(latest_instant.us + 1))};
    }
    bool has_value() { return boolean(); }
    std::size_t list_size() { return random_() % 4; }
    void on_field(api::Field const&) {}
    void on_object(api::Type const&, void*) {}

private:
    std::mt19937 random_;
};

}  // namespace bank::wire
