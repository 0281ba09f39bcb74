#include "plugins/admin/operation.hpp"

#include <fmt/format.h>

#include "core/codec/number.hpp"
#include "core/money/iban.hpp"
#include "plugins/admin/handlers.hpp"

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
    auto const number = codec::find_word(type, arguments.text(name));
    if (!number) return no_word(name, type);
    codec::store_number(type, *number, value);
    return Done{};
}

Status read_text(wire::Arguments const& arguments, std::string_view name, std::string& value) {
    value = arguments.text(name);
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
    case ValueKind::optional:
        if (type.item().kind == ValueKind::instant) {
            return set_time(arguments, name, as<std::optional<Timestamp>>(value));
        }
        return read_value(arguments, name, type.item(), type.append(value));
    case ValueKind::nothing:
    case ValueKind::bytes:
    case ValueKind::uuid:
    case ValueKind::instant:
    case ValueKind::list:
    case ValueKind::object: break;  // No argument of one operation has these.
    }
    BANK_UNREACHABLE();
}

bool is_looked_up(Field const& field) {
    return field.name == "account_id" || field.name == "user_id";
}

Status look_up(Context const& context, wire::Arguments const& arguments, Field const& field,
               void* value) {
    if (field.name == "account_id" && arguments.has("account")) {
        auto const id = find_account_id(context, arguments.text("account"));
        if (!id) return id.error();
        as<AccountId>(value) = *id;
    }
    if (field.name == "user_id" && arguments.has("user_name")) {
        auto const id = find_user_id(context, arguments.text("user_name"));
        if (!id) return id.error();
        as<UserId>(value) = *id;
    }
    return Done{};
}

}  // namespace

Status read_input(Context const& context, wire::Arguments const& arguments, Type const& type,
                  void* input) {
    for (auto const& field : type.fields) {
        if (is_looked_up(field)) continue;
        if (&field.type() == &api::type_of<api::PageRequest>()) {
            as<api::PageRequest>(field.of(input)) = page_of(arguments);
        } else if (arguments.has(field.name)) {
            auto const read = read_value(arguments, field.name, field.type(), field.of(input));
            if (!read) return read;
        }
    }
    for (auto const& field : type.fields) {
        if (!is_looked_up(field)) continue;
        if (auto const found = look_up(context, arguments, field, field.of(input)); !found) {
            return found;
        }
    }
    return Done{};
}

Result<std::string> ask_for_json(Context const& context, operations::Operation const& operation,
                                 void* input) {
    auto const outcome = context.bank.ask(operation, context.caller, input);
    if (outcome.error) return *outcome.error;
    return codec::to_json(operation.output(), outcome.output.get());
}

Result<std::string> run_operation(Context const& context, wire::Arguments const& arguments,
                                  operations::Operation const& operation) {
    auto const input = operation.make_input();
    auto const read = read_input(context, arguments, operation.input(), input.get());
    if (!read) return read.error();
    return ask_for_json(context, operation, input.get());
}

}  // namespace bank::admin
