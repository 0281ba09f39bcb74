// Result<T>: a value, or an Error that explains its absence. The only error-carrying return type.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "core/base/check.hpp"
#include "core/base/code.hpp"

namespace bank {

struct Error {
    Code code = Code::internal_error;
    // For the log only, never for a client: may name tables, hosts, SQLSTATEs. Never a secret.
    std::string detail = {};
    // For the client: the field, as a JSON pointer ("/amount"), or a parameter by its bare name
    // ("cursor"), or empty.
    std::string field = {};
    // For the client: the error in this particular request; empty: the code's title applies.
    std::string message = {};
    // Seconds until a retry makes sense; 0 if unknown.
    std::uint32_t retry_after_s = 0;
};

template <typename T>
class [[nodiscard]] Result {
public:
    // Implicit on purpose, for `return value;` and `return Error{...};`.
    Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}      // NOLINT
    Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT
    Result(Code code) : state_(std::in_place_index<1>, Error{code}) {}         // NOLINT

    [[nodiscard]] bool ok() const noexcept { return state_.index() == 0; }
    explicit operator bool() const noexcept { return ok(); }

    // Precondition: ok().
    [[nodiscard]] T& value() & {
        BANK_CHECK(ok());
        return *std::get_if<0>(&state_);
    }
    [[nodiscard]] T const& value() const& {
        BANK_CHECK(ok());
        return *std::get_if<0>(&state_);
    }
    [[nodiscard]] T&& value() && {
        BANK_CHECK(ok());
        return std::move(*std::get_if<0>(&state_));
    }
    T& operator*() & { return value(); }
    T const& operator*() const& { return value(); }
    T* operator->() { return &value(); }
    T const* operator->() const { return &value(); }

    // Precondition: not ok().
    [[nodiscard]] Error& error() & {
        BANK_CHECK(!ok());
        return *std::get_if<1>(&state_);
    }
    [[nodiscard]] Error const& error() const& {
        BANK_CHECK(!ok());
        return *std::get_if<1>(&state_);
    }
    [[nodiscard]] Error&& error() && {
        BANK_CHECK(!ok());
        return std::move(*std::get_if<1>(&state_));
    }
    [[nodiscard]] Code code() const { return error().code; }

private:
    std::variant<T, Error> state_;
};

struct Done {};

// For operations without a value.
using Status = Result<Done>;

}  // namespace bank
