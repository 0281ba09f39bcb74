// An operation as data, for code that treats all operations alike: sockets, gates, codecs, tests.
//
// An operation is a type with `Input`, `Output` and `facts`. `Done` means no input or no
// output.
#pragma once
#include <memory>
#include <utility>

#include "core/api/type.hpp"
#include "core/operations/facts.hpp"

namespace bank::operations {

// A value whose type is known only by its description.
using Value = std::unique_ptr<void, void (*)(void*)>;

template <typename T>
[[nodiscard]] Value make_value() {
    return {new T{}, [](void* value) { delete static_cast<T*>(value); }};
}

template <typename T>
[[nodiscard]] Value take_value(void* value) {
    auto taken = make_value<T>();
    *static_cast<T*>(taken.get()) = std::move(*static_cast<T*>(value));
    return taken;
}

struct Operation {
    Facts facts;
    api::Type const& (*input)();
    api::Type const& (*output)();
    Value (*make_input)();
    Value (*make_output)();
    Value (*take_output)(void* output);  // Moves from it.
};

template <typename Op>
inline constexpr Operation operation{
    .facts = Op::facts,
    .input = api::type_of<typename Op::Input>,
    .output = api::type_of<typename Op::Output>,
    .make_input = make_value<typename Op::Input>,
    .make_output = make_value<typename Op::Output>,
    .take_output = take_value<typename Op::Output>,
};

}  // namespace bank::operations
