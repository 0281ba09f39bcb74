#include "core/verify/run.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "core/base/standard_streams.hpp"
#include "core/base/text.hpp"
#include "core/verify/command_line.hpp"
#include "core/verify/export_verifier.hpp"
#include "core/verify/receipt.hpp"
#include "core/verify/report.hpp"

namespace bank::verify {
namespace {

constexpr std::size_t key_file_size_max = 65'536;
constexpr std::size_t checkpoint_file_size_max = 268'435'456;

Exit fail(std::string_view why) {
    say(fmt::format("bankd-verify: {}\n", why));
    return Exit::unusable;
}

Result<std::string> read_file(std::string const& path, std::size_t size_max) {
    auto source = FileSource::open(path);
    if (!source) return source.error();
    std::string text;
    for (std::size_t size = 0;;) {
        text.resize(size + 65'536);
        auto const got = source->read({text.data() + size, text.size() - size});
        if (!got) {
            return Error{.code = Code::not_found,
                         .detail = fmt::format("{}: {}", path, got.error().detail)};
        }
        size += *got;
        if (size > size_max) {
            return Error{.code = Code::not_found,
                         .detail = fmt::format("{} has more than {} bytes", path, size_max)};
        }
        if (*got > 0) continue;
        text.resize(size);
        return text;
    }
}

// Adds a key, or the keys in the lines of a file; ignores empty lines and lines that start with
// '#'.
Status add_keys(std::string const& argument, std::vector<audit::NoteKey>& keys) {
    auto const is_file = argument.starts_with('@');
    auto const text =
        is_file ? read_file(argument.substr(1), key_file_size_max) : Result<std::string>(argument);
    if (!text) return text.error();
    for (std::string_view rest = *text; !rest.empty();) {
        auto const end = rest.find('\n');
        auto const line = rest.substr(0, end);
        rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
        if (line.empty() || line.starts_with('#')) continue;
        auto key = audit::parse_note_key(line);
        if (!key) {
            return Error{.code = Code::invalid_field,
                         .detail = fmt::format("--key {}: {}", plain_text(argument, 80),
                                               key.error().detail)};
        }
        keys.push_back(std::move(key).value());
    }
    return Done{};
}

Result<std::vector<audit::NoteKey>> read_keys(Order const& order) {
    std::vector<audit::NoteKey> keys;
    for (auto const& argument : order.keys) {
        if (auto const added = add_keys(argument, keys); !added) return added.error();
    }
    if (keys.empty()) return Error{.code = Code::invalid_field, .detail = "no key was given"};
    return keys;
}

bool is_terminal(int descriptor) {
    return ::isatty(descriptor) == 1;
}

Style style_of(Order const& order) {
    auto const* const no_colour = std::getenv("NO_COLOR");
    auto const* const terminal = std::getenv("TERM");
    auto const is_dumb = terminal == nullptr || std::string_view(terminal) == "dumb";
    auto const is_refused = no_colour != nullptr && *no_colour != '\0';
    return {.has_colour = is_terminal(STDOUT_FILENO) && !is_dumb && !is_refused,
            .is_quiet = order.is_quiet};
}

// A progress line on a terminal, updated every second and erased at the end.
class Progress {
public:
    explicit Progress(bool is_wanted) : is_shown_(is_wanted && is_terminal(STDERR_FILENO)) {}
    Progress(Progress const&) = delete;
    Progress& operator=(Progress const&) = delete;
    ~Progress() {
        if (has_line_) say("\r\x1b[K");
    }

    void show(std::uint64_t records) {
        auto const now = Clock::now();
        if (!is_shown_ || now - shown_ < std::chrono::seconds(1)) return;
        shown_ = now;
        has_line_ = true;
        say(fmt::format("\r{} records\x1b[K", records));
    }

private:
    using Clock = std::chrono::steady_clock;
    bool is_shown_;
    bool has_line_ = false;
    Clock::time_point shown_ = Clock::now();
};

bool print(std::string_view text) {
    return std::fwrite(text.data(), 1, text.size(), stdout) == text.size() &&
           std::fflush(stdout) == 0;
}

Exit conclude(std::string_view text, Findings const& findings) {
    if (!print(text)) return fail("the result cannot be written");
    return exit_of(findings);
}

Exit verify_log(Order const& order, std::vector<audit::NoteKey> keys) {
    ExportVerifier verifier(std::move(keys));
    for (auto const& path : order.checkpoints) {
        auto const text = read_file(path, checkpoint_file_size_max);
        if (!text) return fail(text.error().detail);
        verifier.add_checkpoints(path, *text);
    }
    {
        Progress progress(!order.is_quiet);
        verifier.on_progress = [&](std::uint64_t records) { progress.show(records); };
        for (std::size_t i = 0; i < order.files.size(); ++i) {
            auto source = FileSource::open(order.files[i]);
            if (!source) return fail(source.error().detail);
            auto const is_last = i + 1 == order.files.size();
            auto const read = verifier.add_file(order.files[i], *source, is_last);
            if (!read) return fail(fmt::format("{}: {}", order.files[i], read.error().detail));
        }
    }
    auto const summary = verifier.finish();
    auto const& findings = verifier.findings();
    return conclude(order.is_json ? report_json(summary, findings)
                                  : report_text(summary, findings, style_of(order)),
                    findings);
}

Exit verify_receipt_file(Order const& order, std::vector<audit::NoteKey> const& keys) {
    auto const text = read_file(order.files.front(), receipt_size_max);
    if (!text) return fail(text.error().detail);
    Receipt receipt;
    Findings findings;
    verify_receipt(*text, keys, receipt, findings);
    return conclude(order.is_json ? report_json(receipt, findings)
                                  : report_text(receipt, findings, style_of(order)),
                    findings);
}

}  // namespace

Exit run(std::vector<std::string> const& arguments, std::string_view version) {
    auto const parsed = parse_command_line(arguments);
    if (auto const* const wrong = std::get_if<UsageError>(&parsed)) {
        return fail(fmt::format("{}\nTry bankd-verify --help.", wrong->message));
    }
    if (std::holds_alternative<ShowHelp>(parsed)) {
        return print(help_text()) ? Exit::consistent : Exit::unusable;
    }
    if (std::holds_alternative<ShowVersion>(parsed)) {
        return print(fmt::format("bankd-verify {}\n", version)) ? Exit::consistent : Exit::unusable;
    }
    auto const& order = *std::get_if<Order>(&parsed);
    auto keys = read_keys(order);
    if (!keys) return fail(keys.error().detail);
    return order.subject == Order::Subject::log ? verify_log(order, std::move(keys).value())
                                                : verify_receipt_file(order, *keys);
}

}  // namespace bank::verify
