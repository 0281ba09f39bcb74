#include "plugins/rest/openapi/json.hpp"

#include <simdjson.h>

#include <algorithm>
#include <stdexcept>

#include "core/base/json_writer.hpp"

namespace bank::rest::openapi {
namespace {

namespace dom = simdjson::dom;

std::string as_json(std::string_view text) {
    return std::move(JsonWriter().text(text)).take();
}

}  // namespace

Json Json::text(std::string_view value) {
    Json json;
    json.scalar_ = as_json(value);
    return json;
}

Json Json::number(std::int64_t value) {
    Json json;
    json.scalar_ = std::to_string(value);
    return json;
}

Json Json::boolean(bool value) {
    Json json;
    json.scalar_ = value ? "true" : "false";
    return json;
}

Json Json::object() {
    Json json;
    json.kind_ = Kind::object;
    return json;
}

Json Json::array(std::vector<Json> items) {
    Json json;
    json.kind_ = Kind::array;
    json.items_ = std::move(items);
    return json;
}

Json Json::parse(std::string_view json) {
    auto const tree_of = [](auto const& self, dom::element element) -> Json {
        if (element.is_object()) {
            auto tree = object();
            for (auto const field : dom::object(element)) {
                if (tree.find(field.key) != nullptr) {
                    throw std::runtime_error("repeats the member " + std::string(field.key));
                }
                tree.set(field.key, self(self, field.value));
            }
            return tree;
        }
        if (element.is_array()) {
            auto tree = array();
            for (auto const item : dom::array(element)) tree.items_.push_back(self(self, item));
            return tree;
        }
        if (element.is_string()) return text(std::string_view(element));
        Json tree;
        tree.scalar_ = simdjson::minify(element);
        return tree;
    };
    dom::parser parser;
    return tree_of(tree_of, parser.parse(simdjson::padded_string(json)));
}

std::string Json::as_text() const {
    if (kind_ != Kind::scalar || scalar_.front() != '"') return {};
    dom::parser parser;
    return std::string(std::string_view(parser.parse(scalar_)));
}

Json* Json::find(std::string_view name) {
    auto const found = std::find_if(members_.begin(), members_.end(),
                                    [&](Member const& member) { return member.name == name; });
    return found == members_.end() ? nullptr : &found->value;
}

Json const* Json::find(std::string_view name) const {
    return const_cast<Json*>(this)->find(name);
}

Json& Json::at(std::string_view name) {
    if (auto* const found = find(name)) return *found;
    return set(name, object());
}

Json& Json::set(std::string_view name, Json value) {
    if (auto* const found = find(name)) return *found = std::move(value);
    return members_.emplace_back(Member{std::string(name), std::move(value)}).value;
}

void Json::remove(std::string_view name) {
    members_.erase(std::remove_if(members_.begin(), members_.end(),
                                  [&](Member const& member) { return member.name == name; }),
                   members_.end());
}

void Json::print_to(std::string& out, std::size_t depth) const {
    auto const start_line = [&](std::size_t level) {
        out += '\n';
        out.append(2 * level, ' ');
    };
    if (kind_ == Kind::scalar) {
        out += scalar_;
        return;
    }
    auto const is_object_now = kind_ == Kind::object;
    out += is_object_now ? '{' : '[';
    auto count = std::size_t{0};
    for (auto const& member : members_) {
        if (count++ > 0) out += ',';
        start_line(depth + 1);
        out += as_json(member.name) + ": ";
        member.value.print_to(out, depth + 1);
    }
    for (auto const& item : items_) {
        if (count++ > 0) out += ',';
        start_line(depth + 1);
        item.print_to(out, depth + 1);
    }
    if (count > 0) start_line(depth);
    out += is_object_now ? '}' : ']';
}

std::string Json::print() const {
    std::string out;
    print_to(out, 0);
    return out + '\n';
}

}  // namespace bank::rest::openapi
