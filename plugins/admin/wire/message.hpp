// Requests and replies as JSON. message.cpp has the shapes.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.hpp"
#include "plugins/admin/wire/arguments.hpp"
#include "plugins/admin/wire/vocabulary.hpp"

namespace bank::admin::wire {

struct Request {
    CommandSpec const* command = nullptr;  // Of vocabulary(); not null after parse_request().
    Arguments arguments;
};

// May hold secrets: wipe() it after use.
[[nodiscard]] std::string encode_request(std::string_view command, Arguments const& arguments);

// Strict: every field known, once, of its type and within its bounds, all required ones there.
// Wipes `payload` and its own copies before it returns. Errors: malformed_request, invalid_field.
[[nodiscard]] Result<Request> parse_request(std::string payload);

struct Reply {
    std::optional<std::string> part;  // The next text of an answer; nothing else is set then.

    bool is_ok = false;
    std::string result;      // JSON, if is_ok.
    std::string request_id;  // Finds the audit record; may be empty.

    // If not is_ok:
    std::optional<Code> code;  // Nothing: a word of a newer bankd.
    std::string code_word;
    std::string title;
    std::string message;  // May be empty.
    std::string field;    // JSON pointer into the arguments; may be empty.
    std::uint32_t retry_after_s = 0;
};

// Any number of these may come before the reply of a command whose answer is long.
[[nodiscard]] std::string encode_part(std::string_view text);
// Holds what `result_json` holds, and no copy stays behind: wipe() it after use.
[[nodiscard]] std::string encode_result(std::string_view result_json, std::string_view request_id);
// Leaves out error.detail, which is for the log.
[[nodiscard]] std::string encode_error(Error const& error, std::string_view request_id);
// Errors: malformed_request.
[[nodiscard]] Result<Reply> parse_reply(std::string payload);

}  // namespace bank::admin::wire
