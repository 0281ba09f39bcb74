// change = {"table": word, "key": text, "change_no": integer, "before": fields, "after": fields}
// fields = {word: text / integer / boolean, ...}
// erased = {"hashes": [32 hexadecimal digits, ...]}
//
// "before" and "after" may be absent. No other fields, none twice.
#include "core/verify/state_change.hpp"

#include <simdjson.h>

#include <algorithm>
#include <utility>

#include "core/base/bytes.hpp"
#include "core/base/text.hpp"

namespace bank::verify {
namespace {

namespace dom = simdjson::dom;

constexpr std::size_t depth_max = 4;

Error malformed(std::string why) {
    return {.code = Code::invalid_field, .detail = std::move(why)};
}

bool is_word(std::string_view text) {
    return !text.empty() && text.size() <= 40 &&
           std::ranges::all_of(text, [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; });
}

// A parser of its own for each call would allocate each time.
Result<dom::object> parse_object(std::string_view json) {
    thread_local dom::parser parser;
    dom::object object;
    auto const capacity = std::max<std::size_t>(json.size(), 8192);
    if ((parser.capacity() < capacity &&
         parser.allocate(capacity, depth_max) != simdjson::SUCCESS) ||
        parser.parse(json.data(), json.size()).get(object) != simdjson::SUCCESS) {
        return malformed("not a JSON object");
    }
    return object;
}

bool read_fields(dom::object object, StateFields& fields) {
    for (auto const [name, field] : object) {
        auto const is_scalar = field.is_string() || field.is_int64() || field.is_bool();
        if (!is_scalar || !is_word(name)) return false;
        if (!fields.emplace(std::string(name), simdjson::minify(field)).second) return false;
    }
    return true;
}

bool read_fields(dom::element value, StateFields& fields) {
    dom::object object;
    return value.get(object) == simdjson::SUCCESS && read_fields(object, fields);
}

bool read_text(dom::element value, std::string& text) {
    std::string_view view;
    if (value.get(view) != simdjson::SUCCESS || !is_plain_text(view)) return false;
    text = view;
    return !text.empty();
}

}  // namespace

Result<StateChange> parse_state_change(std::string_view details) {
    auto const object = parse_object(details);
    if (!object) return object.error();
    StateChange change;
    unsigned seen = 0;
    auto const is_first = [&seen](unsigned bit) {
        return (std::exchange(seen, seen | bit) & bit) == 0;
    };
    for (auto const [name, value] : *object) {
        auto const is_read = name == "table" ? is_first(1) && read_text(value, change.table)
                             : name == "key" ? is_first(2) && read_text(value, change.key)
                             : name == "change_no"
                                 ? is_first(4) && value.get(change.change_no) == simdjson::SUCCESS
                             : name == "before" ? is_first(8) && read_fields(value, change.before)
                             : name == "after"  ? is_first(16) && read_fields(value, change.after)
                                                : false;
        if (!is_read) return malformed(plain_text(name, 40));
    }
    if ((seen & 7U) != 7U || !is_word(change.table)) return malformed("a field is missing");
    return change;
}

Result<StateFields> parse_state_fields(std::string_view state) {
    auto const object = parse_object(state);
    if (!object) return object.error();
    StateFields fields;
    if (!read_fields(*object, fields)) return malformed("a field is not a scalar");
    return fields;
}

Result<std::vector<ShortHash>> parse_erased(std::string_view details) {
    auto const object = parse_object(details);
    if (!object) return object.error();
    std::vector<ShortHash> hashes;
    dom::array list;
    if ((*object)["hashes"].get(list) != simdjson::SUCCESS) return malformed("hashes are missing");
    for (auto const value : list) {
        std::string_view text;
        if (value.get(text) != simdjson::SUCCESS || !read_hex(text, hashes.emplace_back())) {
            return malformed("a hash");
        }
    }
    return hashes;
}

}  // namespace bank::verify
