#include "plugins/admin/wire/operation_command.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "core/api/page.hpp"
#include "core/base/bounds.hpp"
#include "core/base/check.hpp"
#include "core/codec/number.hpp"

namespace bank::admin::wire {
namespace {

using api::Field;
using api::Type;
using api::ValueKind;

constexpr std::size_t amount_size_max = 32;
constexpr std::size_t account_size_max = 64;  // With blanks.

// Fields that mean the same in every input.
struct Known {
    std::string_view field;
    std::string_view placeholder;
    Format format;
    std::string_view argument = {};  // If it has another name.
    std::string_view meaning = {};   // Of a positional one.
};

constexpr auto known = std::to_array<Known>({
    {"account_id", "ACCOUNT", Format::account, "account",
     "The account number (IBAN, blanks allowed) or id."},
    {"user_id", "USER", Format::any, "user_name", "The username."},
    {"user_name", "USER", Format::any},
    {"owner", "USER", Format::any},
    {"actor", "NAME", Format::any},
    {"account_no", "IBAN", Format::iban},
    {"action", "WORD", Format::action},
    {"outcome", "WORD", Format::outcome},
    {"ip", "ADDRESS", Format::address},
    {"request_id", "ID", Format::uuid},
    {"digest", "SHA256", Format::sha256},
});

Known const* find_known(std::string_view field) noexcept {
    auto const* const found =
        std::find_if(known.begin(), known.end(), [&](Known const& k) { return k.field == field; });
    return found == known.end() ? nullptr : found;
}

Type const& value_type(Field const& field) {
    auto const& type = field.type();
    return type.kind == ValueKind::optional ? type.item() : type;
}

std::string upper(std::string_view name) {
    std::string text{name};
    if (text.ends_with("_id")) text.resize(text.size() - 3);
    std::transform(text.begin(), text.end(), text.begin(),
                   [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
    return text;
}

std::string dashed(std::string_view name) {
    std::string text{name};
    std::replace(text.begin(), text.end(), '_', '-');
    return text;
}

std::vector<std::string_view> words_of(Type const& type) {
    std::vector<std::string_view> words;
    for (std::uint64_t number = 0; number < codec::words_end; ++number) {
        if (auto const word = type.word(number); !word.empty()) words.push_back(word);
    }
    return words;
}

void set_text(ArgumentSpec& spec, Field const& field) {
    spec.placeholder = "TEXT";
    if (field.maximum > 0) spec.size_max = static_cast<std::size_t>(field.maximum);
    auto const* const facts = find_known(field.name);
    if (facts == nullptr) return;
    spec.placeholder = facts->placeholder;
    spec.format = facts->format;
    if (facts->format == Format::iban) spec.size_max = account_size_max;
}

void set_word(ArgumentSpec& spec, Field const& field, Type const& type) {
    spec.size_max = bounds::word_size_max;
    if (&type == &api::type_of<Code>()) {
        spec.placeholder = "WORD";
        spec.format = Format::transfer_status;
        return;
    }
    spec.placeholder = upper(field.name);
    spec.choices = words_of(type);
}

void set_integer(ArgumentSpec& spec, Field const& field, Type const& input) {
    spec.kind = ArgumentKind::integer;
    spec.placeholder = "N";
    if (field.minimum != 0 || field.maximum != 0) {
        spec.minimum = field.minimum;
        spec.maximum = field.maximum;
    }
    if (!field.is_amount()) return;
    spec.placeholder = "MONEY";
    spec.format = Format::minor_units;
    if (has_currency(input)) return;
    spec.kind = ArgumentKind::text;
    spec.format = Format::amount_or_none;
    spec.size_max = amount_size_max;
}

void set_looked_up(ArgumentSpec& spec, Field const& field) {
    auto const& facts = *find_known(field.name);
    spec.placeholder = facts.placeholder;
    spec.format = facts.format;
    spec.size_max = facts.format == Format::account ? account_size_max : bounds::user_name_size_max;
}

void set_id(ArgumentSpec& spec, Field const& field) {
    if (is_looked_up(field)) return set_looked_up(spec, field);
    spec.kind = ArgumentKind::integer;
    spec.minimum = 1;
    spec.placeholder = field.name.ends_with("_id") ? upper(field.name) : "ID";
}

void set_other(ArgumentSpec& spec, std::string_view placeholder, Format format,
               std::size_t size_max = 256) {
    spec.placeholder = placeholder;
    spec.format = format;
    spec.size_max = size_max;
}

void set_type(ArgumentSpec& spec, Field const& field, Type const& input) {
    auto const& type = value_type(field);
    switch (type.kind) {
    case ValueKind::text: return set_text(spec, field);
    case ValueKind::word: return set_word(spec, field, type);
    case ValueKind::integer: return set_integer(spec, field, input);
    case ValueKind::id: return set_id(spec, field);
    case ValueKind::boolean: spec.kind = ArgumentKind::boolean; return;
    case ValueKind::secret:
        spec.kind = ArgumentKind::secret;
        spec.size_max = static_cast<std::size_t>(field.maximum);
        return;
    case ValueKind::uuid: return set_other(spec, upper(field.name), Format::uuid);
    case ValueKind::instant: return set_other(spec, "TIME", Format::time);
    case ValueKind::currency: return set_other(spec, "CODE", Format::currency, 3);
    case ValueKind::object:
        BANK_CHECK(&type == &api::type_of<money::Money>());
        return set_other(spec, "MONEY", Format::money, amount_size_max);
    case ValueKind::nothing:
    case ValueKind::bytes:
    case ValueKind::optional:
    case ValueKind::list: break;
    }
    BANK_UNREACHABLE();
}

void add_page(CommandSpec& command) {
    command.is_paged = true;
    command.arguments.push_back({.name = "limit",
                                 .kind = ArgumentKind::integer,
                                 .minimum = 1,
                                 .maximum = bounds::page_limit_max});
    command.arguments.push_back({.name = "cursor", .size_max = bounds::cursor_size_max});
}

}  // namespace

bool is_looked_up(Field const& field) noexcept {
    return field.name == "account_id" || field.name == "user_id";
}

bool is_page(Field const& field) noexcept {
    return &field.type() == &api::type_of<api::PageRequest>();
}

bool has_currency(Type const& input) noexcept {
    return std::any_of(input.fields.begin(), input.fields.end(), [](Field const& field) {
        return field.name == "currency" && field.type().kind == ValueKind::currency &&
               field.appearance != api::Appearance::hidden;
    });
}

std::string_view argument_name(Field const& field) noexcept {
    return is_looked_up(field) ? find_known(field.name)->argument : field.name;
}

ArgumentSpec argument_of(Field const& field, Type const& input) {
    ArgumentSpec spec{.name = argument_name(field), .meaning = field.text};
    set_type(spec, field, input);
    auto const is_optional = field.is_optional || field.type().kind == ValueKind::optional;
    auto const is_positional = field.is_in_path || field.typed.is_positional;
    spec.is_required = is_positional || (!is_optional && spec.kind != ArgumentKind::boolean);
    if (!is_positional) {
        spec.option =
            field.typed.option.empty() ? dashed(spec.name) : std::string{field.typed.option};
    } else if (is_looked_up(field)) {
        spec.meaning = find_known(field.name)->meaning;
    }
    if (!field.typed.text.empty()) spec.meaning = field.typed.text;
    if (!field.typed.placeholder.empty()) spec.placeholder = field.typed.placeholder;
    return spec;
}

CommandSpec command_of(operations::Operation const& operation) {
    auto const& facts = operation.facts;
    CommandSpec command{.words = facts.command.words,
                        .summary = facts.summary,
                        .details = facts.command.text.empty() ? facts.text : facts.command.text,
                        .output = operation.output,
                        .question = facts.command.question,
                        .operation = &operation};
    for (auto const& example : facts.command.examples) {
        if (!example.line.empty()) command.examples.push_back(example);
    }
    auto const& input = operation.input();
    for (auto const& field : input.fields) {
        if (is_page(field)) {
            add_page(command);
        } else if (field.appearance != api::Appearance::hidden) {
            command.arguments.push_back(argument_of(field, input));
        }
    }
    return command;
}

}  // namespace bank::admin::wire
