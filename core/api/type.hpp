// The types of values, as data: the single description behind every codec, document and help
// text. A struct's fields are listed once, in the source file of its header.
//
// Descriptions are constants; any thread may read them.
#pragma once
#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "core/base/bytes.hpp"
#include "core/base/code.hpp"
#include "core/base/result.hpp"
#include "core/base/secret.hpp"
#include "core/base/strong_id.hpp"
#include "core/base/time.hpp"
#include "core/base/uuid.hpp"
#include "core/money/money.hpp"

namespace bank::api {

enum class ValueKind : std::uint8_t {
    nothing,  // Done.
    boolean,
    integer,  // Of Type::size_bytes.
    word,     // An enumeration of Type::size_bytes, by its words.
    text,     // std::string.
    secret,   // Secret.
    bytes,    // Bytes.
    uuid,
    id,  // A StrongId.
    currency,
    instant,  // A Timestamp.
    optional,
    list,
    object,  // A struct.
};

struct Field;

struct Type {
    ValueKind kind = ValueKind::nothing;
    std::string_view name = {};          // Of an object: its name in the contract.
    std::span<Field const> fields = {};  // Of an object, in the order of the socket and of JSON.
    std::size_t size_bytes = 0;          // Of an integer or a word.
    bool is_signed = false;
    std::string_view (*word)(std::uint64_t value) = nullptr;  // Empty: the value is none.
    // Of an object whose other fields depend on the first one, which is read: the type with them.
    Type const& (*variant)(void const* object) = nullptr;

    // Of an optional or a list; an optional has none or one.
    Type const& (*item)() = nullptr;
    std::size_t (*count)(void const* list) = nullptr;
    void* (*at)(void* list, std::size_t index) = nullptr;
    void* (*append)(void* list) = nullptr;  // Of an optional that has none.
    void (*clear)(void* list) = nullptr;
};

// How a field appears in JSON.
enum class Appearance : std::uint8_t {
    always,
    null_if_empty,     // An empty text and an id of none are null.
    left_out_if_none,  // An optional without a value is no member.
    inlined,           // Its members are members of the struct that has it.
    json,              // A text that is JSON itself.
    hidden,            // For the core's socket alone.
};

// How people type a field on the command line. The rest follows from its name and its type.
struct Typed {
    std::string_view option = {};       // "since" for --since; empty: the field's name.
    std::string_view placeholder = {};  // "USER".
    std::string_view text = {};         // Replaces the field's text, which is for integrators.
    bool is_positional = false;         // As are fields in the path.
};

struct Field {
    std::string_view name;
    std::string_view member;   // In C++; empty if it is derived.
    std::string_view text;     // One sentence, for people.
    std::string_view example;  // As JSON; empty where it follows from the type.
    Type const& (*type)() = nullptr;
    void* (*of)(void* object) = nullptr;
    // Of an integer: it is an amount, in this currency. Of a struct: its amounts that have none of
    // their own are in this currency.
    void* (*currency_of)(void* object) = nullptr;
    Appearance appearance = Appearance::always;
    bool is_owners_amount = false;  // In the currency of the enclosing struct.
    bool is_derived = false;  // Follows from others: not on the core's socket, and never read.

    // For input: the inclusive bounds of an integer's value or of a text's length in characters.
    std::int64_t minimum = 0;
    std::int64_t maximum = 0;
    bool is_optional = false;
    bool is_in_path = false;  // Of the URI.
    bool is_prose = false;    // A text for people: legible, and visible unless it may be empty.

    Typed typed = {};

