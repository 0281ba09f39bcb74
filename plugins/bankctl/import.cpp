#include "plugins/bankctl/import.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <memory>
#include <optional>
#include <system_error>
#include <utility>
#include <variant>

#include "core/base/standard_streams.hpp"
#include "plugins/bankctl/client.hpp"
#include "plugins/bankctl/command_line.hpp"
#include "plugins/bankctl/import_check.hpp"
#include "plugins/bankctl/import_key.hpp"
#include "plugins/bankctl/import_progress.hpp"
#include "plugins/bankctl/import_sender.hpp"
#include "plugins/bankctl/import_survey.hpp"
#include "plugins/bankctl/import_tally.hpp"
#include "plugins/bankctl/interrupt.hpp"
#include "plugins/bankctl/output.hpp"
#include "plugins/bankctl/run.hpp"
#include "plugins/bankctl/terminal.hpp"

namespace bank::bankctl {
namespace {

// The largest file takes about twice this in memory.
constexpr std::size_t file_size_max = std::size_t{1} << 30U;
constexpr std::int64_t retry_default_s = 30;

class Descriptor {
public:
    explicit Descriptor(int value) : value_(value) {}
    Descriptor(Descriptor const&) = delete;
    Descriptor& operator=(Descriptor const&) = delete;
    ~Descriptor() {
        if (value_ > STDERR_FILENO) ::close(value_);
    }
    [[nodiscard]] int value() const { return value_; }

private:
    int value_;
};

struct CloseFile {
    void operator()(std::FILE* file) const { static_cast<void>(std::fclose(file)); }
};
using Report = std::unique_ptr<std::FILE, CloseFile>;

std::string reason(int error) {
    return std::generic_category().message(error);
}

Failure unreadable(std::string const& path, std::string const& why) {
    return {Exit::bad_input, fmt::format("Cannot read {}: {}.", path, why), {}};
}

std::variant<std::string, Failure> read_all(int descriptor, std::string const& path) {
    std::string text;
    std::array<char, 65536> buffer{};
    for (;;) {
        auto const got = ::read(descriptor, buffer.data(), buffer.size());
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return unreadable(path, reason(errno));
        if (got == 0) return text;
        text.append(buffer.data(), static_cast<std::size_t>(got));
        if (text.size() > file_size_max) {
            return unreadable(path, fmt::format("it is larger than {} bytes", file_size_max));
        }
    }
}

bool is_same_file(int a, std::string const& path) {
    struct stat facts_a {};
    struct stat facts_b {};
    return ::fstat(a, &facts_a) == 0 && ::stat(path.c_str(), &facts_b) == 0 &&
           facts_a.st_dev == facts_b.st_dev && facts_a.st_ino == facts_b.st_ino;
}

std::variant<ImportSource, Failure> read_source(Invocation const& invocation) {
    auto const& path = invocation.own.text("FILE");
    auto const& named = invocation.own.text("format");
    auto const format = named.empty()    ? format_of(path)
                        : named == "csv" ? std::optional{FileFormat::csv}
                                         : std::optional{FileFormat::jsonl};
    if (!format) {
        return Failure{Exit::usage, fmt::format("The format of {} is unknown.", path),
                       "Add --format csv or --format jsonl."};
    }
    auto const& prefix = invocation.own.text("key-prefix");
    if (!prefix.empty() && !is_key_prefix(prefix)) {
        return Failure{Exit::usage,
                       fmt::format("--key-prefix must be 1 to {} printable ASCII characters "
                                   "without blanks.",
                                   key_prefix_size_max),
                       {}};
    }
    Descriptor const file{path == "-" ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
    if (file.value() < 0) return unreadable(path, reason(errno));
    if (is_same_file(file.value(), invocation.own.text("report"))) {
        return Failure{Exit::usage, "The report would overwrite the input file.", {}};
    }
    auto text = read_all(file.value(), path);
    if (auto* failure = std::get_if<Failure>(&text)) return std::move(*failure);
    return ImportSource{.text = std::move(*std::get_if<std::string>(&text)),
                        .format = *format,
                        .key_prefix = prefix};
}

Exit refuse_file(Invocation const& invocation, Survey const& found) {
    constexpr std::string_view sentence = "The file has errors; nothing was sent.";
    if (invocation.is_json) {
        say(clean_json(problems_json(found, sentence)) + '\n');
        return Exit::bad_input;
    }
    for (auto const& problem : found.problems) {
        say(fmt::format("bankctl: line {}: {}\n", problem.line, clean(problem.message)));
    }
    auto const more = found.problem_count - found.problems.size();
    if (more > 0) say(fmt::format("bankctl: and {} more.\n", more));
    say(fmt::format("bankctl: {}\n", sentence));
    return Exit::bad_input;
}

Exit dry_run(Invocation const& invocation, ImportSource const& source) {
    ImportCheck check;
    auto const found = survey(source, [&check](FileItem const& item) { check.add(item); });
    if (found.problem_count > 0) return refuse_file(invocation, found);
    Client client{invocation.socket, invocation.timeout};
    auto const asked = check.ask(client);
    if (auto const* failure = std::get_if<Failure>(&asked)) return fail(*failure);
    auto const printed =
        print(invocation.is_json ? clean_json(check_json(check, found)) + "\n"
                                 : view_check(check, found, layout_of(STDOUT_FILENO)));
    if (printed != Exit::ok) return printed;
    return check.is_postable() ? Exit::ok : Exit::refused;
}

// A null report: none was requested. Empty: the file could not be opened.
std::optional<Report> open_report(std::string const& path) {
    if (path.empty()) return Report{};
    Report report{std::fopen(path.c_str(), "we")};
    if (report != nullptr) return report;
    say(fmt::format("bankctl: Cannot write {}: {}.\n", clean(path), reason(errno)));
    return std::nullopt;
}

Exit exit_after(Stop stop, ImportTally const& tally, Failure const& failure) {
    switch (stop) {
    case Stop::away:
    case Stop::denied: return failure.exit;
    case Stop::report_lost: return Exit::internal;
    case Stop::interrupted: return Exit::try_later;
    case Stop::none: break;
    }
    if (tally.failed > 0) return Exit::internal;
    return tally.refused > 0 ? Exit::refused : Exit::ok;
}

void explain_stop(Stop stop, ImportTally const& tally, Failure const& failure) {
    if (stop == Stop::none) return;
    auto const* const why = stop == Stop::interrupted   ? "Interrupted."
                            : stop == Stop::report_lost ? "The report cannot be written."
                                                        : failure.message.c_str();
    Complaint complaint{.exit = exit_after(stop, tally, failure),
                        .code = std::string{to_string(stop)},
                        .message = why};
    if (!failure.next.empty() && stop == Stop::denied) complaint.next.push_back(failure.next);
    if (tally.not_sent() + tally.failed > 0) {
        complaint.next.emplace_back(
            "Run the same command again to continue: what was posted is not posted twice.");
    }
    complain(complaint);
}

// Detects an unavailable bank, or missing permission, before anything is sent.
std::optional<Exit> without_bank(Client& client) {
    auto const outcome = client.call("status", {});
    if (auto const* failure = std::get_if<Failure>(&outcome)) return fail(*failure);
    auto const& reply = *std::get_if<admin::wire::Reply>(&outcome);
    if (reply.is_ok || exit_of(reply) == Exit::try_later) return std::nullopt;
    return complain(explain(reply, nullptr));
}

Exit post(Invocation const& invocation, ImportSource const& source, std::size_t items) {
    Client client{invocation.socket, invocation.timeout};
    if (auto const exit = without_bank(client)) return *exit;
    auto report = open_report(invocation.own.text("report"));
    if (!report) return Exit::bad_input;
    Interrupt const interrupt;
    ImportTally tally;
    tally.items = items;
    auto const retry = invocation.own.integer("retry").value_or(retry_default_s);
    ImportSender sender{client, tally, report->get(), std::chrono::seconds{retry}};
    ImportProgress progress;
    TransferFile file{source.text, source.format, source.key_prefix};
    auto stop = sender.send_all(file, [&] { progress.show(tally); });
    progress.clear();
    if (*report != nullptr && std::fclose(report->release()) != 0) stop = Stop::report_lost;
    auto const printed =
        print(invocation.is_json ? clean_json(tally_json(tally, to_string(stop))) + "\n"
                                 : view_tally(tally, layout_of(STDOUT_FILENO)));
    explain_stop(stop, tally, sender.failure());
    if (stop == Stop::interrupted) {
        // The parent process must see the signal as the cause. SA_RESETHAND removed our handler.
        static_cast<void>(std::raise(Interrupt::signal().value_or(SIGINT)));
    }
    return printed != Exit::ok ? printed : exit_after(stop, tally, sender.failure());
}

}  // namespace

Exit run_import(Invocation const& invocation) {
    auto source = read_source(invocation);
    if (auto const* failure = std::get_if<Failure>(&source)) return fail(*failure);
    auto const& read = *std::get_if<ImportSource>(&source);
    if (invocation.own.boolean("dry-run")) return dry_run(invocation, read);
    auto const found = survey(read, nullptr);
    if (found.problem_count > 0) return refuse_file(invocation, found);
    return post(invocation, read, found.items);
}

}  // namespace bank::bankctl
