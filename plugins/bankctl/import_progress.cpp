#include "plugins/bankctl/import_progress.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include "core/base/standard_streams.hpp"
#include "plugins/bankctl/output.hpp"
#include "plugins/bankctl/terminal.hpp"

namespace bank::bankctl {
namespace {

constexpr std::chrono::milliseconds terminal_pause{100};
constexpr std::chrono::milliseconds log_pause{10'000};

}  // namespace

ImportProgress::ImportProgress()
    : layout_(layout_of(STDERR_FILENO)), begin_(Clock::now()), shown_(begin_) {}

void ImportProgress::show(ImportTally const& tally) {
    auto const now = Clock::now();
    if (now - shown_ < (layout_.is_terminal ? terminal_pause : log_pause)) return;
    shown_ = now;
    auto const elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(now - begin_);
    // Leaves the last column free: some terminals start a new line after it.
    auto const width = layout_.width > 1 ? layout_.width - 1 : 0;
    auto const line = progress_line(tally, elapsed.count(), width);
    say(layout_.is_terminal ? fmt::format("\r{}\x1b[K", line) : line + '\n');
    has_line_ = layout_.is_terminal;
}

void ImportProgress::clear() {
    if (has_line_) say("\r\x1b[K");
    has_line_ = false;
}

}  // namespace bank::bankctl
