// Fills a value of any described type, leaf by leaf.
#pragma once
#include <tuple>

#include "core/codec/number.hpp"

namespace bank::test {

// `Chooser` has one function for each kind of leaf, and chooses the length of a list and the
// presence of an optional. on_field() is called before each field is set, on_object() after all
// fields of an object are.
template <typename Chooser>
void fill(Chooser& chooser, api::Type const& type, void* value) {
    using api::ValueKind;
    using codec::as;
    switch (type.kind) {
    case ValueKind::nothing: return;
    case ValueKind::boolean: as<bool>(value) = chooser.boolean(); return;
    case ValueKind::integer: return codec::store_number(type, chooser.integer(), value);
    case ValueKind::word: return codec::store_number(type, chooser.word(type), value);
    case ValueKind::text: as<std::string>(value) = chooser.text(); return;
    case ValueKind::secret: as<Secret>(value) = Secret(chooser.secret()); return;
    case ValueKind::bytes: as<Bytes>(value) = chooser.bytes(); return;
    case ValueKind::uuid: as<Uuid>(value) = chooser.uuid(); return;
    case ValueKind::id: as<std::int64_t>(value) = chooser.id(); return;
    case ValueKind::currency: as<money::Currency>(value) = chooser.currency(); return;
    case ValueKind::instant: as<Timestamp>(value) = chooser.instant(); return;
    case ValueKind::optional:
        type.clear(value);
        if (chooser.has_value()) fill(chooser, type.item(), type.append(value));
        return;
    case ValueKind::list:
        type.clear(value);
        for (auto count = chooser.list_size(); count > 0; --count) {
            fill(chooser, type.item(), type.append(value));
        }
        return;
    case ValueKind::object: break;
    }
    for (auto const& field : type.fields) {
        if (field.is_derived) continue;
        chooser.on_field(field);
        fill(chooser, field.type(), field.of(value));
    }
    chooser.on_object(type, value);
}

template <typename Chooser, typename T>
void fill(Chooser& chooser, T& value) {
    fill(chooser, api::type_of<T>(), &value);
}

}  // namespace bank::test