    [[nodiscard]] constexpr Field as(Appearance new_appearance) const {
        auto field = *this;
        field.appearance = new_appearance;
        return field;
    }
    // An amount of minor units whose currency `get` finds in the struct.
    [[nodiscard]] constexpr Field in_currency(void* (*get)(void* object)) const {
        auto field = *this;
        field.currency_of = get;
        return field;
    }
    // An amount whose currency is a member of the enclosing struct.
    [[nodiscard]] constexpr Field in_owners_currency() const {
        auto field = *this;
        field.is_owners_amount = true;
        return field;
    }
    [[nodiscard]] bool is_amount() const {
        return is_owners_amount || (currency_of != nullptr && type().kind != ValueKind::object);
    }
    [[nodiscard]] constexpr Field bounded(std::int64_t least, std::int64_t most) const {
        auto field = *this;
        field.minimum = least;
        field.maximum = most;
        return field;
    }
    [[nodiscard]] constexpr Field sized(std::size_t least, std::size_t most) const {
        return bounded(static_cast<std::int64_t>(least), static_cast<std::int64_t>(most));
    }
    [[nodiscard]] constexpr Field optional() const {
        auto field = *this;
        field.is_optional = true;
        return field;
    }
    // A text for people, with a length in characters; see is_prose.
    [[nodiscard]] constexpr Field prose(std::size_t least, std::size_t most) const {
        auto field = sized(least, most);
        field.is_prose = true;
        return field;
    }
    [[nodiscard]] constexpr Field in_path() const {
        auto field = *this;
        field.is_in_path = true;
        return field;
    }
    [[nodiscard]] constexpr Field typed_as(Typed how) const {
        auto field = *this;
        field.typed = how;
        return field;
    }
};

template <typename T>
[[nodiscard]] Type const& type_of();

namespace detail {

template <typename T, template <typename...> class Template>
inline constexpr bool is_a = false;
template <template <typename...> class Template, typename... A>
inline constexpr bool is_a<Template<A...>, Template> = true;

template <typename T>
struct Member;
template <typename S, typename T>
struct Member<T S::*> {
    using Struct = S;
    using Value = T;
};

template <auto member>
void* member_of(void* object) {
    return &(static_cast<typename Member<decltype(member)>::Struct*>(object)->*member);
}

// "balance" of &Account::balance, as the compiler names the function's argument.
template <auto member>
[[nodiscard]] constexpr std::string_view name_of_member() {
    std::string_view const function = __PRETTY_FUNCTION__;
    auto const begin = function.find("member = ");
    auto const argument = function.substr(begin, function.find_first_of(";]", begin) - begin);
    return argument.substr(argument.rfind(':') + 1);
}

[[nodiscard]] std::string_view word_of(Code code) noexcept;

template <typename T>
[[nodiscard]] std::string_view word_of_number(std::uint64_t value) {
    using Number = std::underlying_type_t<T>;
    if (value > std::numeric_limits<Number>::max()) return {};
    if constexpr (std::is_same_v<T, Code>) {
        return word_of(static_cast<T>(value));
    } else {
        return to_string(static_cast<T>(value));
    }
}

template <typename T>
[[nodiscard]] constexpr Type optional_type() {
    using Optional = std::optional<T>;
    return {.kind = ValueKind::optional,
            .item = type_of<T>,
            .count = [](void const* o) -> std::size_t {
                return static_cast<Optional const*>(o)->has_value() ? 1 : 0;
            },
            .at = [](void* o, std::size_t) -> void* { return &**static_cast<Optional*>(o); },
            .append = [](void* o) -> void* { return &static_cast<Optional*>(o)->emplace(); },
            .clear = [](void* o) { static_cast<Optional*>(o)->reset(); }};
}

template <typename T>
[[nodiscard]] constexpr Type list_type() {
    using List = std::vector<T>;
    return {.kind = ValueKind::list,
            .item = type_of<T>,
            .count = [](void const* l) { return static_cast<List const*>(l)->size(); },
            .at = [](void* l, std::size_t i) -> void* { return &(*static_cast<List*>(l))[i]; },
            .append = [](void* l) -> void* { return &static_cast<List*>(l)->emplace_back(); },
            .clear = [](void* l) { static_cast<List*>(l)->clear(); }};
}

// Nothing for a struct.
template <typename T>
[[nodiscard]] constexpr auto simple_type() {
    if constexpr (std::is_same_v<T, Done>) {
        return Type{.kind = ValueKind::nothing};
    } else if constexpr (std::is_same_v<T, bool>) {
        return Type{.kind = ValueKind::boolean};
    } else if constexpr (std::is_same_v<T, std::string>) {
        return Type{.kind = ValueKind::text};
    } else if constexpr (std::is_same_v<T, Secret>) {
        return Type{.kind = ValueKind::secret};
    } else if constexpr (std::is_same_v<T, Bytes>) {
        return Type{.kind = ValueKind::bytes};
    } else if constexpr (std::is_same_v<T, Uuid>) {
        return Type{.kind = ValueKind::uuid};
    } else if constexpr (std::is_same_v<T, Timestamp>) {
        return Type{.kind = ValueKind::instant};
    } else if constexpr (std::is_same_v<T, money::Currency>) {
        return Type{.kind = ValueKind::currency};
    } else if constexpr (is_a<T, StrongId>) {
        return Type{.kind = ValueKind::id};
    } else if constexpr (std::is_integral_v<T>) {
        return Type{
            .kind = ValueKind::integer, .size_bytes = sizeof(T), .is_signed = std::is_signed_v<T>};
    } else if constexpr (std::is_enum_v<T>) {
        return Type{.kind = ValueKind::word, .size_bytes = sizeof(T), .word = word_of_number<T>};
    } else if constexpr (is_a<T, std::optional>) {
        return optional_type<typename T::value_type>();
    } else if constexpr (is_a<T, std::vector>) {
        return list_type<typename T::value_type>();
    }
}

template <typename T>
concept Simple = !std::is_void_v<decltype(simple_type<T>())>;

}  // namespace detail

// Of a struct: `Type const& describe(std::type_identity<T>)`, declared beside it.
[[nodiscard]] Type const& describe(std::type_identity<money::Money>);

template <typename T>
Type const& type_of() {
    if constexpr (detail::Simple<T>) {
        static constexpr Type type = detail::simple_type<T>();
        return type;
    } else {
        return describe(std::type_identity<T>{});
    }
}

// For the lists of fields.
template <auto member>
[[nodiscard]] constexpr Field field(std::string_view name, std::string_view text,
                                    std::string_view example = {}) {
    return {.name = name,
            .member = detail::name_of_member<member>(),
            .text = text,
            .example = example,
            .type = type_of<typename detail::Member<decltype(member)>::Value>,
            .of = detail::member_of<member>};
}

// An amount of minor units whose currency is another member.
template <auto member, auto currency>
[[nodiscard]] constexpr Field amount(std::string_view name, std::string_view text,
                                     std::string_view example = {}) {
    return field<member>(name, text, example).in_currency(detail::member_of<currency>);
}

// A value that follows from the struct: `get` returns its address, which outlives the struct.
template <typename T>
[[nodiscard]] constexpr Field derived(std::string_view name, std::string_view text,
                                      std::string_view example, void* (*get)(void* object)) {
    return {.name = name,
            .member = {},
            .text = text,
            .example = example,
            .type = type_of<T>,
            .of = get,
            .is_derived = true};
}

}  // namespace bank::api
