// Reads what a client gives an operation, as its description says: the path's id, then the query of
// a GET or the body of another method. Strict, like the readers it uses.
#pragma once
#include <fmt/format.h>

#include "plugins/rest/call.hpp"

namespace bank::rest {

// Nothing if the input is good; else it is not to be used.
[[nodiscard]] std::optional<Problem> read_input(Call const& call, api::Type const& type,
                                                void* input);

template <typename Input>
[[nodiscard]] std::optional<Problem> read_input(Call const& call, Input& input) {
    return read_input(call, api::type_of<Input>(), &input);
}

// How an operation of BankApi is called: with the caller, an input, both or neither.
template <typename Operation>
struct Asking;

template <typename T>
struct Asking<Result<T> (api::BankApi::*)()> {
    static auto ask(Call const& call, auto operation) { return (call.bank.*operation)(); }
};

template <typename T>
struct Asking<Result<T> (api::BankApi::*)(api::Caller const&)> {
    static auto ask(Call const& call, auto operation) {
        return (call.bank.*operation)(call.caller);
    }
};

template <typename T, typename Input>
struct Asking<Result<T> (api::BankApi::*)(Input const&)> {
    using Read = Input;
    static auto ask(Call const& call, auto operation, Input const& input) {
        return (call.bank.*operation)(input);
    }
};

template <typename T, typename Input>
struct Asking<Result<T> (api::BankApi::*)(api::Caller const&, Input const&)> {
    using Read = Input;
    static auto ask(Call const& call, auto operation, Input const& input) {
        return (call.bank.*operation)(call.caller, input);
    }
};

// Of the path's id alone.
template <typename T, typename Tag>
struct Asking<Result<T> (api::BankApi::*)(api::Caller const&, StrongId<Tag>)> {
    static auto ask(Call const& call, auto operation) {
        return (call.bank.*operation)(call.caller, StrongId<Tag>{call.id});
    }
};

// A handler that only asks an operation, and answers with its output.
template <auto operation>
[[nodiscard]] Response ask(Call const& call) {
    using How = Asking<decltype(operation)>;
    if constexpr (requires { typename How::Read; }) {
        typename How::Read input{};
        if (auto const problem = read_input(call, input)) return answer(call, *problem);
        return answer_with(call, How::ask(call, operation, input));
    } else {
        if (auto const problem = check_empty(call)) return answer(call, *problem);
        return answer_with(call, How::ask(call, operation));
    }
}

// The same where something new comes of it: 201, and its place below the path if it has an id.
template <auto operation>
[[nodiscard]] Response create(Call const& call) {
    using How = Asking<decltype(operation)>;
    typename How::Read input{};
    if (auto const problem = read_input(call, input)) return answer(call, *problem);
    auto const made = How::ask(call, operation, input);
    auto response = answer_with(call, made);
    if (!made.ok()) return response;
    response.status = 201;
    if constexpr (requires { made->id; }) {
        response.location = fmt::format("{}/{}", call.head.path, made->id.value);
    }
    return response;
}

}  // namespace bank::rest
