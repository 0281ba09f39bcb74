#include "tests/golden/mutations.hpp"

#include <fmt/format.h>
#include <simdjson.h>

#include <utility>

namespace bank::golden {
namespace {

namespace dom = simdjson::dom;
using Members = std::vector<std::pair<std::string, std::string>>;

std::string object_of(Members const& members) {
    std::string text = "{";
    for (auto const& [key, value] : members) {
        if (text.size() > 1) text += ",";
        text += fmt::format("\"{}\":{}", key, value);
    }
    return text + "}";
}

Members members_of(dom::object object) {
    Members members;
    for (auto const [key, value] : object) {
        members.emplace_back(key, simdjson::minify(value));
    }
    return members;
}

// The string of a number, in the bodies of these tests; a PIN has four digits.
bool is_digits(dom::element value) {
    auto const text = std::string_view(value);
    return !text.empty() && text.size() < 4 &&
           text.find_first_not_of("0123456789") == std::string_view::npos;
}

std::vector<Mutation> others_of_text() {
    return {{"=7", "7"},
            {"=null", "null"},
            {"=\"\"", "\"\""},
            {"=\" \"", "\" \""},
            {"=\"?\"", "\"?\""},
            {"=long", "\"" + std::string(5000, 'x') + "\""},
            {"=turned", "\"ab\\u202e\""}};
}

std::vector<Mutation> others_of_digits() {
    auto others = others_of_text();
    for (auto const* digits : {"0", "-1", "-0", "+1", "01", "1.5", "1e3", "9007199254740991",
                               "9007199254740992", "18446744073709551616"}) {
        auto const text = fmt::format("\"{}\"", digits);
        others.push_back({"=" + text, text});
    }
    return others;
}

std::vector<Mutation> others_of(dom::element value) {
    switch (value.type()) {
    case dom::element_type::STRING: return is_digits(value) ? others_of_digits() : others_of_text();
    case dom::element_type::INT64:
    case dom::element_type::UINT64:
    case dom::element_type::DOUBLE:
        return {{"=\"7\"", "\"7\""},
                {"=null", "null"},
                {"=0", "0"},
                {"=-1", "-1"},
                {"=1.5", "1.5"},
                {"=1e3", "1e3"},
                {"=2^53-1", "9007199254740991"},
                {"=2^53", "9007199254740992"},
                {"=2^64", "18446744073709551616"}};
    case dom::element_type::BOOL: return {{"=\"yes\"", "\"yes\""}, {"=null", "null"}, {"=1", "1"}};
    case dom::element_type::OBJECT: return {{"=null", "null"}, {"=\"x\"", "\"x\""}, {"=[]", "[]"}};
    case dom::element_type::ARRAY:
        return {{"=null", "null"}, {"={}", "{}"}, {"=[]", "[]"}, {"=[7]", "[7]"}};
    case dom::element_type::NULL_VALUE: return {{"=\"x\"", "\"x\""}, {"=7", "7"}};
    }
    return {};
}

std::vector<Mutation> within(dom::element value);

std::vector<Mutation> of_object(dom::object object) {
    auto const members = members_of(object);
    std::vector<Mutation> all;
    std::size_t place = 0;
    for (auto const [key, value] : object) {
        auto const path = fmt::format("/{}", key);
        auto without = members;
        without.erase(without.begin() + static_cast<std::ptrdiff_t>(place));
        all.push_back({path + " left out", object_of(without)});
        auto twice = members;
        twice.push_back(members[place]);
        all.push_back({path + " twice", object_of(twice)});
        for (auto const& other : within(value)) {
            auto changed = members;
            changed[place].second = other.text;
            all.push_back({path + other.what, object_of(changed)});
        }
        ++place;
    }
    auto more = members;
    more.emplace_back("surprise", "1");
    all.push_back({"/surprise=1", object_of(more)});
    return all;
}

std::vector<Mutation> within(dom::element value) {
    auto all = others_of(value);
    dom::object object;
    dom::array array;
    if (value.get(object) == simdjson::SUCCESS) {
        for (auto& inner : of_object(object)) all.push_back(std::move(inner));
    } else if (value.get(array) == simdjson::SUCCESS && array.size() > 0) {
        for (auto const& inner : within(array.at(0))) {
            std::string text = "[" + inner.text;
            for (std::size_t i = 1; i < array.size(); ++i) {
                text += "," + std::string(simdjson::minify(array.at(i)));
            }
            all.push_back({"/0" + inner.what, text + "]"});
        }
    }
    return all;
}

}  // namespace

std::vector<Mutation> mutations_of(std::string_view document) {
    dom::parser parser;
    dom::element const root = parser.parse(simdjson::padded_string(document));
    dom::object object;
    std::vector<Mutation> all{{" empty", "{}"}, {" broken", "{"}, {" array", "[]"}};
    if (root.get(object) != simdjson::SUCCESS) return all;
    for (auto& one : of_object(object)) all.push_back(std::move(one));
    return all;
}

}  // namespace bank::golden
