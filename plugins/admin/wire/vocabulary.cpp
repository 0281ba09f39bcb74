#include "plugins/admin/wire/vocabulary.hpp"

#include <algorithm>

#include "core/operations/list.hpp"
#include "plugins/admin/wire/composed.hpp"
#include "plugins/admin/wire/operation_command.hpp"

namespace bank::admin::wire {
namespace {

std::vector<CommandSpec> all_commands() {
    auto all = composed_commands();
    for (auto const* const operation : operations::all()) {
        if (!operation->facts.command.words.empty()) all.push_back(command_of(*operation));
    }
    std::sort(all.begin(), all.end(),
              [](CommandSpec const& a, CommandSpec const& b) { return a.words < b.words; });
    return all;
}

}  // namespace

std::span<CommandSpec const> vocabulary() noexcept {
    static auto const commands = all_commands();
    return commands;
}

CommandSpec const* find_command(std::string_view words) noexcept {
    for (auto const& command : vocabulary()) {
        if (command.words == words) return &command;
    }
    return nullptr;
}

ArgumentSpec const* find_argument(CommandSpec const& command, std::string_view name) noexcept {
    for (auto const& argument : command.arguments) {
        if (argument.name == name) return &argument;
    }
    return nullptr;
}

}  // namespace bank::admin::wire
