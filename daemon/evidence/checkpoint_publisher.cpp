// file = *( note "\n" )
//        A torn write leaves a partial note; the next note starts after an empty line.
#include "daemon/evidence/checkpoint_publisher.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <iterator>
#include <optional>
#include <string_view>

#include "core/audit/action.hpp"
#include "core/audit/note.hpp"
#include "core/base/check.hpp"
#include "core/base/log.hpp"
#include "daemon/evidence/journal.hpp"
#include "daemon/os/hook.hpp"

namespace bank::daemon {
namespace {

constexpr auto category = "audit";
// Each checkpoint covers all previous ones: if a destination is slow, the oldest are dropped.
constexpr std::size_t waiting_max = 64;
constexpr std::chrono::milliseconds hook_patience{10'000};
constexpr std::chrono::milliseconds hook_patience_at_stop{1500};
constexpr std::string_view empty_line = "\n\n";
constexpr std::size_t signature_size = 92;  // In base64, including the key id.

Error failed(std::string const& path, char const* what) {
    return {Code::internal_error,
            fmt::format("{} cannot be {}: {}", path, what, std::strerror(errno))};
}

bool is_whole(std::string_view signatures) {
    while (!signatures.empty()) {
        auto const line = signatures.substr(0, signatures.find('\n'));
        auto const last_space = line.rfind(' ');
        if (!line.starts_with("\u2014 ") || line.size() - last_space - 1 != signature_size) {
            return false;
        }
        signatures.remove_prefix(line.size() + 1);
    }
    return true;
}

// A note contains one empty line, between text and signatures, and is followed by another.
std::optional<std::string_view> last_note(std::string_view file) {
    auto const empty_line_before = [file](std::size_t at) {
        return at == 0 ? std::string_view::npos : file.rfind(empty_line, at - 1);
    };
    auto end = file.rfind(empty_line);
    while (end != std::string_view::npos) {
        auto const middle = empty_line_before(end);
        if (middle == std::string_view::npos) break;
        auto const signatures = middle + empty_line.size();
        if (signatures <= end && is_whole(file.substr(signatures, end + 1 - signatures))) {
            auto const before = empty_line_before(middle);
            auto const begin = before == std::string_view::npos ? 0 : before + empty_line.size();
            return file.substr(begin, end + 1 - begin);
        }
        end = middle;
    }
    return std::nullopt;
}

Status to_journal(std::string const& note) {
    auto const& facts = audit::facts(audit::Action::checkpoint);
    // Critical on purpose: the journal then syncs to disk at once.
    return send_to_journal({"MESSAGE=Checkpoint of the audit log.",
                            fmt::format("MESSAGE_ID={}", facts.message_id),
                            fmt::format("PRIORITY={}", facts.severity), "SYSLOG_IDENTIFIER=bankd",
                            "BANKD_ACTION=checkpoint", "BANKD_CHECKPOINT=" + note});
}

}  // namespace

std::vector<std::string> CheckpointPublisher::kept() const {
    if (settings_.file.empty()) return {};
    FileDescriptor const fd(open(settings_.file.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
    struct stat status {};
    if (!fd || fstat(fd.get(), &status) != 0) return {};
    // The end of the file contains the last note and at most one partial note.
    auto const size_max = static_cast<off_t>(3 * audit::note_size_max);
    if (status.st_size > size_max && lseek(fd.get(), -size_max, SEEK_END) < 0) return {};
    auto const text = read_all(fd.get(), static_cast<std::size_t>(size_max));
    if (!text) return {};
    auto const note = last_note(*text);
    if (!note) return {};
    return {std::string(*note)};
}

Status CheckpointPublisher::append(std::string const& note) const {
    auto const& path = settings_.file;
    FileDescriptor const fd(
        open(path.c_str(), O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY, 0640));
    struct stat status {};
    if (!fd || fstat(fd.get(), &status) != 0) return failed(path, "opened");
    auto const tail = std::min<off_t>(std::ssize(empty_line), status.st_size);
    std::string end(static_cast<std::size_t>(tail), '\0');
    if (pread(fd.get(), end.data(), end.size(), status.st_size - tail) != tail) {
        return failed(path, "read");
    }
    std::string text(end.empty() || end == empty_line ? "" : empty_line);
    text += note;
    text += '\n';
    if (!write_all(fd.get(), text) || fsync(fd.get()) != 0) return failed(path, "written");
    return Done{};
}

CheckpointPublisher::CheckpointPublisher(Settings settings)
    : settings_(std::move(settings)),
      stopping_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      worker_({.name = "Delivery of checkpoints",
               .round =
                   [this] {
                       round();
                       return Periodic::Pause{};
                   },
               .farewell = [this] { round(); }}) {
    BANK_CHECK(stopping_);
}

void CheckpointPublisher::publish(std::string const& note) {
    {
        std::lock_guard const lock(mutex_);
        waiting_.push_back(note);
        if (waiting_.size() > waiting_max) waiting_.pop_front();
    }
    worker_.wake();
}

void CheckpointPublisher::stop() {
    {
        std::lock_guard const lock(mutex_);
        // A stop must be quick, and the last checkpoint covers the others.
        while (waiting_.size() > 1) waiting_.pop_front();
    }
    eventfd_write(stopping_.get(), 1);
    worker_.stop();
}

void CheckpointPublisher::round() {
    std::unique_lock lock(mutex_);
    while (!waiting_.empty()) {
        auto const note = std::move(waiting_.front());
        waiting_.pop_front();
        auto const is_newest = waiting_.empty();
        lock.unlock();
        deliver(note, is_newest);
        lock.lock();
    }
}

// A hook slower than the checkpoint interval gets only the newest checkpoint, which covers the
// previous ones. Otherwise the newest would wait for one run per checkpoint.
void CheckpointPublisher::deliver(std::string const& note, bool is_newest) {
    auto const hear = [this](char const* place, Status const& status) {
        auto const known = std::find(failing_.begin(), failing_.end(), place);
        if (status && known != failing_.end()) {
            failing_.erase(known);
            log::info(category, "Delivery of checkpoints to the {} resumed.", place);
        } else if (!status && known == failing_.end()) {
            failing_.emplace_back(place);
            log::warning(category, "Cannot deliver a checkpoint to the {}: {}", place,
                         status.error().detail);
        }
    };
    if (!settings_.file.empty()) hear("checkpoint file", append(note));
    if (settings_.is_to_journal) hear("journal", to_journal(note));
    if (!settings_.hook.empty() && is_newest) {
        HookPatience const patience{hook_patience, stopping_.get(), hook_patience_at_stop};
        hear("checkpoint hook", run_hook(settings_.hook, note, patience));
    }
}

}  // namespace bank::daemon
