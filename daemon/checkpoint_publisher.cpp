#include "daemon/checkpoint_publisher.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <string_view>

#include "core/audit/action.hpp"
#include "core/audit/note.hpp"
#include "core/base/log.hpp"
#include "daemon/file_descriptor.hpp"
#include "daemon/hook.hpp"
#include "daemon/journal.hpp"

namespace bank::daemon {
namespace {

constexpr auto category = "audit";
// Each of them holds all that the ones before do: if one place is slow, the oldest are left out.
constexpr std::size_t waiting_max = 64;
constexpr std::chrono::milliseconds hook_patience{10'000};
constexpr std::string_view separator = "\n";  // An empty line after each note.

Error failed(std::string const& path, char const* what) {
    return {Code::internal_error,
            fmt::format("{} cannot be {}: {}", path, what, std::strerror(errno))};
}

Status to_journal(std::string const& note) {
    auto const& facts = audit::facts(audit::Action::checkpoint);
    // Critical on purpose: the journal then writes to the disk at once.
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
    // The end of the file holds the last note, and at most a part of one that was being written.
    auto const size_max = static_cast<off_t>(3 * audit::note_size_max);
    if (status.st_size > size_max && lseek(fd.get(), -size_max, SEEK_END) < 0) return {};
    auto const text = read_all(fd.get(), static_cast<std::size_t>(size_max));
    if (!text) return {};
    // A note has one empty line in it, and one after it.
    std::string_view whole(*text);
    auto const end = whole.rfind("\n\n");
    if (end == std::string_view::npos) return {};
    auto const middle = whole.substr(0, end).rfind("\n\n");
    if (middle == std::string_view::npos) return {};
    auto const begin = whole.substr(0, middle).rfind("\n\n");
    auto const from = begin == std::string_view::npos ? 0 : begin + 2;
    return {std::string(whole.substr(from, end + 1 - from))};
}

Status CheckpointPublisher::append(std::string const& note) const {
    auto const& path = settings_.file;
    FileDescriptor const fd(open(
        path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY, 0640));
    if (!fd) return failed(path, "opened");
    std::string text = note;
    text += separator;
    if (!write_all(fd.get(), text) || fsync(fd.get()) != 0) return failed(path, "written");
    return Done{};
}

void CheckpointPublisher::start() {
    thread_ = std::thread([this] { run(); });
}

void CheckpointPublisher::publish(std::string const& note) {
    {
        std::lock_guard const lock(mutex_);
        waiting_.push_back(note);
        if (waiting_.size() > waiting_max) waiting_.pop_front();
    }
    wake_.notify_all();
}

void CheckpointPublisher::stop() {
    {
        std::lock_guard const lock(mutex_);
        is_stopping_ = true;
    }
    wake_.notify_all();
    if (thread_.joinable()) thread_.join();
}

void CheckpointPublisher::run() {
    std::unique_lock lock(mutex_);
    while (true) {
        wake_.wait(lock, [this] { return is_stopping_ || !waiting_.empty(); });
        if (waiting_.empty()) return;
        auto const note = std::move(waiting_.front());
        waiting_.pop_front();
        lock.unlock();
        deliver(note);
        lock.lock();
    }
}

void CheckpointPublisher::deliver(std::string const& note) {
    auto const hear = [this](char const* place, Status const& status) {
        auto const known = std::find(failing_.begin(), failing_.end(), place);
        if (status && known != failing_.end()) {
            failing_.erase(known);
            log::info(category, "Checkpoints reach the {} again.", place);
        } else if (!status && known == failing_.end()) {
            failing_.emplace_back(place);
            log::warning(category, "A checkpoint did not reach the {}: {}", place,
                         status.error().detail);
        }
    };
    if (!settings_.file.empty()) hear("checkpoint file", append(note));
    if (settings_.is_to_journal) hear("journal", to_journal(note));
    if (!settings_.hook.empty()) {
        hear("checkpoint hook", run_hook(settings_.hook, note, hook_patience));
    }
}

}  // namespace bank::daemon
