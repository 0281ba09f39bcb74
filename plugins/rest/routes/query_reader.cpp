#include "plugins/rest/routes/query_reader.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/bounds.hpp"
#include "core/base/text.hpp"
#include "core/codec/number.hpp"
#include "plugins/rest/http/ascii.hpp"

namespace bank::rest {
namespace {

constexpr std::size_t parameters_max = 32;
constexpr std::size_t errors_max = 10;
constexpr std::size_t name_shown_max = 64;

std::optional<int> hex_digit(char c) {
    if (ascii::is_digit(c)) return c - '0';
    auto const lower = ascii::lower(c);
    if (lower >= 'a' && lower <= 'f') return lower - 'a' + 10;
    return std::nullopt;
}

}  // namespace

std::optional<std::string> decode_component(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '+') {
            out += ' ';
        } else if (text[i] != '%') {
            out += text[i];
        } else {
            if (i + 2 >= text.size()) return std::nullopt;
            auto const high = hex_digit(text[i + 1]);
            auto const low = hex_digit(text[i + 2]);
            if (!high || !low) return std::nullopt;
            out += static_cast<char>(*high * 16 + *low);
            i += 2;
        }
    }
    return out;
}

std::string encode_component(std::string_view text) {
    std::string out;
    for (auto const c : text) {
        if (ascii::is_unreserved(c)) {
            out += c;
        } else {
            out += fmt::format("%{:02X}", static_cast<unsigned>(static_cast<unsigned char>(c)));
        }
    }
    return out;
}

QueryReader::QueryReader(std::string_view query) {
    while (!query.empty()) {
        auto const end = std::min(query.find('&'), query.size());
        auto const part = query.substr(0, end);
        query.remove_prefix(std::min(end + 1, query.size()));
        auto const equals = part.find('=');
        auto name = decode_component(part.substr(0, equals));
        auto value = decode_component(equals == std::string_view::npos ? std::string_view{}
                                                                       : part.substr(equals + 1));
        if (parameters_.size() == parameters_max) {
            add("", "Too many parameters.");
            return;
        }
        if (!name || !value || name->empty()) {
            add("", "The query is malformed.");
            return;
        }
        if (!is_plain_text(*value)) {
            add(*name, "Must be UTF-8 without control characters.");
        } else if (std::any_of(parameters_.begin(), parameters_.end(),
                               [&](Parameter const& other) { return other.name == *name; })) {
            add(*name, "Duplicate parameter.");
        }
        parameters_.push_back({std::move(*name), std::move(*value), false});
    }
}

std::string const* QueryReader::find(std::string_view name) {
    std::string const* found = nullptr;
    for (auto& parameter : parameters_) {
        if (parameter.name != name) continue;
        parameter.is_asked = true;
        if (found == nullptr) found = &parameter.value;
    }
    return found;
}

void QueryReader::add(std::string_view name, std::string message) {
    if (errors_.size() >= errors_max) return;
    errors_.push_back(
        {FieldError::Place::parameter, plain_text(name, name_shown_max), std::move(message)});
}

void QueryReader::text(std::string_view name, std::string& value, std::size_t size_max) {
    auto const* const text = find(name);
    if (text == nullptr) return;
    if (text->empty() || count_characters(*text) > size_max) {
        return add(name, fmt::format("Must be 1 to {} characters long.", size_max));
    }
    value = *text;
}

void QueryReader::boolean(std::string_view name, bool& value) {
    auto const* const text = find(name);
    if (text == nullptr) return;
    if (*text != "true" && *text != "false") return add(name, "Must be true or false.");
    value = *text == "true";
}

void QueryReader::id(std::string_view name, std::int64_t& value) {
    auto const* const text = find(name);
    if (text == nullptr) return;
    auto const number = parse_int64(*text);
    if (!number || *number < 1) return add(name, "Must be a positive integer.");
    value = *number;
}

void QueryReader::needed_id(std::string_view name, std::int64_t& value) {
    if (find(name) == nullptr) return add(name, "Required parameter is missing.");
    id(name, value);
}

void QueryReader::instant(std::string_view name, std::optional<Timestamp>& value) {
    auto const* const text = find(name);
    if (text == nullptr) return;
    value = parse_timestamp(*text);
    if (value) return;
    auto const has_blank = text->find(' ') != std::string::npos;
    add(name, has_blank ? "Must be an RFC 3339 time; in a query, write its + as %2B."
                        : "Must be an RFC 3339 time, such as \"2026-03-01T12:00:00Z\".");
}

void QueryReader::word(std::string_view name, api::Type const& optional, void* value) {
    auto const* const text = find(name);
    if (text == nullptr) return;
    auto const& type = optional.item();
    auto const number = codec::find_word(type, *text);
    if (!number) return add(name, "Not an allowed value.");
    optional.clear(value);
    codec::store_number(type, *number, optional.append(value));
}

void QueryReader::page(api::PageRequest& page) {
    text("cursor", page.cursor, bounds::cursor_size_max);
    auto const* const text = find("limit");
    if (text == nullptr) return;
    auto const limit = parse_int64(*text);
    if (!limit || *limit < 1 || *limit > std::int64_t{bounds::page_limit_max}) {
        return add("limit", fmt::format("Must be from 1 to {}.", bounds::page_limit_max));
    }
    page.limit = static_cast<std::uint32_t>(*limit);
}

std::optional<Problem> QueryReader::finish() {
    for (auto const& parameter : parameters_) {
        if (!parameter.is_asked) add(parameter.name, "Unknown parameter.");
    }
    if (errors_.empty()) return std::nullopt;
    Problem problem;
    problem.code = Code::invalid_field;
    problem.errors = std::move(errors_);
    return problem;
}

}  // namespace bank::rest
