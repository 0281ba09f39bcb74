#include "daemon/readiness_monitor.hpp"

#include <fmt/format.h>

#include <chrono>
#include <utility>

namespace bank::daemon {
namespace {
constexpr std::chrono::milliseconds interval{500};
}  // namespace

ReadinessMonitor::ReadinessMonitor(Parts parts)
    : parts_(std::move(parts)),
      worker_({.name = "Monitoring of readiness",
               .round =
                   [this] {
                       step();
                       return interval;
                   },
               .before_first = interval}) {}

api::Readiness ReadinessMonitor::step() {
    View const view = look();
    auto const found = view.readiness;
    readiness_ = found;
    // Error details vary between attempts: the same code is announced once. Each reason for a halt
    // is announced.
    auto const is_halted = found == api::Readiness::halted;
    Said said{found, view.code, is_halted ? view.sentence : std::string{}};
    if (said_ != said) {
        parts_.announce(view.level, view.sentence);
        said_ = std::move(said);
    }
    if (found == api::Readiness::schema_mismatch && !is_prepared_) parts_.refuse();
    return found;
}

ReadinessMonitor::View ReadinessMonitor::hindered(Error const& error) {
    if (error.code == Code::storage_full) {
        return {api::Readiness::storage_full, error.code, log::Level::warning,
                "The disk of the database is full: requests that must write fail with "
                "storage_full, reads are answered. Free space on its file system."};
    }
    // The database is available, and the caller has already logged the cause.
    if (error.code == Code::internal_error) {
        return {api::Readiness::database_away, error.code, log::Level::warning,
                "Refusing to serve this database."};
    }
    return {api::Readiness::database_away, error.code, log::Level::warning,
            fmt::format("Waiting for the database: {} {}", word(error.code), error.detail)};
}

ReadinessMonitor::View ReadinessMonitor::halted_by(std::string sentence) {
    return {api::Readiness::halted, Code::bank_halted, log::Level::error, std::move(sentence)};
}

ReadinessMonitor::View ReadinessMonitor::at_work() const {
    // At the level of the warning that it ends, so the same readers see both.
    if (readiness_ == api::Readiness::storage_full) {
        return {api::Readiness::ready, std::nullopt, log::Level::warning,
                "The disk of the database has space again. Ready."};
    }
    if (readiness_ == api::Readiness::halted) {
        return {api::Readiness::ready, std::nullopt, log::Level::error,
                "Nothing halts the bank any more. Ready."};
    }
    return {api::Readiness::ready, std::nullopt, log::Level::info, "Ready."};
}

ReadinessMonitor::View ReadinessMonitor::look() {
    auto const schema = parts_.schema();
    if (!schema) return hindered(schema.error());
    schema_version_ = schema->version;
    if (!schema->is_known) {
        return {api::Readiness::schema_mismatch, std::nullopt, log::Level::error,
                fmt::format("The database schema does not match this bankd: {} Run bankd "
                            "--migrate.",
                            schema->mismatch)};
    }
    // Before the preparation, which would act on the word of an altered function.
    auto halted = parts_.halted(schema->server);
    if (!halted) return hindered(halted.error());
    if (!halted->empty()) return halted_by(std::move(halted).value());
    if (!is_prepared_) {
        auto const prepared = parts_.prepare();
        if (!prepared) return hindered(prepared.error());
        is_prepared_ = true;
        // It may have found what halts the bank.
        halted = parts_.halted(schema->server);
        if (!halted) return hindered(halted.error());
        if (!halted->empty()) return halted_by(std::move(halted).value());
    }
    auto const space = parts_.space();
    return space.ok() ? at_work() : hindered(space.error());
}

}  // namespace bank::daemon
