#include "plugins/rest/routes/input.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/codec/number.hpp"
#include "plugins/rest/json/described.hpp"

namespace bank::rest {
namespace {

using api::Field;
using api::Type;
using api::ValueKind;
using codec::as;

void read_id(QueryReader& query, Field const& field, std::int64_t& value) {
    if (field.is_optional) {
        query.id(field.name, value);
    } else {
        query.needed_id(field.name, value);
    }
}

void read_parameter(QueryReader& query, Field const& field, void* value) {
    auto const& type = field.type();
    switch (type.kind) {
    case ValueKind::text:
        return query.text(field.name, as<std::string>(value),
                          static_cast<std::size_t>(field.maximum));
    case ValueKind::id:
    case ValueKind::integer: return read_id(query, field, as<std::int64_t>(value));
    case ValueKind::optional:
        if (type.item().kind == ValueKind::instant) {
            return query.instant(field.name, as<std::optional<Timestamp>>(value));
        }
        return query.word(field.name, type, value);
    case ValueKind::object:
        BANK_CHECK(&type == &api::type_of<api::PageRequest>());
        return query.page(as<api::PageRequest>(value));
    case ValueKind::boolean: return query.boolean(field.name, as<bool>(value));
    case ValueKind::nothing:
    case ValueKind::word:
    case ValueKind::secret:
    case ValueKind::bytes:
    case ValueKind::uuid:
    case ValueKind::currency:
    case ValueKind::instant:
    case ValueKind::list: break;  // No query has these.
    }
    BANK_UNREACHABLE();
}

std::optional<Problem> read_query(Call const& call, Type const& type, void* input) {
    QueryReader query(call.head.query);
    for (auto const& field : type.fields) {
        if (!field.is_in_path) read_parameter(query, field, field.of(input));
    }
    return query.finish();
}

}  // namespace

std::optional<Problem> read_path(Call const& call, Type const& type, void* input) {
    for (auto const& field : type.fields) {
        if (field.is_in_path) as<std::int64_t>(field.of(input)) = call.id;
    }
    return std::nullopt;
}

std::optional<Problem> read_input(Call const& call, Type const& type, void* input) {
    (void)read_path(call, type, input);
    if (call.head.method == Method::get || call.head.method == Method::head) {
        return read_query(call, type, input);
    }
    auto const has_body = std::any_of(type.fields.begin(), type.fields.end(),
                                      [](Field const& field) { return !field.is_in_path; });
    if (!has_body) return check_empty(call);
    BodyReader body(call.body);
    read_members(body, type, input);
    return body.finish();
}

operations::Outcome ask_core(Call const& call, operations::Operation const& operation,
                             void* input) {
    auto outcome = call.bank.ask(operation, call.caller, input);
    if (operation.facts.budget) call.rate = RateHeaders{*operation.facts.budget, outcome.rate};
    return outcome;
}

Response answer_with(Call const& call, operations::Operation const& operation,
                     operations::Outcome const& outcome) {
    if (outcome.error) return answer(call, *outcome.error);
    auto const* type = &operation.output();
    void const* output = outcome.output.get();
    if (type->kind == ValueKind::nothing) return answer_nothing();
    if (type->kind == ValueKind::optional) {
        if (type->count(output) == 0) return answer_pending();
        output = type->at(outcome.output.get(), 0);
        type = &type->item();
    }
    Response response;
    response.body = codec::to_json(*type, output);
    response.status = operation.facts.route.status;
    response.holds_secret = codec::has_secrets(*type);
    for (auto const& field : type->fields) {
        auto* const value = field.of(const_cast<void*>(output));
        if (field.name == "next_cursor") response.link = next_link(call, as<std::string>(value));
        if (field.name == "id" && response.status == 201) {
            response.location = fmt::format("{}/{}", call.head.path, as<std::int64_t>(value));
        }
    }
    return response;
}

Response run_operation(Call const& call, operations::Operation const& operation) {
    auto const input = operation.make_input();
    if (auto const problem = read_input(call, operation.input(), input.get())) {
        return answer(call, *problem);
    }
    return answer_with(call, operation, ask_core(call, operation, input.get()));
}

}  // namespace bank::rest
