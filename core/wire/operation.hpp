// The functions of BankApi as values: their numbers on the wire, their types, and who may call
// them.
#pragma once
#include <cstdint>
#include <functional>
#include <string_view>
#include <tuple>
#include <type_traits>

#include "core/api/bank_api.hpp"

namespace bank::wire {

enum class Operation : std::uint16_t {
#define BANK_OPERATION(number, name, effect, front_ends) name = (number),
#include "core/api/operations.def"
#undef BANK_OPERATION
};

enum class FrontEnd : std::uint8_t { rest, admin };

[[nodiscard]] constexpr std::string_view to_string(FrontEnd front_end) noexcept {
    return front_end == FrontEnd::rest ? "rest" : "admin";
}

namespace detail {
enum class Effect : std::uint8_t { reads, changes };
enum class Admitted : std::uint8_t { rest = 1, admin = 2, both = 3 };
}  // namespace detail

[[nodiscard]] constexpr std::string_view to_string(Operation operation) noexcept {
    switch (operation) {
#define BANK_OPERATION(number, name, effect, front_ends) \
    case Operation::name:                                \
        return #name;
#include "core/api/operations.def"
#undef BANK_OPERATION
    }
    return {};
}

[[nodiscard]] constexpr bool is_known(Operation operation) noexcept {
    return !to_string(operation).empty();
}

// Whether a lost answer leaves the outcome unknown. Precondition, as below: is_known().
[[nodiscard]] constexpr bool changes(Operation operation) noexcept {
    switch (operation) {
#define BANK_OPERATION(number, name, effect, front_ends) \
    case Operation::name:                                \
        return detail::Effect::effect == detail::Effect::changes;
#include "core/api/operations.def"
#undef BANK_OPERATION
    }
    return true;
}

[[nodiscard]] constexpr bool may_call(FrontEnd front_end, Operation operation) noexcept {
    auto const bit = front_end == FrontEnd::rest ? 1U : 2U;
    switch (operation) {
#define BANK_OPERATION(number, name, effect, front_ends) \
    case Operation::name:                                \
        return (static_cast<unsigned>(detail::Admitted::front_ends) & bit) != 0;
#include "core/api/operations.def"
#undef BANK_OPERATION
    }
    return false;
}

// How a function of BankApi answers: by returning, through a callback, or in parts.
enum class Shape : std::uint8_t { returns, replies, streams };

// The types of a call, from the function's own declaration. Answer is always a Result.
template <typename Member>
struct Signature;

template <typename T>
struct AsResult {
    using type = Result<T>;
};
template <typename T>
struct AsResult<Result<T>> {
    using type = Result<T>;
};

template <typename T>
struct ValueOf;
template <typename T>
struct ValueOf<Result<T>> {
    using type = T;
};

template <typename R, typename... A>
struct Signature<R (api::BankApi::*)(A...)> {
    static constexpr auto shape = Shape::returns;
    using Answer = typename AsResult<R>::type;
    using Arguments = std::tuple<std::decay_t<A>...>;
};
template <typename C, typename A, typename T>
struct Signature<void (api::BankApi::*)(C, A, std::function<void(Result<T>)>)> {
    static constexpr auto shape = Shape::replies;
    using Answer = Result<T>;
    using Arguments = std::tuple<std::decay_t<C>, std::decay_t<A>>;
};
template <typename T, typename C, typename A>
struct Signature<Result<T> (api::BankApi::*)(C, A, api::ExportSink const&)> {
    static constexpr auto shape = Shape::streams;
    using Answer = Result<T>;
    using Arguments = std::tuple<std::decay_t<C>, std::decay_t<A>>;
};

template <Operation>
struct Call;
#define BANK_OPERATION(number, name, effect, front_ends)                      \
    template <>                                                               \
    struct Call<Operation::name> : Signature<decltype(&api::BankApi::name)> { \
        static constexpr auto member = &api::BankApi::name;                   \
    };
#include "core/api/operations.def"
#undef BANK_OPERATION

}  // namespace bank::wire
