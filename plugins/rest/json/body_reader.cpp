#include "plugins/rest/json/body_reader.hpp"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <array>
#include <limits>
#include <vector>

#include "core/base/bounds.hpp"
#include "core/base/check.hpp"
#include "core/base/text.hpp"
#include "core/codec/number.hpp"

namespace bank::rest {
namespace {

namespace dom = simdjson::dom;

constexpr std::size_t depth_max = 8;
constexpr std::size_t errors_max = 10;
constexpr std::size_t keys_max = 32;       // Looking for repeated ones is quadratic.
constexpr std::size_t key_shown_max = 64;  // Bytes of a foreign key that an error repeats.
constexpr std::size_t asked_max = 24;      // Fields of any one object of the API.
// A thread keeps its parser, which takes about ten times its capacity: room for most bodies, and
// never more than this.
constexpr std::size_t capacity_min = 1024;
constexpr std::size_t capacity_kept_max = 8192;

dom::parser& thread_parser() {
    thread_local dom::parser parser;
    return parser;
}

// simdjson keeps unescaped texts in the document; at most 5/3 of the body and the padding.
void wipe_texts(dom::parser& parser, std::size_t body_size) {
    if (!parser.doc.string_buf) return;
    auto const capacity = 5 * parser.doc.capacity() / 3 + simdjson::SIMDJSON_PADDING;
    auto const used = 5 * body_size / 3 + simdjson::SIMDJSON_PADDING;
    explicit_bzero(parser.doc.string_buf.get(), std::min(capacity, used));
}

// simdjson reads "-0" as 0, but who writes it means a float. Outside of texts only.
bool has_negative_zero(std::string_view body) {
    bool in_text = false;
    for (std::size_t i = 0; i < body.size(); ++i) {
        if (in_text && body[i] == '\\') {
            ++i;
        } else if (body[i] == '"') {
            in_text = !in_text;
        } else if (!in_text && body[i] == '-' && body.substr(i + 1, 1) == "0") {
            return true;
        }
    }
    return false;
}

std::string escaped(std::string_view key) {
    std::string out;
    for (auto const c : plain_text(key, key_shown_max)) {
        if (c == '~') {
            out += "~0";
        } else if (c == '/') {
            out += "~1";
        } else {
            out += c;
        }
    }
    return out;
}

// An integer as it is written, though of more digits than a number holds.
bool is_out_of_range(std::string_view text) {
    auto const digits = text.substr(text.starts_with('-') ? 1 : 0);
    constexpr std::size_t size_safe = std::numeric_limits<std::int64_t>::digits10;
    return digits.size() > size_safe && digits.front() != '0' &&
           std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool is_currency_shape(std::string_view text) {
    return text.size() == 3 &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

// One object of the body, and which of its keys were asked for.
struct Object {
    dom::object fields;
    std::string pointer;  // Of the object itself.
    std::array<std::string_view, asked_max> asked;
    std::size_t asked_count = 0;

    // Where no key repeats, which check_keys() sees to, the first is the only one.
    std::optional<dom::element> find(std::string_view key) {
        BANK_CHECK(asked_count < asked_max);
        asked.at(asked_count++) = key;
        dom::element found;
        if (fields.at_key(key).get(found) != simdjson::SUCCESS) return std::nullopt;
        return found;
    }
    bool was_asked(std::string_view key) const {
        auto const end = asked.begin() + static_cast<std::ptrdiff_t>(asked_count);
        return std::find(asked.begin(), end, key) != end;
    }
    std::string pointer_to(std::string_view key) const { return pointer + "/" + escaped(key); }
};

}  // namespace

struct BodyReader::State {
    Object root;
    Object* object = &root;  // What is being read.
    bool is_readable = false;
    bool has_negative_zero = false;
    std::size_t body_size = 0;
    std::string unreadable;    // Why the body is no object at all.
    std::optional<Code> code;  // Instead of invalid_field, if all errors are refusals.
    std::size_t refusals = 0;
    std::vector<FieldError> errors;

    void add(std::string pointer, std::string message) {
        if (errors.size() >= errors_max) return;
        errors.push_back({FieldError::Place::pointer, std::move(pointer), std::move(message)});
    }

    // Notes a well-formed value that the bank does not take.
    void refuse(Code refusal, std::string pointer, std::string message) {
        code = refusal;
        ++refusals;
        add(std::move(pointer), std::move(message));
    }

    void parse(std::string_view body);
    void check_keys(Object const& checked);
    std::optional<dom::element> find(Object& from, std::string_view key, Presence presence);
    std::optional<std::string_view> read_text(Object& from, std::string_view key,
                                              TextBounds bounds);
    void read_integer(Object& from, std::string_view key, std::int64_t& value,
                      IntegerBounds bounds);
    // False: it is none, and the error is noted.
    bool take_integer(Object const& from, std::string_view key, dom::element element,
                      std::int64_t& value, IntegerBounds bounds);
    void read_digits(Object& from, std::string_view key, std::int64_t& value, IntegerBounds bounds);
    void read_currency(Object& from, std::string_view key, money::Currency& value);
    // False: it is none, and the error is noted.
    bool take_money(std::string pointer, dom::element element, money::Money& value,
                    IntegerBounds bounds);
    bool take_amount(std::string_view key, dom::element element, std::int64_t& value,
                     money::Currency& currency, IntegerBounds bounds);
};

void BodyReader::State::parse(std::string_view body) {
    auto& parser = thread_parser();
    body_size = body.size();
    if (body.find_first_not_of(" \t\r\n") == std::string_view::npos) {
        unreadable = "The body is empty.";
        return;
    }
    if (parser.capacity() < body.size() || parser.max_depth() != depth_max) {
        auto const capacity = std::max(body.size(), capacity_min);
        if (parser.allocate(capacity, depth_max) != simdjson::SUCCESS) {
            unreadable = "The body cannot be read.";
            return;
        }
    }
    dom::element element;
    auto const* const bytes = reinterpret_cast<std::uint8_t const*>(body.data());
    auto const error = parser.parse(bytes, body.size(), false).get(element);
    if (error != simdjson::SUCCESS) {
        unreadable = error == simdjson::DEPTH_ERROR || error == simdjson::TAPE_ERROR
                         ? "The body is not JSON or is nested too deeply."
                         : fmt::format("The body is not JSON: {}", simdjson::error_message(error));
    } else if (element.get(root.fields) != simdjson::SUCCESS) {
        unreadable = "The body must be a JSON object.";
    } else {
        is_readable = true;
        has_negative_zero = rest::has_negative_zero(body);
    }
}

void BodyReader::State::check_keys(Object const& checked) {
    std::array<std::string_view, keys_max> keys;
    std::size_t count = 0;
    for (auto const field : checked.fields) {
        if (count == keys_max) return add(checked.pointer, "Too many fields.");
        auto const end = keys.begin() + static_cast<std::ptrdiff_t>(count);
        if (!checked.was_asked(field.key)) {
            add(checked.pointer_to(field.key), "Unknown field.");
        } else if (std::find(keys.begin(), end, field.key) != end) {
            add(checked.pointer_to(field.key), "Duplicate field.");
        }
        keys.at(count++) = field.key;
    }
}

std::optional<dom::element> BodyReader::State::find(Object& from, std::string_view key,
                                                    Presence presence) {
    if (!is_readable) return std::nullopt;
    auto const found = from.find(key);
    if (!found && presence == Presence::required) {
        add(from.pointer_to(key), "Required field is missing.");
    }
    return found;
}

std::optional<std::string_view> BodyReader::State::read_text(Object& from, std::string_view key,
                                                             TextBounds bounds) {
    auto const found = find(from, key, bounds.presence);
    if (!found) return std::nullopt;
    std::string_view text;
    if (found->get(text) != simdjson::SUCCESS) {
        add(from.pointer_to(key), "Must be a string.");
        return std::nullopt;
    }
    // The parser lets nothing but well-formed UTF-8 through.
    auto const size = count_characters(text);
    if (size < bounds.size_min || size > bounds.size_max) {
        add(from.pointer_to(key),
            fmt::format("Must be {} to {} characters long.", bounds.size_min, bounds.size_max));
        return std::nullopt;
    }
    if (text.find('\0') != std::string_view::npos) {
        add(from.pointer_to(key), "Must not contain U+0000.");
        return std::nullopt;
    }
    return text;
}

void BodyReader::State::read_integer(Object& from, std::string_view key, std::int64_t& value,
                                     IntegerBounds bounds) {
    auto const found = find(from, key, bounds.presence);
    if (!found) return;
    (void)take_integer(from, key, *found, value, bounds);
}

bool BodyReader::State::take_integer(Object const& from, std::string_view key, dom::element element,
                                     std::int64_t& value, IntegerBounds bounds) {
    auto const is_integer =
        element.type() == dom::element_type::INT64 || element.type() == dom::element_type::UINT64;
    if (!is_integer) {
        add(from.pointer_to(key), "Must be an integer, without quotes, fraction or exponent.");
        return false;
    }
    std::int64_t number = 0;
    auto const fits = element.get(number) == simdjson::SUCCESS;
    if (fits && number == 0 && has_negative_zero) {
        add(from.pointer_to(key), "Must be 0, not -0.");
        return false;
    }
    if (!fits || number < bounds.minimum || number > bounds.maximum) {
        add(from.pointer_to(key),
            fmt::format("Must be from {} to {}.", bounds.minimum, bounds.maximum));
        return false;
    }
    value = number;
    return true;
}

void BodyReader::State::read_digits(Object& from, std::string_view key, std::int64_t& value,
                                    IntegerBounds bounds) {
    auto const found = find(from, key, bounds.presence);
    if (!found) return;
    std::string_view text;
    auto const is_text = found->get(text) == simdjson::SUCCESS;
    auto const number = is_text ? parse_int64(text) : std::nullopt;
    if (!is_text) {
        add(from.pointer_to(key), "Must be a string of decimal digits, such as \"1250\".");
    } else if (!number && !is_out_of_range(text)) {
        add(from.pointer_to(key),
            "Must be decimal digits, without '+', leading zeros, fraction or exponent.");
    } else if (!number || *number < bounds.minimum || *number > bounds.maximum) {
        add(from.pointer_to(key),
            fmt::format("Must be from {} to {}.", bounds.minimum, bounds.maximum));
    } else {
        value = *number;
    }
}

void BodyReader::State::read_currency(Object& from, std::string_view key, money::Currency& value) {
    auto const text = read_text(from, key, {.size_max = 3});
    if (!text) return;
    if (auto const parsed = money::parse_currency(*text)) {
        value = *parsed;
    } else if (is_currency_shape(*text)) {
        refuse(Code::unknown_currency, from.pointer_to(key),
               "The bank does not support this currency.");
    } else {
        add(from.pointer_to(key), "Must be three upper-case letters, such as \"EUR\".");
    }
}

bool BodyReader::State::take_money(std::string pointer, dom::element element, money::Money& value,
                                   IntegerBounds bounds) {
    Object from;
    from.pointer = std::move(pointer);
    if (element.get(from.fields) != simdjson::SUCCESS) {
        add(from.pointer, "Must be an object with amount and currency.");
        return false;
    }
    auto const had = errors.size();
    read_digits(from, "amount", value.amount,
                {.minimum = bounds.minimum, .maximum = bounds.maximum});
    read_currency(from, "currency", value.currency);
    check_keys(from);
    return errors.size() == had;
}

bool BodyReader::State::take_amount(std::string_view key, dom::element element, std::int64_t& value,
                                    money::Currency& currency, IntegerBounds bounds) {
    auto const pointer = object->pointer_to(key);
    money::Money read;
    if (!take_money(pointer, element, read, bounds)) return false;
    if (currency == money::Currency{}) currency = read.currency;
    if (read.currency != currency) {
        refuse(Code::currency_mismatch, pointer + "/currency",
               fmt::format("Must be {}.", currency.code()));
        return false;
    }
    value = read.amount;
    return true;
}

BodyReader::BodyReader(std::string_view body) : state_(std::make_unique<State>()) {
    state_->parse(body);
}

BodyReader::~BodyReader() {
    auto& parser = thread_parser();
    wipe_texts(parser, state_->body_size);
    // One large body must not cost the memory of each thread that has ever read one.
    if (parser.capacity() > capacity_kept_max) parser = dom::parser();
}

void BodyReader::text(std::string_view key, std::string& value, TextBounds bounds) {
    auto const text = state_->read_text(*state_->object, key, bounds);
    if (!text) return;
    if (!is_plain_text(*text)) {
        return state_->add(state_->object->pointer_to(key), "Must not contain control characters.");
    }
    value.assign(*text);
}

void BodyReader::secret(std::string_view key, Secret& value, TextBounds bounds) {
    if (auto const text = state_->read_text(*state_->object, key, bounds)) value = Secret(*text);
}

void BodyReader::integer(std::string_view key, std::int64_t& value, IntegerBounds bounds) {
    state_->read_integer(*state_->object, key, value, bounds);
}

void BodyReader::digits(std::string_view key, std::int64_t& value, IntegerBounds bounds) {
    state_->read_digits(*state_->object, key, value, bounds);
}

void BodyReader::boolean(std::string_view key, bool& value) {
    auto const found = state_->find(*state_->object, key, Presence::required);
    if (found && found->get(value) != simdjson::SUCCESS) {
        state_->add(state_->object->pointer_to(key), "Must be true or false.");
    }
}

void BodyReader::money(std::string_view key, money::Money& value, IntegerBounds bounds) {
    auto const found = state_->find(*state_->object, key, bounds.presence);
    if (found) (void)state_->take_money(state_->object->pointer_to(key), *found, value, bounds);
}

void BodyReader::amount(std::string_view key, std::int64_t& value, money::Currency& currency,
                        IntegerBounds bounds) {
    auto const found = state_->find(*state_->object, key, bounds.presence);
    if (found) (void)state_->take_amount(key, *found, value, currency, bounds);
}

void BodyReader::amount_or_null(std::string_view key, std::optional<std::int64_t>& value,
                                money::Currency& currency, IntegerBounds bounds) {
    auto const found = state_->find(*state_->object, key, bounds.presence);
    if (!found) return;
    std::int64_t amount = 0;
    if (found->is_null()) {
        value.reset();
    } else if (state_->take_amount(key, *found, amount, currency, bounds)) {
        value = amount;
    }
}

void BodyReader::currency(std::string_view key, money::Currency& value) {
    state_->read_currency(*state_->object, key, value);
}

std::optional<std::string_view> BodyReader::read_word(std::string_view key, Presence presence) {
    return state_->read_text(*state_->object, key,
                             {.size_max = key_shown_max, .presence = presence});
}

void BodyReader::word(std::string_view key, api::Type const& type, void* value, Presence presence) {
    auto const text = read_word(key, presence);
    if (!text) return;
    auto const number = codec::find_word(type, *text);
    if (!number) return refuse(key, "Not an allowed value.");
    codec::store_number(type, *number, value);
}

void BodyReader::refuse(std::string_view key, std::string message) {
    state_->add(state_->object->pointer_to(key), std::move(message));
}

void BodyReader::objects(std::string_view key, CountBounds bounds,
                         std::function<void()> const& read) {
    auto const found = state_->find(state_->root, key, Presence::required);
    if (!found) return;
    auto const pointer = state_->root.pointer_to(key);
    dom::array elements;
    if (found->get(elements) != simdjson::SUCCESS) {
        return state_->add(pointer, "Must be an array.");
    }
    if (elements.size() < bounds.minimum || elements.size() > bounds.maximum) {
        return state_->add(
            pointer, fmt::format("Must have {} to {} elements.", bounds.minimum, bounds.maximum));
    }
    std::size_t index = 0;
    for (auto const element : elements) {
        Object object;
        object.pointer = fmt::format("{}/{}", pointer, index++);
        if (element.get(object.fields) != simdjson::SUCCESS) {
            state_->add(object.pointer, "Must be an object.");
            continue;
        }
        state_->object = &object;
        read();
        state_->object = &state_->root;
        state_->check_keys(object);
    }
}

bool BodyReader::has(std::string_view key) const {
    dom::element found;
    return state_->is_readable &&
           state_->object->fields.at_key(key).get(found) == simdjson::SUCCESS;
}

std::optional<Problem> BodyReader::finish() {
    Problem problem;
    if (!state_->is_readable) {
        problem.code = Code::malformed_request;
        problem.errors.push_back({FieldError::Place::pointer, "", state_->unreadable});
        return problem;
    }
    state_->check_keys(state_->root);
    if (state_->errors.empty()) return std::nullopt;
    // A currency is refused only if nothing else is wrong.
    auto const is_only_refused = state_->code && state_->errors.size() == state_->refusals;
    problem.code = is_only_refused ? *state_->code : Code::invalid_field;
    problem.errors = std::move(state_->errors);
    return problem;
}

}  // namespace bank::rest
