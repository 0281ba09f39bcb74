#include "plugins/bankctl/arguments.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <mutex>
#include <utility>

#include "core/base/check.hpp"
#include "plugins/bankctl/input_check.hpp"

namespace bank::bankctl {
namespace {

namespace wire = admin::wire;
using wire::ArgumentKind;
using wire::ArgumentSpec;
using wire::Format;

constexpr Input rows{.argument = {},
                     .option = "limit",
                     .letter = 'n',
                     .placeholder = "N",
                     .meaning = "At most N rows; default: 100.",
                     .kind = InputKind::count};
constexpr Input all_rows{.argument = {},
                         .option = "all",
                         .placeholder = {},
                         .meaning = "All rows.",
                         .kind = InputKind::all_rows};

// Lives as long as the program.
std::string_view kept(std::string text) {
    static std::mutex mutex;
    static std::deque<std::string> texts;
    std::lock_guard const guard{mutex};
    return texts.emplace_back(std::move(text));
}

Check check_of(Format format) {
    switch (format) {
    case Format::account: return check::account;
    case Format::iban: return check::iban;
    case Format::currency: return check::currency;
    case Format::amount: return check::amount;
    case Format::amount_or_none: return check::amount_or_none;
    case Format::money: return check::money;
    case Format::action: return check::action;
    case Format::outcome: return check::outcome;
    case Format::transfer_status: return check::transfer_status;
    case Format::address: return check::address;
    case Format::uuid: return check::uuid;
    case Format::sha256: return check::sha256;
    case Format::any:
    case Format::minor_units:
    case Format::time:
    case Format::key: return nullptr;
    }
    BANK_UNREACHABLE();
}

InputKind kind_of(ArgumentSpec const& argument) {
    if (argument.kind == ArgumentKind::boolean) return InputKind::boolean;
    if (argument.format == Format::minor_units) return InputKind::money;
    if (argument.kind == ArgumentKind::integer) return InputKind::integer;
    if (argument.format == Format::key) return InputKind::key;
    return argument.format == Format::time ? InputKind::time : InputKind::text;
}

Input input_of(ArgumentSpec const& argument) {
    auto const kind = kind_of(argument);
    return {.argument = argument.name,
            .option = argument.option,
            .letter = argument.letter,
            .placeholder = argument.placeholder,
            .meaning = argument.meaning,
            .kind = kind,
            .is_required = argument.is_required && kind != InputKind::key,
            .choices = argument.choices,
            .check = check_of(argument.format),
            .minimum = argument.minimum,
            .maximum = argument.maximum,
            .size_max = argument.size_max};
}

// Secrets are never on the command line.
void add_secret(std::vector<Input>& inputs, ArgumentSpec const& argument) {
    std::string name{argument.option};
    auto const what = argument.name == "pin" ? "PIN" : name;
    if (!argument.is_required) {
        inputs.push_back(
            {.argument = argument.name,
             .option = kept(fmt::format("ask-{}", name)),
             .placeholder = {},
             .meaning = kept(fmt::format("Prompt for the {}, twice and without echo.", what)),
             .kind = InputKind::ask_secret});
    }
    inputs.push_back(
        {.argument = argument.name,
         .option = kept(fmt::format("{}-stdin", name)),
         .placeholder = {},
         .meaning = kept(fmt::format("Read the {} from the first line of standard input.", what)),
         .kind = InputKind::secret});
}

}  // namespace

std::vector<Input> inputs_of(wire::CommandSpec const& spec) {
    std::vector<Input> inputs;
    for (auto const& argument : spec.arguments) {
        if (argument.meaning.empty()) continue;
        if (argument.kind == ArgumentKind::secret) {
            add_secret(inputs, argument);
        } else {
            inputs.push_back(input_of(argument));
        }
    }
    if (spec.is_paged) {
        inputs.push_back(rows);
        inputs.push_back(all_rows);
    }
    return inputs;
}

}  // namespace bank::bankctl
