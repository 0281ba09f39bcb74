// Constructors of inputs; for the tables of commands only.
#pragma once
#include <span>
#include <string_view>

#include "plugins/bankctl/command.hpp"

namespace bank::bankctl::inputs {

// A positional argument.
consteval Input place(std::string_view argument, std::string_view placeholder,
                      std::string_view meaning, InputKind kind = InputKind::text) {
    return {.argument = argument,
            .option = {},
            .placeholder = placeholder,
            .meaning = meaning,
            .kind = kind,
            .is_required = true};
}

// An option that is sent to the bank as `argument`.
consteval Input option(std::string_view argument, std::string_view name,
                       std::string_view placeholder, std::string_view meaning,
                       InputKind kind = InputKind::text) {
    return {.argument = argument,
            .option = name,
            .placeholder = placeholder,
            .meaning = meaning,
            .kind = kind};
}

consteval Input flag(std::string_view name, std::string_view meaning, InputKind kind) {
    return {.argument = {}, .option = name, .placeholder = {}, .meaning = meaning, .kind = kind};
}

// An option that is not sent to the bank.
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

consteval Input may_lack(Input input) {
    input.is_required = false;
    return input;
}

}  // namespace bank::bankctl::inputs
