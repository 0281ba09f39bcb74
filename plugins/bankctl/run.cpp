#include "plugins/bankctl/run.hpp"

#include <fmt/format.h>
#include <simdjson.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <deque>
#include <optional>
#include <thread>
#include <utility>
#include <variant>

#include "core/base/bounds.hpp"
#include "core/base/check.hpp"
#include "core/base/json_writer.hpp"
#include "core/base/standard_streams.hpp"
#include "core/base/time.hpp"
#include "core/base/uuid.hpp"
#include "plugins/bankctl/client.hpp"
#include "plugins/bankctl/command_line.hpp"
#include "plugins/bankctl/help.hpp"
#include "plugins/bankctl/output.hpp"
#include "plugins/bankctl/result.hpp"
#include "plugins/bankctl/suggest.hpp"
#include "plugins/bankctl/table.hpp"
#include "plugins/bankctl/terminal.hpp"

namespace bank::bankctl {
namespace {

namespace dom = simdjson::dom;
namespace wire = admin::wire;

constexpr std::chrono::milliseconds follow_pause{1000};
constexpr std::chrono::milliseconds pending_pause{250};
constexpr std::size_t own_requests_max = 64;

Exit usage(UsageError const& error) {
    Complaint complaint{
        .exit = Exit::usage, .code = std::string{exit_word(Exit::usage)}, .message = error.message};
    if (auto const* command = find_command(error.topic)) {
        complaint.next.push_back(fmt::format("Usage: {}", synopsis(*command)));
    }
    complaint.next.push_back(error.topic.empty()
                                 ? "See bankctl help."
                                 : fmt::format("See bankctl help {}.", error.topic));
    return complain(complaint);
}

Exit show_help(std::string const& topic) {
    if (auto const text = help_about(topic)) return print(*text);
    std::vector<std::string_view> topics;
    for (auto const& noun : nouns()) topics.push_back(noun.word);
    for (auto const& command : commands()) topics.push_back(command.words);
    return usage(
        {.message = fmt::format("There is no command {}.{}", topic, did_you_mean(topic, topics)),
         .topic = {}});
}

std::optional<Failure> without_secret(Asked asked, std::string_view what) {
    switch (asked) {
    case Asked::answered: return std::nullopt;
    case Asked::no_terminal:
        return Failure{Exit::usage, fmt::format("There is no terminal to prompt for the {}.", what),
                       fmt::format("Pass it on standard input with --{}-stdin.", what)};
    case Asked::broken_off: return Failure{Exit::usage, "Cancelled; nothing was done.", {}};
    case Asked::too_long: return Failure{Exit::usage, fmt::format("The {} is too long.", what), {}};
    }
    BANK_UNREACHABLE();
}

// Reads a new secret from standard input, or prompts for it twice.
std::variant<Secret, Failure> new_secret(std::string_view what, bool from_stdin) {
    if (from_stdin && ::isatty(STDIN_FILENO) == 1) {
        return Failure{Exit::usage, "Standard input is a terminal, which would echo the secret.",
                       "Leave the option out to be prompted without echo."};
    }
    auto answer =
        from_stdin ? read_secret_line(STDIN_FILENO) : ask_secret(fmt::format("New {}: ", what));
    if (auto failure = without_secret(answer.asked, what)) return *std::move(failure);
    if (answer.secret.empty())
        return Failure{Exit::usage, fmt::format("The {} is empty.", what), {}};
    if (from_stdin) return std::move(answer.secret);
    auto const again = ask_secret(fmt::format("Repeat the {}: ", what));
    if (auto failure = without_secret(again.asked, what)) return *std::move(failure);
    if (answer.secret.reveal() != again.secret.reveal()) {
        return Failure{Exit::usage, "The two do not match; nothing was done.", {}};
    }
    return std::move(answer.secret);
}

// Those that the command requires, and those that were asked for.
std::optional<Failure> add_secrets(Invocation& invocation) {
    auto const& inputs = invocation.command->inputs;
    for (auto const& input : inputs) {
        if (input.kind != InputKind::secret) continue;
        auto const is_optional = std::any_of(inputs.begin(), inputs.end(), [&](Input const& other) {
            return other.kind == InputKind::ask_secret && other.argument == input.argument;
        });
        if (is_optional && !invocation.asks_secret && !invocation.reads_secret) continue;
        auto secret = new_secret(input.argument, invocation.reads_secret);
        if (auto* failure = std::get_if<Failure>(&secret)) return std::move(*failure);
        invocation.arguments.set(input.argument, std::move(*std::get_if<Secret>(&secret)));
    }
    return std::nullopt;
}

// Time-ordered, so that keys are adjacent in the bank's index.
std::string new_key() {
    return to_string(new_uuid(SystemClock{}.now()));
}

std::optional<Failure> confirm(Invocation const& invocation) {
    auto const question = invocation.command->question;
    auto const changes = invocation.command->changes;
    if (question.empty() || invocation.is_confirmed) return std::nullopt;
    if (changes != nullptr && !changes(invocation)) return std::nullopt;
    if (::isatty(STDIN_FILENO) != 1) {
        return Failure{Exit::usage,
                       "Confirmation is required, and there is no terminal to prompt on.",
                       "Use --yes to skip the confirmation."};
    }
    auto const asked = fmt::format(fmt::runtime(question), invocation.first_input);
    if (ask_yes_or_no(clean(asked))) return std::nullopt;
    return Failure{Exit::usage, "Not confirmed; nothing was done.", {}};
}

Exit show(Invocation const& invocation, std::string const& result, Layout const& layout) {
    auto const printed = print(invocation.is_json ? clean_json(result) + "\n"
                                                  : invocation.command->view(result, layout));
    if (printed != Exit::ok) return printed;
    return invocation.command->exit_of == nullptr ? Exit::ok : invocation.command->exit_of(result);
}

// Items of several pages, each as JSON.
struct Rows {
    std::vector<std::string> items;
    std::string next_cursor;
};

bool append_page(Rows& rows, std::string const& result) {
    dom::parser parser;
    dom::element page;
    dom::array items;
    if (parser.parse(result).get(page) != simdjson::SUCCESS) return false;
    if (page["items"].get(items) != simdjson::SUCCESS) return false;
    for (auto const item : items) rows.items.emplace_back(simdjson::minify(item));
    std::string_view cursor;
    rows.next_cursor =
        page["next_cursor"].get(cursor) == simdjson::SUCCESS ? cursor : std::string_view{};
    return true;
}

std::string as_page(Rows const& rows) {
    JsonWriter json;
    json.begin_object().key("items").begin_array();
    for (auto const& item : rows.items) json.raw(item);
    json.end_array().key("has_more").boolean(!rows.next_cursor.empty()).end_object();
    return std::move(json).take();
}

Exit refuse(Invocation const& invocation, wire::Reply const& reply) {
    return complain(explain(reply, invocation.command));
}

Exit run_list(Client& client, Invocation& invocation, Layout const& layout) {
    Rows rows;
    do {
        auto const wanted =
            std::min<std::size_t>(invocation.rows_max - rows.items.size(), bounds::page_limit_max);
        invocation.arguments.set("limit", static_cast<std::int64_t>(wanted));
        if (!rows.next_cursor.empty()) invocation.arguments.set("cursor", rows.next_cursor);
        auto const outcome = client.call(invocation.command->words, invocation.arguments);
        if (auto const* failure = std::get_if<Failure>(&outcome)) return fail(*failure);
        auto const& reply = *std::get_if<wire::Reply>(&outcome);
        if (!reply.is_ok) return refuse(invocation, reply);
        auto const had = rows.items.size();
        if (!append_page(rows, reply.result)) {
            return fail({Exit::internal, "bankd's answer has no rows.", {}});
        }
        if (rows.items.size() == had) break;
    } while (!rows.next_cursor.empty() && rows.items.size() < invocation.rows_max);
    auto const shown = show(invocation, as_page(rows), layout);
    if (!rows.next_cursor.empty()) {
        say(fmt::format(
            "bankctl: There are more rows than these {}. -n N shows N rows, --all shows all.\n",
            rows.items.size()));
    }
    return shown;
}

// The records of one answer, except those of our own requests: otherwise each poll of the audit log
// would show the previous one, endlessly.
struct Followed {
    std::string page;
    std::int64_t last = 0;
};

std::optional<Followed> without_own(std::string const& result, std::deque<std::string> const& own) {
    dom::parser parser;
    dom::element page;
    dom::array items;
    Followed followed;
    if (parser.parse(result).get(page) != simdjson::SUCCESS ||
        page["items"].get(items) != simdjson::SUCCESS || !find_number(page, "last")) {
        return std::nullopt;
    }
    followed.last = number_at(page, "last");
    Rows rows;
    for (auto const item : items) {
        std::string_view request_id;
        auto const has_id = item["request_id"].get(request_id) == simdjson::SUCCESS;
        if (!has_id || std::find(own.begin(), own.end(), request_id) == own.end()) {
            rows.items.emplace_back(simdjson::minify(item));
        }
    }
    followed.page = as_page(rows);
    if (rows.items.empty()) followed.page.clear();
    return followed;
}

Exit print_followed(Invocation const& invocation, std::string const& page, bool is_first,
                    Layout const& layout) {
    if (page.empty() && (!is_first || invocation.is_json)) return Exit::ok;
    auto const shown = page.empty() ? std::string{R"({"items":[]})"} : page;
    if (invocation.is_json) {
        // One record per line, so that a program can read them as they arrive.
        Rows rows;
        std::string lines;
        if (append_page(rows, shown)) {
            for (auto const& item : rows.items) lines += clean_json(item) + "\n";
        }
        return print(lines);
    }
    return print(is_first ? view_audit(shown, layout) : view_more_audit(shown, layout));
}

Exit run_follow(Client& client, Invocation& invocation, Layout const& layout) {
    std::deque<std::string> own;
    for (bool is_first = true;; is_first = false) {
        auto const outcome = client.call(invocation.command->words, invocation.arguments);
        if (auto const* failure = std::get_if<Failure>(&outcome)) return fail(*failure);
        auto const& reply = *std::get_if<wire::Reply>(&outcome);
        if (!reply.is_ok) return refuse(invocation, reply);
        own.push_back(reply.request_id);
        if (own.size() > own_requests_max) own.pop_front();
        auto const followed = without_own(reply.result, own);
        if (!followed) return fail({Exit::internal, "bankd's answer is malformed.", {}});
        auto const printed = print_followed(invocation, followed->page, is_first, layout);
        if (printed != Exit::ok) return printed;
        invocation.arguments.set("limit", static_cast<std::int64_t>(bounds::page_limit_max));
        if (followed->last > 0) invocation.arguments.set("after", followed->last);
        std::this_thread::sleep_for(follow_pause);
    }
}

// Advice for a transaction whose outcome may be unknown. Empty: it has no key.
std::string about_key(Invocation const& invocation) {
    auto const& key = invocation.arguments.text("key");
    if (key.empty()) return {};
    return fmt::format("To repeat it safely, use --key {}.", key);
}

using Outcome = std::variant<wire::Reply, Failure>;

bool is_pending(Invocation const& invocation, Outcome const& outcome) {
    auto const* reply = std::get_if<wire::Reply>(&outcome);
    auto* const is_pending = invocation.command->is_pending;
    return is_pending != nullptr && reply != nullptr && reply->is_ok && is_pending(reply->result);
}

// Repeats the request until the answer is final, for up to the timeout.
Outcome call_until_done(Client& client, Invocation const& invocation) {
    auto const begin = std::chrono::steady_clock::now();
    auto const says = layout_of(STDERR_FILENO).is_terminal;
    for (bool is_first = true;; is_first = false) {
        auto outcome = client.call(invocation.command->words, invocation.arguments);
        auto const is_over = !is_pending(invocation, outcome);
        if (says && is_over && !is_first) say("\r\x1b[K");
        if (is_over) return outcome;
        if (std::chrono::steady_clock::now() - begin >= invocation.timeout) {
            if (says && !is_first) say("\r\x1b[K");
            return Failure{
                Exit::try_later,
                fmt::format("Nothing was signed within {} seconds.", invocation.timeout.count()),
                "Try again shortly; --timeout waits longer."};
        }
        if (says && is_first) say("Waiting for the bank's signature ...");
        std::this_thread::sleep_for(pending_pause);
    }
}

Exit run_once(Client& client, Invocation const& invocation, Layout const& layout) {
    auto outcome = call_until_done(client, invocation);
    auto const key = about_key(invocation);
    if (auto* failure = std::get_if<Failure>(&outcome)) {
        auto complaint = complaint_of(*failure);
        if (!key.empty()) complaint.next.push_back(key);
        return complain(complaint);
    }
    auto const& reply = *std::get_if<wire::Reply>(&outcome);
    if (reply.is_ok) return show(invocation, reply.result, layout);
    auto complaint = explain(reply, invocation.command);
    if (complaint.exit == Exit::try_later && !key.empty()) complaint.next.push_back(key);
    return complain(complaint);
}

Exit invoke(Invocation& invocation) {
    if (invocation.command->run != nullptr) return invocation.command->run(invocation);
    if (auto const failure = confirm(invocation)) return fail(*failure);
    if (auto const failure = add_secrets(invocation)) return fail(*failure);
    if (invocation.needs_key) invocation.arguments.set("key", new_key());
    auto const layout = layout_of(STDOUT_FILENO);
    Client client{invocation.socket, invocation.timeout};
    if (invocation.follows) return run_follow(client, invocation, layout);
    auto const& inputs = invocation.command->inputs;
    auto const is_list = std::any_of(inputs.begin(), inputs.end(),
                                     [](auto const& i) { return i.kind == InputKind::count; });
    return is_list ? run_list(client, invocation, layout) : run_once(client, invocation, layout);
}

}  // namespace

Exit run(std::vector<std::string> const& arguments, std::string_view version) {
    // Behind "--" it is a value.
    auto const options_end = std::find(arguments.begin(), arguments.end(), "--");
    if (std::find(arguments.begin(), options_end, "--json") != options_end) {
        set_error_format(ErrorFormat::json);
    }
    auto const* socket = std::getenv("BANKD_SOCKET");
    auto parsed = parse_command_line(arguments, socket == nullptr ? "" : socket);
    if (auto const* error = std::get_if<UsageError>(&parsed)) return usage(*error);
    if (auto const* topic = std::get_if<ShowHelp>(&parsed)) return show_help(topic->topic);
    if (std::holds_alternative<ShowVersion>(parsed))
        return print(fmt::format("bankctl {}\n", version));
    return invoke(*std::get_if<Invocation>(&parsed));
}

}  // namespace bank::bankctl
