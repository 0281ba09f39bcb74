#include "plugins/admin/operation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <variant>

#include "core/codec/number.hpp"
#include "core/money/iban.hpp"
#include "core/operations/accounts.hpp"
#include "plugins/admin/handlers.hpp"
#include "plugins/admin/wire/amount.hpp"
#include "plugins/admin/wire/operation_command.hpp"
#include "plugins/admin/wire/words.hpp"

namespace bank::admin {
namespace {

using api::Field;
using api::Type;
using api::ValueKind;
using codec::as;

Error no_word(std::string_view name, Type const& type) {
    std::string words;
    for (std::uint64_t number = 0; number < codec::words_end; ++number) {
        auto const word = type.word(number);
        if (!word.empty()) words += fmt::format("{}{}", words.empty() ? "" : ", ", word);
    }
    return invalid_argument(name, fmt::format("Must be one of: {}.", words));
}

Status read_word(wire::Arguments const& arguments, std::string_view name, Type const& type,
                 void* value) {
    auto const& word = arguments.text(name);
    if (&type == &api::type_of<Code>() && !wire::is_transfer_status(word)) {
        return invalid_argument(name, "A transaction cannot have this status.");
    }
    auto const number = codec::find_word(type, word);
    if (!number) return no_word(name, type);
    codec::store_number(type, *number, value);
    return Done{};
}

Status read_text(wire::Arguments const& arguments, std::string_view name, std::string& value) {
    value = arguments.text(name);
    if (name == "action" && !wire::is_audit_action(value)) {
        return invalid_argument(name, "The audit log has no such action.");
    }
    if (name == "outcome" && !wire::is_outcome(value)) {
        return invalid_argument(name, "The audit log has no such outcome.");
    }
    if (name != "account_no") return Done{};
    auto const iban = money::normalise_iban(value);
    if (!iban) return invalid_argument(name, "This is not a valid IBAN.");
    value = *iban;
    return Done{};
}

Status read_currency(wire::Arguments const& arguments, std::string_view name,
                     money::Currency& value) {
    auto const currency = money::parse_currency(arguments.text(name));
    if (!currency) return Error{.code = Code::unknown_currency, .field = "/arguments/currency"};
    value = *currency;
    return Done{};
}

// "12.50 EUR".
Status read_money(wire::Arguments const& arguments, std::string_view name, money::Money& value) {
    auto const& text = arguments.text(name);
    auto const blank = std::min(text.find(' '), text.size());
    auto const currency =
        money::parse_currency(std::string_view{text}.substr(std::min(blank + 1, text.size())));
    if (!currency) return invalid_argument(name, "Write an amount with its currency: 12.50 EUR.");
    auto const read = wire::read_amount(text.substr(0, blank), *currency, 0);
    if (auto const* problem = std::get_if<std::string>(&read)) {
        return invalid_argument(name, *problem);
    }
    value = {*std::get_if<std::int64_t>(&read), *currency};
    return Done{};
}

Status read_time(wire::Arguments const& arguments, std::string_view name, Timestamp& value) {
    std::optional<Timestamp> time;
    auto const set = set_time(arguments, name, time);
    if (set) value = *time;
    return set;
}

Status read_uuid(wire::Arguments const& arguments, std::string_view name, Uuid& value) {
    auto const uuid = parse_uuid(arguments.text(name));
    if (!uuid) return invalid_argument(name, "This is not a UUID.");
    value = *uuid;
    return Done{};
}

// One that was given.
Status read_value(wire::Arguments const& arguments, std::string_view name, Type const& type,
                  void* value) {
    switch (type.kind) {
    case ValueKind::text: return read_text(arguments, name, as<std::string>(value));
    case ValueKind::secret: as<Secret>(value) = arguments.secret(name); return Done{};
    case ValueKind::boolean: as<bool>(value) = arguments.boolean(name); return Done{};
    case ValueKind::integer:
        codec::store_number(type, static_cast<std::uint64_t>(*arguments.integer(name)), value);
        return Done{};
    case ValueKind::id: as<std::int64_t>(value) = *arguments.integer(name); return Done{};
    case ValueKind::word: return read_word(arguments, name, type, value);
    case ValueKind::currency: return read_currency(arguments, name, as<money::Currency>(value));
    case ValueKind::instant: return read_time(arguments, name, as<Timestamp>(value));
    case ValueKind::uuid: return read_uuid(arguments, name, as<Uuid>(value));
    case ValueKind::object: return read_money(arguments, name, as<money::Money>(value));
    case ValueKind::optional: return read_value(arguments, name, type.item(), type.append(value));
    case ValueKind::nothing:
    case ValueKind::bytes:
    case ValueKind::list: break;  // No argument of one operation has these.
    }
    BANK_UNREACHABLE();
}

Status look_up(Context const& context, wire::Arguments const& arguments, Field const& field,
               void* value) {
    auto const name = wire::argument_name(field);
    if (!arguments.has(name)) return Done{};
    if (field.name == "account_id") {
        auto const id = find_account_id(context, arguments.text(name));
        if (!id) return id.error();
        as<AccountId>(value) = *id;
        return Done{};
    }
    auto const id = find_user_id(context, arguments.text(name));
    if (!id) return id.error();
    as<UserId>(value) = *id;
    return Done{};
}

// An amount in the currency of the account that the input names.
Status read_minor_units(Context const& context, wire::Arguments const& arguments,
                        Type const& input_type, Field const& field, void* input) {
    auto const account = std::find_if(input_type.fields.begin(), input_type.fields.end(),
                                      [](Field const& f) { return f.name == "account_id"; });
    BANK_CHECK(account != input_type.fields.end());
    auto const found = context.bank.ask<operations::FindAccount>(
        context.caller, {as<AccountId>(account->of(input))});
    if (!found) return found.error();
    as<money::Currency>(field.currency_of(input)) = found->currency;
    auto const& text = arguments.text(field.name);
    if (text == "none") return Done{};
    auto const read = wire::read_amount(text, found->currency, 0);
    if (auto const* problem = std::get_if<std::string>(&read)) {
        return invalid_argument(field.name, fmt::format("{} Or write none.", *problem));
    }
    auto const& type = field.type();
    auto const is_optional = type.kind == ValueKind::optional;
    auto* const value = field.of(input);
    codec::store_number(is_optional ? type.item() : type,
                        static_cast<std::uint64_t>(*std::get_if<std::int64_t>(&read)),
                        is_optional ? type.append(value) : value);
    return Done{};
}

// The order in which fields are read: those that need the bank last, and those that need an
// account's currency after the account.
enum class Turn : std::uint8_t { plain, looked_up, in_accounts_currency };

Turn turn_of(Field const& field, Type const& input_type) {
    if (wire::is_looked_up(field)) return Turn::looked_up;
    auto const is_typed = field.is_amount() && !wire::has_currency(input_type);
    return is_typed ? Turn::in_accounts_currency : Turn::plain;
}

Status read_field(Context const& context, wire::Arguments const& arguments, Type const& input_type,
                  Field const& field, void* input) {
    if (field.appearance == api::Appearance::hidden) return Done{};
    if (wire::is_page(field)) {
        as<api::PageRequest>(field.of(input)) = page_of(arguments);
        return Done{};
    }
    auto const turn = turn_of(field, input_type);
    if (turn == Turn::looked_up) return look_up(context, arguments, field, field.of(input));
    if (!arguments.has(field.name)) return Done{};
    if (turn == Turn::plain) {
        return read_value(arguments, field.name, field.type(), field.of(input));
    }
    return read_minor_units(context, arguments, input_type, field, input);
}

// An object, as every result is: {"items": [...]} of a list, {"text": ...} of a text, and {} of
// nothing.
std::string result_of(Type const& type, void* output) {
    if (type.kind == ValueKind::optional) {
        return type.count(output) == 0 ? "{}" : result_of(type.item(), type.at(output, 0));
    }
    auto const is_list = type.kind == ValueKind::list;
    if (!is_list && type.kind != ValueKind::text) return codec::to_json(type, output);
    JsonWriter json;
    json.begin_object().key(is_list ? "items" : "text");
    codec::write_json(json, type, output);
    json.end_object();
    return std::move(json).take();
}

}  // namespace

Status read_input(Context const& context, wire::Arguments const& arguments, Type const& type,
                  void* input) {
    for (auto const turn : {Turn::plain, Turn::looked_up, Turn::in_accounts_currency}) {
        for (auto const& field : type.fields) {
            if (turn_of(field, type) != turn) continue;
            auto const read = read_field(context, arguments, type, field, input);
            if (!read) return read;
        }
    }
    return Done{};
}

Result<std::string> ask_for_json(Context const& context, operations::Operation const& operation,
                                 void* input) {
    auto const outcome = context.bank.ask(operation, context.caller, input);
    if (outcome.error) return *outcome.error;
    return result_of(operation.output(), outcome.output.get());
}

Result<std::string> run_operation(Context const& context, wire::Arguments const& arguments,
                                  operations::Operation const& operation) {
    auto const input = operation.make_input();
    auto const read = read_input(context, arguments, operation.input(), input.get());
    if (!read) return read.error();
    return ask_for_json(context, operation, input.get());
}

}  // namespace bank::admin
