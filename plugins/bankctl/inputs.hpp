// Constructors of bankctl's own inputs; for the tables of commands only.
#pragma once
#include <span>
#include <string_view>

#include "plugins/bankctl/command.hpp"

namespace bank::bankctl::inputs {

// A positional argument.
consteval Input place(std::string_view placeholder, std::string_view meaning) {
    return {.argument = {},
            .option = {},
            .placeholder = placeholder,
            .meaning = meaning,
            .kind = InputKind::own_text,
            .is_required = true};
}

consteval Input flag(std::string_view name, std::string_view meaning,
                     InputKind kind = InputKind::own_flag) {
    return {.argument = {}, .option = name, .placeholder = {}, .meaning = meaning, .kind = kind};
}

consteval Input own(std::string_view name, std::string_view placeholder, std::string_view meaning,
                    InputKind kind = InputKind::own_text) {
    return {.argument = {},
            .option = name,
            .placeholder = placeholder,
            .meaning = meaning,
            .kind = kind};
}

consteval Input required(Input input) {
    input.is_required = true;
    return input;
}

consteval Input one_of(Input input, std::span<std::string_view const> choices) {
    input.choices = choices;
    return input;
}

consteval Input checked(Input input, Check check) {
    input.check = check;
    return input;
}

}  // namespace bank::bankctl::inputs
