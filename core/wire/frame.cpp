// frame   = payload_size(u32) type(u8) id(u64) payload    integers big-endian
// hello   = magic(text) fingerprint(u64) front_end(text) version(text)
// welcome = version(text)      refused = sentence(text)      closing = nothing
// call    = operation(u16) arguments       result = Result       part = bytes
#include "core/wire/frame.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/wire/archive.hpp"

namespace bank::wire {
namespace {

constexpr std::string_view magic = "bankd-wire/1";

// Writes down what the Writer would write of any value of a type, as text.
class Describer {
public:
    template <typename... T>
    void operator()(T const&... values) {
        (describe(values), ...);
    }
    [[nodiscard]] std::string const& text() const { return text_; }
    void name(std::string_view name) { text_ += name; }

    template <typename T>
    void describe(T const& value) {
        if constexpr (std::is_same_v<T, Done>) {
            text_ += "-";
        } else if constexpr (std::is_integral_v<T>) {
            text_ += fmt::format("{}{}", std::is_signed_v<T> ? 'i' : 'u', sizeof(T));
        } else if constexpr (std::is_enum_v<T>) {
            text_ += fmt::format("e{}:", sizeof(T));
            for (std::uint32_t i = 0; i < 1024; ++i) {
                using Number = std::underlying_type_t<T>;
                if (i <= std::numeric_limits<Number>::max() &&
                    is_known(static_cast<T>(static_cast<Number>(i)))) {
                    text_ += fmt::format("{},", i);
                }
            }
        } else if constexpr (std::is_same_v<T, std::string> || std::is_same_v<T, Secret>) {
            text_ += "t";
        } else if constexpr (std::is_same_v<T, Bytes> || detail::Raw<T>) {
            text_ += "b";
        } else if constexpr (std::is_same_v<T, money::Currency>) {
            text_ += "c";
        } else if constexpr (detail::is_a<T, StrongId>) {
            text_ += "n";
        } else if constexpr (detail::is_a<T, std::optional>) {
            text_ += "?";
            describe(typename T::value_type{});
        } else if constexpr (detail::is_a<T, std::vector>) {
            text_ += "*";
            describe(typename T::value_type{});
        } else if constexpr (detail::is_a<T, std::tuple>) {
            std::apply(*this, value);
        } else {
            text_ += "{";
            fields(*this, value);
            text_ += "}";
        }
    }
    template <typename T>
    void describe_result(Result<T> const*) {
        describe(T{});
    }

private:
    std::string text_;
};

template <Operation operation>
void describe_call(Describer& describer) {
    describer.name(fmt::format("{}={}(", to_string(operation), static_cast<int>(operation)));
    describer.describe(typename Call<operation>::Arguments{});
    describer.name(")");
    describer.describe_result(static_cast<typename Call<operation>::Answer const*>(nullptr));
}

}  // namespace

std::array<char, frame_header_size> encode_header(FrameHeader const& header) {
    auto const bytes = encode(header.payload_size, header.type, header.id);
    std::array<char, frame_header_size> out{};
    BANK_CHECK(bytes.size() == out.size());
    std::copy(bytes.begin(), bytes.end(), out.begin());
    return out;
}

constexpr bool is_known(FrameType type) {
    return type >= FrameType::hello && type <= FrameType::closing;
}

std::optional<FrameHeader> parse_header(std::string_view bytes, std::size_t payload_size_max) {
    Reader reader(bytes);
    FrameHeader header;
    header.payload_size = reader.get<std::uint32_t>();
    header.type = static_cast<FrameType>(reader.get<std::uint8_t>());
    header.id = reader.get<std::uint64_t>();
    if (!reader.is_finished() || !is_known(header.type)) return std::nullopt;
    if (header.payload_size > payload_size_max) return std::nullopt;
    return header;
}

std::uint64_t fingerprint() {
    static std::uint64_t const value = [] {
        Describer describer;
#define BANK_OPERATION(number, name, effect, front_ends) describe_call<Operation::name>(describer);
#include "core/api/operations.def"
#undef BANK_OPERATION
        describer.describe(Error{});
        std::uint64_t hash = 0xcbf29ce484222325;  // FNV-1a.
        for (auto const c : describer.text()) {
            hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
        }
        return hash;
    }();
    return value;
}

std::string encode_hello(FrontEnd front_end, std::string_view version) {
    return encode(magic, fingerprint(), to_string(front_end), version);
}

std::string judge_hello(std::string_view payload, FrontEnd expected, std::string_view version) {
    Reader reader(payload);
    Hello hello;
    reader(hello.magic, hello.fingerprint, hello.front_end, hello.version);
    if (!reader.is_finished() || hello.magic != magic) {
        return "This is the socket of bankd's core; it accepts only the protocol of its front "
               "ends.";
    }
    if (hello.fingerprint != fingerprint()) {
        return fmt::format(
            "This core is bankd {}, with another version of the protocol; restart its front ends.",
            version);
    }
    if (hello.front_end != to_string(expected)) {
        return fmt::format("This socket is for the front end {}.", to_string(expected));
    }
    return {};
}

}  // namespace bank::wire
