#include "plugins/bankctl/export.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "core/base/standard_streams.hpp"
#include "plugins/bankctl/client.hpp"
#include "plugins/bankctl/command_line.hpp"
#include "plugins/bankctl/export_file.hpp"
#include "plugins/bankctl/interrupt.hpp"
#include "plugins/bankctl/output.hpp"
#include "plugins/bankctl/run.hpp"
#include "plugins/bankctl/terminal.hpp"

namespace bank::bankctl {
namespace {

constexpr std::chrono::milliseconds progress_pause{100};

// Progress of an export, shown on a terminal.
class Progress {
public:
    Progress() : is_terminal_(layout_of(STDERR_FILENO).is_terminal) {}

    void add(std::string_view text) {
        bytes_ += text.size();
        auto const now = std::chrono::steady_clock::now();
        if (!is_terminal_ || now - shown_ < progress_pause) return;
        shown_ = now;
        say(fmt::format("\r{:.1f} MB\x1b[K", static_cast<double>(bytes_) / 1e6));
        has_line_ = true;
    }
    void clear() {
        if (has_line_) say("\r\x1b[K");
        has_line_ = false;
    }

private:
    bool is_terminal_;
    bool has_line_ = false;
    std::uint64_t bytes_ = 0;
    std::chrono::steady_clock::time_point shown_;
};

std::variant<ExportFile, Failure> open_file(Invocation const& invocation, bool is_resumed) {
    auto const& path = invocation.own.text("FILE");
    if (!is_resumed) return ExportFile::create(path);
    if (path == "-") {
        return Failure{Exit::usage, "Standard output cannot be resumed.", {}};
    }
    if (invocation.arguments.has("from")) {
        return Failure{Exit::usage, "--resume and --from are mutually exclusive.", {}};
    }
    return ExportFile::resume(path);
}

// Writes the parts of the answer to `words` to the file as they arrive. No reply: the error was
// already reported.
struct Received {
    Exit exit = Exit::ok;
    std::optional<admin::wire::Reply> reply;
    std::optional<int> signal;
};

Received receive(Invocation const& invocation, std::string_view words,
                 admin::wire::Arguments const& arguments, ExportFile& file) {
    Interrupt const interrupt;
    Progress progress;
    std::optional<Failure> failure;
    Client client{invocation.socket, invocation.timeout};
    auto outcome = client.call(words, arguments, [&](std::string_view text) {
        if (Interrupt::signal()) return false;
        progress.add(text);
        failure = file.write(text);
        return !failure;
    });
    progress.clear();
    if (!failure) failure = file.sync();
    if (auto const signal = Interrupt::signal()) {
        return {fail({Exit::internal, "Interrupted.", {}}), std::nullopt, signal};
    }
    if (!failure && std::holds_alternative<Failure>(outcome)) {
        failure = *std::get_if<Failure>(&outcome);
    }
    if (failure) return {fail(*failure), std::nullopt, std::nullopt};
    auto& reply = *std::get_if<admin::wire::Reply>(&outcome);
    if (reply.is_ok) return {Exit::ok, std::move(reply), std::nullopt};
    return {complain(explain(reply, invocation.command)), std::nullopt, std::nullopt};
}

// The parent process must see the signal as the cause. SA_RESETHAND removed our handler.
Exit end(Received const& received) {
    if (received.signal) static_cast<void>(std::raise(*received.signal));
    return received.exit;
}

}  // namespace

Exit run_export(Invocation const& invocation) {
    auto const is_resumed = invocation.arguments.boolean("resume");
    auto opened = open_file(invocation, is_resumed);
    if (auto const* failure = std::get_if<Failure>(&opened)) return fail(*failure);
    auto& file = *std::get_if<ExportFile>(&opened);
    admin::wire::Arguments arguments;
    if (auto const from = file.next()) {
        arguments.set("from", *from);
        arguments.set("resume", true);
    } else if (auto const asked = invocation.arguments.integer("from")) {
        arguments.set("from", *asked);
    }
    auto const received = receive(invocation, "audit export", arguments, file);
    if (received.reply) return Exit::ok;
    if (!file.discard_if_empty() && !invocation.is_json) {
        say(fmt::format("  {} is incomplete; --resume continues it.\n", clean(file.path())));
    }
    return end(received);
}

Exit run_archive(Invocation const& invocation) {
    auto opened = ExportFile::create(invocation.own.text("FILE"));
    if (auto const* failure = std::get_if<Failure>(&opened)) return fail(*failure);
    auto& file = *std::get_if<ExportFile>(&opened);
    admin::wire::Arguments arguments;
    if (invocation.arguments.has("before")) {
        arguments.set("before", invocation.arguments.text("before"));
    }
    auto const received = receive(invocation, "audit archive", arguments, file);
    if (!received.reply) {
        file.discard();
        return end(received);
    }
    auto const& result = received.reply->result;
    auto const text = invocation.is_json ? clean_json(result) + "\n"
                                         : view_archive(result, layout_of(STDOUT_FILENO));
    // Standard output may be the archive.
    if (!file.is_standard_output()) return print(text);
    say(text);
    return Exit::ok;
}

}  // namespace bank::bankctl
