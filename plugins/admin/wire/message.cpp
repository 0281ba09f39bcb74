// The payloads of frames:
//
//   request = {"v":1, "command": "user add", "arguments": {name: value, ...}}
//   value   = text, integer, true, false or a list
//   reply   = {"ok":true, "result": {...}, "request_id": uuid}
//           | {"ok":false, "code": word, "title": text, "message": text, "field": pointer,
//              "retry_after": seconds, "request_id": uuid}   ; the last four only where known
//   part    = {"part": text}   ; any number before the reply of "audit export"
//
// A request is read strictly: a field twice, unknown or missing refuses it. A reply is read
// leniently about fields that are new, so that an older bankctl understands a newer bankd.
#include "plugins/admin/wire/message.hpp"

#include <fmt/format.h>
#include <simdjson.h>
#include <strings.h>

#include <algorithm>
#include <utility>

#include "core/base/json_writer.hpp"
#include "core/base/text.hpp"

namespace bank::admin::wire {
namespace {

namespace dom = simdjson::dom;
constexpr std::int64_t protocol_version = 1;
constexpr std::size_t depth_max = 64;

Error malformed(std::string message, std::string field = {}) {
    return {
        .code = Code::malformed_request, .field = std::move(field), .message = std::move(message)};
}

Error invalid(std::string_view name, std::string message) {
    return {.code = Code::invalid_field,
            .field = fmt::format("/arguments/{}", name),
            .message = std::move(message)};
}

// Owns the text and simdjson's copy of its strings, and leaves neither behind.
class Document {
public:
    explicit Document(std::string text) : text_(std::move(text)) {}
    Document(Document const&) = delete;
    Document& operator=(Document const&) = delete;
    ~Document() {
        // simdjson keeps unescaped strings in one buffer of a little over 5/3 of its capacity.
        if (parser_.doc.string_buf) {
            ::explicit_bzero(parser_.doc.string_buf.get(), 5 * parser_.doc.capacity() / 3);
        }
        wipe(text_);
    }

