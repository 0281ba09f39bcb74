// The descriptions of everything that crosses the core's socket: the source of documents, help and
// codecs.
#include <gtest/gtest.h>
#include <simdjson.h>

#include <map>
#include <set>

#include "core/api/caller.hpp"
#include "core/base/text.hpp"
#include "core/codec/number.hpp"
#include "core/operations/list.hpp"

namespace bank::wire {
namespace {

namespace dom = simdjson::dom;
using api::Appearance;
using api::Field;
using api::Type;
using api::ValueKind;

// Every object within the inputs and outputs of all operations.
class Objects {
public:
    Objects() {
        add(api::type_of<api::Caller>());
        for (auto const* const operation : operations::all()) {
            add(operation->input());
            add(operation->output());
        }
    }
    [[nodiscard]] std::set<Type const*> take() && { return std::move(all_); }

private:
    void add(Type const& type) {
        if (type.item != nullptr) return add(type.item());
        if (type.kind != ValueKind::object || !all_.insert(&type).second) return;
        for (auto const& field : type.fields) add(field.type());
    }

    std::set<Type const*> all_;
};

std::set<Type const*> all_objects() {
    return Objects().take();
}

std::string_view scalar_fault(Field const& field, Type const& type, dom::element example) {
    switch (type.kind) {
    case ValueKind::boolean: return example.is_bool() ? "" : "no boolean";
    case ValueKind::integer: {
        if (!example.is_int64()) return "no integer";
        auto const value = std::int64_t(example);
        auto const has_bounds = field.maximum != 0;
        return has_bounds && (value < field.minimum || value > field.maximum) ? "out of bounds"
                                                                              : "";
    }
    case ValueKind::id: return example.is_int64() || example.is_null() ? "" : "no id";
    case ValueKind::optional:
        return example.is_null() ? "" : scalar_fault(field, type.item(), example);
    case ValueKind::list: return scalar_fault(field, type.item(), example);
    case ValueKind::nothing:
    case ValueKind::object: return "";
    case ValueKind::word:
    case ValueKind::text:
    case ValueKind::secret:
    case ValueKind::bytes:
    case ValueKind::uuid:
    case ValueKind::currency:
    case ValueKind::instant: break;
    }
    if (field.appearance == Appearance::json) return example.is_object() ? "" : "no object";
    if (field.appearance == Appearance::null_if_empty && example.is_null()) return "";
    if (!example.is_string()) return "no string";
    auto const text = std::string_view(example);
    if (type.kind == ValueKind::word) return codec::find_word(type, text) ? "" : "no such word";
    if (type.kind == ValueKind::currency) return money::parse_currency(text) ? "" : "no currency";
    if (type.kind == ValueKind::instant) return parse_timestamp(text) ? "" : "no instant";
    if (type.kind == ValueKind::uuid) return parse_uuid(text) ? "" : "no UUID";
    auto const size = static_cast<std::int64_t>(count_characters(text));
    auto const has_bounds = field.maximum != 0;
    return has_bounds && (size < field.minimum || size > field.maximum) ? "out of bounds" : "";
}

// The fault of a field's example. A boolean without one is false; a value made of others takes
// theirs.
std::string_view example_fault(Field const& field) {
    auto const* type = &field.type();
    auto const* inner = type;
    while (inner->item != nullptr) inner = &inner->item();
    if (inner->kind == ValueKind::object || inner->kind == ValueKind::boolean) {
        if (field.example.empty()) return {};
    }
    dom::parser parser;
    dom::element example;
    auto const text = simdjson::padded_string(field.example);
    if (parser.parse(text).get(example) != simdjson::SUCCESS) return "no JSON";
    return scalar_fault(field, *type, example);
}

TEST(Description, OfEachFieldIsASentenceWithARightExample) {
    for (auto const* type : all_objects()) {
        for (auto const& field : type->fields) {
            auto const what = std::string(type->name) + "." + std::string(field.name);
            EXPECT_TRUE(field.text.ends_with('.')) << what;
            if (type->name != "LocalPeer" && type->name != "Caller") {
                EXPECT_EQ(example_fault(field), "") << what;
            }
        }
    }
}

// Names of an object's members in JSON, including inlined ones.
void add_names(std::vector<std::string_view>& names, Type const& type) {
    for (auto const& field : type.fields) {
        if (field.appearance == Appearance::inlined) {
            add_names(names, field.type());
        } else {
            names.push_back(field.name);
        }
    }
}

TEST(Description, NamesEachMemberOnceInSnakeCase) {
    for (auto const* type : all_objects()) {
        std::vector<std::string_view> names;
        add_names(names, *type);
        EXPECT_EQ(std::set(names.begin(), names.end()).size(), names.size()) << type->name;
        for (auto const name : names) {
            EXPECT_EQ(name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_"),
                      std::string_view::npos)
                << type->name << "." << name;
        }
    }
}

// A name on the wrong member would be wrong in every codec alike, and so unnoticed by them.
TEST(Description, NamesEachMemberAsCppDoes) {
    std::map<std::string_view, std::string_view> const renamed{
        {"origin", "origin_id"},      {"expires_in_s", "expires_in"},
        {"is_debit_frozen", "debit"}, {"is_credit_frozen", "credit"},
        {"is_resumed", "resume"},     {"digest", "sha256"},
        {"default_value", "default"}, {"what", ""}};
    for (auto const* type : all_objects()) {
        for (auto const& field : type->fields) {
            if (field.is_derived) continue;
            ASSERT_FALSE(field.member.empty()) << type->name << "." << field.name;
            auto const other = renamed.find(field.member);
            auto const is_renamed = other != renamed.end() && other->second == field.name;
            EXPECT_TRUE(field.name == field.member || is_renamed)
                << type->name << "." << field.name << " is " << field.member;
        }
    }
}

TEST(Description, NoTwoObjectsHaveOneName) {
    std::set<std::string_view> names;
    for (auto const* type : all_objects()) {
        if (type->name.empty()) continue;
        EXPECT_TRUE(names.insert(type->name).second) << type->name;
    }
}

TEST(Description, AnAmountHasACurrency) {
    for (auto const* type : all_objects()) {
        for (auto const& field : type->fields) {
            auto const name = std::string(type->name) + "." + std::string(field.name);
            auto const& of = field.type();
            if (!field.is_amount()) {
                // Of a struct: the currency of its amounts.
                EXPECT_TRUE(field.currency_of == nullptr || of.kind == ValueKind::object) << name;
                continue;
            }
            auto const& value = of.kind == ValueKind::optional ? of.item() : of;
            EXPECT_EQ(value.kind, ValueKind::integer) << name;
            EXPECT_EQ(value.size_bytes, sizeof(std::int64_t)) << name;
        }
    }
}

}  // namespace
}  // namespace bank::wire
