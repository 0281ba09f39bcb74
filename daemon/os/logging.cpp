#include "daemon/os/logging.hpp"

#include <fmt/format.h>
#include <spdlog/async.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/sinks/systemd_sink.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>

#include "core/base/text.hpp"

namespace bank::daemon {
namespace {

constexpr std::size_t message_size_max = 8192;
constexpr std::size_t queue_size = 4096;

spdlog::level::level_enum spdlog_level(log::Level level) {
    switch (level) {
    case log::Level::debug: return spdlog::level::debug;
    case log::Level::info: return spdlog::level::info;
    case log::Level::warning: return spdlog::level::warn;
    case log::Level::error: return spdlog::level::err;
    }
    return spdlog::level::err;
}

// systemd passes a service the device and inode of its journal stream.
bool is_journal_stream() {
    char const* const stream = std::getenv("JOURNAL_STREAM");
    struct stat status {};
    if (stream == nullptr || fstat(STDERR_FILENO, &status) != 0) return false;
    return fmt::format("{}:{}", status.st_dev, status.st_ino) == stream;
}

std::shared_ptr<spdlog::sinks::sink> make_sink(LogTarget target) {
    if (target == LogTarget::journald) {
        return std::make_shared<spdlog::sinks::systemd_sink_mt>("bankd");
    }
    auto sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
    sink->set_formatter(std::make_unique<spdlog::pattern_formatter>(
        "%Y-%m-%dT%H:%M:%S.%eZ %l %v", spdlog::pattern_time_type::utc));
    return sink;
}

}  // namespace

struct Logging::State {
    explicit State(LogTarget target)
        : pool(std::make_shared<spdlog::details::thread_pool>(queue_size, 1)),
          logger(std::make_shared<spdlog::async_logger>(
              "bankd", make_sink(target), pool, spdlog::async_overflow_policy::overrun_oldest)) {
        logger->flush_on(spdlog::level::info);
        // A failure to log must neither cause an error nor be logged in a loop.
        logger->set_error_handler([](std::string const&) {});
    }

    std::shared_ptr<spdlog::details::thread_pool> pool;  // Destroyed last: it drains the queue.
    std::shared_ptr<spdlog::async_logger> logger;
};

LogTarget choose_log_target(std::string_view word) {
    if (word == "journald") return LogTarget::journald;
    if (word == "auto" && is_journal_stream()) return LogTarget::journald;
    return LogTarget::stderr_;
}

std::string log_line(std::string_view category, std::string_view message) {
    auto line = plain_text(category, 32);
    line += ' ';
    line += plain_text(message, message_size_max);
    return line;
}

Logging::Logging(LogTarget target, std::string_view level)
    : state_(std::make_unique<State>(target)) {
    set_level(level);
    auto* const logger = state_->logger.get();
    log::set_sink([logger](log::Level at, std::string_view category, std::string_view message) {
        if (!logger->should_log(spdlog_level(at))) return;
        logger->log(spdlog_level(at), "{}", log_line(category, message));
    });
}

Logging::~Logging() {
    log::set_sink({});
}

void Logging::set_level(std::string_view level) {
    state_->logger->set_level(level == "debug"     ? spdlog::level::debug
                              : level == "warning" ? spdlog::level::warn
                              : level == "error"   ? spdlog::level::err
                                                   : spdlog::level::info);
}

}  // namespace bank::daemon