    Result<dom::object> object() {
        auto const size = text_.size();
        // Grown by hand, so that the old copy does not stay behind in freed memory.
        std::string padded;
        padded.reserve(size + simdjson::SIMDJSON_PADDING);
        padded = text_;
        wipe(text_);
        text_ = std::move(padded);
        if (parser_.allocate(std::max<std::size_t>(size, 64), depth_max) != simdjson::SUCCESS) {
            return Error{.code = Code::overloaded, .detail = "no memory for JSON"};
        }
        dom::object object;
        auto const failure = parser_.parse(text_.data(), size, false).get(object);
        if (failure != simdjson::SUCCESS) {
            return malformed("The message is not a JSON object.");
        }
        return object;
    }

private:
    std::string text_;
    dom::parser parser_;
};

Result<Arguments::Value> read_value(ArgumentSpec const& spec, dom::element value) {
    if (spec.kind == ArgumentKind::integer) {
        std::int64_t number = 0;
        if (value.type() != dom::element_type::INT64 || value.get(number) != simdjson::SUCCESS) {
            return invalid(spec.name, "An integer is required.");
        }
        if (number < spec.minimum || number > spec.maximum) {
            return invalid(spec.name, fmt::format("The value must be between {} and {}.",
                                                  spec.minimum, spec.maximum));
        }
        return Arguments::Value{number};
    }
    if (spec.kind == ArgumentKind::list) {
        dom::array list;
        if (value.get(list) != simdjson::SUCCESS) return invalid(spec.name, "A list is required.");
        return Arguments::Value{JsonText{simdjson::minify(value)}};
    }
    if (spec.kind == ArgumentKind::boolean) {
        bool truth = false;
        if (value.get(truth) != simdjson::SUCCESS) {
            return invalid(spec.name, "true or false is required.");
        }
        return Arguments::Value{truth};
    }
    std::string_view text;
    if (value.get(text) != simdjson::SUCCESS) return invalid(spec.name, "Text is required.");
    if (text.empty()) return invalid(spec.name, "The value is empty.");
    if (count_characters(text) > spec.size_max) {
        return invalid(spec.name, fmt::format("At most {} characters are allowed.", spec.size_max));
    }
    if (!is_plain_text(text)) {
        return invalid(spec.name, "Control characters are not allowed.");
    }
    if (spec.kind == ArgumentKind::secret) return Arguments::Value{Secret{text}};
    if (spec.is_required && !has_visible_text(text)) {
        return invalid(spec.name, "At least one visible character is required.");
    }
    return Arguments::Value{std::string{text}};
}

Result<Arguments> read_arguments(CommandSpec const& command, dom::object object) {
    Arguments arguments;
    for (auto const [name, value] : object) {
        auto const* spec = find_argument(command, name);
        if (spec == nullptr) {
            return invalid(plain_text(name, 64), "The command has no such argument.");
        }
        if (arguments.has(name)) return invalid(name, "The argument is given twice.");
        auto read = read_value(*spec, value);
        if (!read) return std::move(read).error();
        arguments.set(name, std::move(read).value());
    }
    for (auto const& spec : command.arguments) {
        if (spec.is_required && !arguments.has(spec.name)) {
            return invalid(spec.name, "The argument is missing.");
        }
    }
    return arguments;
}

struct Envelope {
    std::optional<std::int64_t> version;
    std::optional<std::string_view> command;
    std::optional<dom::object> arguments;
};

Result<Envelope> read_envelope(dom::object object) {
    Envelope envelope;
    for (auto const [name, value] : object) {
        if (name == "v" && !envelope.version) {
            std::int64_t version = 0;
            if (value.get(version) != simdjson::SUCCESS)
                return malformed("\"v\" is not a number.", "/v");
            envelope.version = version;
        } else if (name == "command" && !envelope.command) {
            std::string_view command;
            if (value.get(command) != simdjson::SUCCESS) {
                return malformed("\"command\" is not text.", "/command");
            }
            envelope.command = command;
        } else if (name == "arguments" && !envelope.arguments) {
            dom::object arguments;
            if (value.get(arguments) != simdjson::SUCCESS) {
                return malformed("\"arguments\" is not an object.", "/arguments");
            }
            envelope.arguments = arguments;
        } else {
            return malformed("A field is unknown or given twice.",
                             fmt::format("/{}", plain_text(name, 64)));
        }
    }
    return envelope;
}

std::string text_of(dom::object object, std::string_view name) {
    std::string_view text;
    if (object[name].get(text) != simdjson::SUCCESS) return {};
    return std::string{text};
}

}  // namespace

std::string encode_request(std::string_view command, Arguments const& arguments) {
    JsonWriter json;
    json.begin_object();
    json.key("v").number(protocol_version);
    json.key("command").text(command);
    json.key("arguments").begin_object();
    for (auto const& [name, value] : arguments.items()) {
        json.key(name);
        if (auto const* text = std::get_if<std::string>(&value)) json.text(*text);
        if (auto const* number = std::get_if<std::int64_t>(&value)) json.number(*number);
        if (auto const* boolean = std::get_if<bool>(&value)) json.boolean(*boolean);
        if (auto const* secret = std::get_if<Secret>(&value)) json.text(secret->reveal());
        if (auto const* list = std::get_if<JsonText>(&value)) json.raw(list->text);
    }
    json.end_object().end_object();
    return std::move(json).take();
}

Result<Request> parse_request(std::string payload) {
    Document document{std::move(payload)};
    auto const object = document.object();
    if (!object) return object.error();
    auto const envelope = read_envelope(*object);
    if (!envelope) return envelope.error();
    if (envelope->version != protocol_version) {
        return malformed(fmt::format("\"v\" must be {}.", protocol_version), "/v");
    }
    if (!envelope->command) return malformed("\"command\" is missing.", "/command");
    if (!envelope->arguments) return malformed("\"arguments\" is missing.", "/arguments");
    auto const* command = find_command(*envelope->command);
    if (command == nullptr) {
        return malformed(fmt::format("There is no command \"{}\" in this bankd.",
                                     plain_text(*envelope->command, 64)),
                         "/command");
    }
    auto arguments = read_arguments(*command, *envelope->arguments);
    if (!arguments) return std::move(arguments).error();
    return Request{.command = command, .arguments = std::move(arguments).value()};
}

std::string encode_part(std::string_view text) {
    JsonWriter json;
    json.begin_object().key("part").text(text).end_object();
    return std::move(json).take();
}

std::string encode_result(std::string_view result_json, std::string_view request_id) {
    JsonWriter rest;
    rest.begin_object();
    if (!request_id.empty()) rest.key("request_id").text(request_id);
    rest.end_object();
    auto const tail = std::move(rest).take();
    // Of its final size: a text that grows leaves copies of a secret in freed memory.
    constexpr std::string_view head = R"({"ok":true,"result":)";
    std::string message;
    message.reserve(head.size() + result_json.size() + 1 + tail.size());
    message.append(head).append(result_json);
    if (!request_id.empty()) message += ',';
    message.append(tail, 1);
    return message;
}

std::string encode_error(Error const& error, std::string_view request_id) {
    JsonWriter json;
    json.begin_object().key("ok").boolean(false);
    json.key("code").text(word(error.code)).key("title").text(title(error.code));
    if (!error.message.empty()) json.key("message").text(error.message);
    if (!error.field.empty()) json.key("field").text(error.field);
    if (error.retry_after_s != 0)
        json.key("retry_after").number(std::uint64_t{error.retry_after_s});
    if (!request_id.empty()) json.key("request_id").text(request_id);
    json.end_object();
    return std::move(json).take();
}

Result<Reply> parse_reply(std::string payload) {
    Document document{std::move(payload)};
    auto const object = document.object();
    if (!object) return object.error();
    Reply reply;
    std::string_view part;
    if ((*object)["part"].get(part) == simdjson::SUCCESS) {
        reply.part = part;
        return reply;
    }
    if ((*object)["ok"].get(reply.is_ok) != simdjson::SUCCESS)
        return malformed("\"ok\" is missing.");
    reply.request_id = text_of(*object, "request_id");
    if (reply.is_ok) {
        dom::object result;
        if ((*object)["result"].get(result) != simdjson::SUCCESS) {
            return malformed("\"result\" is missing.");
        }
        reply.result = simdjson::minify(result);
        return reply;
    }
    reply.code_word = text_of(*object, "code");
    if (reply.code_word.empty()) return malformed("\"code\" is missing.");
    reply.code = code_of(reply.code_word);
    reply.title = text_of(*object, "title");
    reply.message = text_of(*object, "message");
    reply.field = text_of(*object, "field");
    std::uint64_t retry_after_s = 0;
    if ((*object)["retry_after"].get(retry_after_s) == simdjson::SUCCESS) {
        reply.retry_after_s =
            static_cast<std::uint32_t>(std::min<std::uint64_t>(retry_after_s, 86'400));
    }
    return reply;
}

}  // namespace bank::admin::wire
