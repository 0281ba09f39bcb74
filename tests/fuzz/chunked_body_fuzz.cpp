// The chunked coding: cutting input and room elsewhere changes nothing, and what is accepted is
// exactly what a plain reading of the grammar gives.
#include <algorithm>
#include <optional>
#include <string>

#include "plugins/rest/http/chunk_decoder.hpp"
#include "tests/fuzz/fuzz_input.hpp"

using namespace bank;

namespace {

struct Decoded {
    std::string content;
    std::size_t taken = 0;
    bool is_complete = false;
    bool is_malformed = false;
    bool operator==(Decoded const&) const = default;
};

Decoded decode(std::string_view bytes, std::size_t input_max, std::size_t room_max) {
    rest::ChunkDecoder decoder;
    Decoded decoded;
    std::string room(room_max, '\0');
    while (decoded.taken < bytes.size() && !decoder.is_complete() && !decoder.is_malformed()) {
        auto const step = decoder.decode(bytes.substr(decoded.taken, input_max), room);
        BANK_CHECK(step.given <= room_max && step.given <= step.taken);
        if (step.taken == 0) break;
        decoded.taken += step.taken;
        decoded.content.append(room, 0, step.given);
    }
    decoded.is_complete = decoder.is_complete();
    decoded.is_malformed = decoder.is_malformed();
    return decoded;
}

std::optional<std::size_t> read_size(std::string_view digits) {
    if (digits.empty() || digits.size() > 8) return std::nullopt;
    if (digits.find_first_not_of("0123456789abcdefABCDEF") != std::string_view::npos) {
        return std::nullopt;
    }
    return std::stoul(std::string(digits), nullptr, 16);
}

// The content of a whole body, and its size in `bytes`.
std::optional<Decoded> read_plainly(std::string_view bytes) {
    Decoded decoded;
    decoded.is_complete = true;
    for (;;) {
        auto const end = bytes.find("\r\n", decoded.taken);
        if (end == std::string_view::npos) return std::nullopt;
        auto const size = read_size(bytes.substr(decoded.taken, end - decoded.taken));
        if (!size || *size > bytes.size()) return std::nullopt;
        auto const chunk = bytes.substr(end + 2, *size);
        decoded.content += chunk;
        decoded.taken = end + 2 + *size + 2;
        if (decoded.taken > bytes.size() || bytes.substr(decoded.taken - 2, 2) != "\r\n") {
            return std::nullopt;
        }
        if (*size == 0) return decoded;
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    auto const bytes = fuzz::as_text(data, size);
    auto const whole = decode(bytes, bytes.size(), bytes.size() + 1);
    BANK_CHECK(whole == decode(bytes, 1, bytes.size() + 1));
    BANK_CHECK(whole == decode(bytes, 7, 3));
    auto const plain = read_plainly(bytes);
    BANK_CHECK(plain.has_value() == whole.is_complete);
    if (plain) BANK_CHECK(*plain == whole);
    return 0;
}
