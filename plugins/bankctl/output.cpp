#include "plugins/bankctl/output.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <system_error>
#include <utility>

#include "core/base/check.hpp"
#include "core/base/json_writer.hpp"
#include "core/base/standard_streams.hpp"
#include "plugins/bankctl/table.hpp"

namespace bank::bankctl {
namespace {

ErrorFormat error_format = ErrorFormat::text;

}  // namespace

void set_error_format(ErrorFormat format) noexcept {
    error_format = format;
}

std::string_view exit_word(Exit exit) noexcept {
    switch (exit) {
    case Exit::ok: return "ok";
    case Exit::refused: return "refused";
    case Exit::usage: return "usage";
    case Exit::bad_input: return "bad_input";
    case Exit::unreachable: return "unreachable";
    case Exit::internal: return "internal";
    case Exit::try_later: return "try_later";
    }
    BANK_UNREACHABLE();
}

std::string text_of(Complaint const& complaint) {
    auto const field = complaint.field.empty() ? "" : fmt::format("{}: ", clean(complaint.field));
    auto const code = complaint.is_from_bank ? fmt::format(" [{}]", clean(complaint.code)) : "";
    auto out = fmt::format("bankctl: {}{}{}\n", field, clean(complaint.message), code);
    if (!complaint.title.empty()) out += fmt::format("  {}\n", clean(complaint.title));
    for (auto const& line : complaint.next) out += fmt::format("  {}\n", clean(line));
    if (!complaint.request_id.empty()) {
        out += fmt::format("  Request {}\n", clean(complaint.request_id));
    }
    return out;
}

std::string json_of(Complaint const& complaint) {
    JsonWriter json;
    auto const member = [&json](std::string_view name, std::string_view text) {
        if (!text.empty()) json.key(name).text(text);
    };
    json.begin_object();
    member("code", complaint.code);
    member("title", complaint.title.empty() ? complaint.message : complaint.title);
    if (!complaint.title.empty()) member("detail", complaint.message);
    member("field", complaint.field);
    if (!complaint.next.empty())
        member("what_to_do", fmt::format("{}", fmt::join(complaint.next, " ")));
    member("request_id", complaint.request_id);
    json.key("exit_code").number(std::int64_t{static_cast<int>(complaint.exit)}).end_object();
    return clean_json(std::move(json).take()) + '\n';
}

Exit complain(Complaint const& complaint) {
    say(error_format == ErrorFormat::json ? json_of(complaint) : text_of(complaint));
    return complaint.exit;
}

Exit print(std::string_view text) {
    auto const written = std::fwrite(text.data(), 1, text.size(), stdout);
    if (written == text.size() && std::fflush(stdout) == 0) return Exit::ok;
    auto const error = errno;
    return fail({Exit::internal,
                 fmt::format("Cannot write the result: {}.",
                             error == EBADF ? "standard output is closed"
                                            : std::generic_category().message(error)),
                 {}});
}

Complaint complaint_of(Failure const& failure) {
    Complaint complaint{.exit = failure.exit,
                        .code = std::string{exit_word(failure.exit)},
                        .message = failure.message};
    if (!failure.next.empty()) complaint.next.push_back(failure.next);
    return complaint;
}

Exit fail(Failure const& failure) {
    return complain(complaint_of(failure));
}

}  // namespace bank::bankctl
