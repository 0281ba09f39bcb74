// Monitors whether the bank can operate: checks the database's schema twice a second, and its disk
// space after the disk was full.
//
// Owner: the composition root; objects that `parts` refer to must outlive it. Runs on a thread of
// its own between start() and the destructor. readiness() and schema_version(): any thread.
#pragma once
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <tuple>

#include "core/api/system.hpp"
#include "core/base/log.hpp"
#include "core/base/periodic.hpp"
#include "core/base/result.hpp"
#include "core/postgres/database.hpp"

namespace bank::daemon {

class ReadinessMonitor {
public:
    struct Parts {
        std::function<Result<postgres::SchemaState>()> schema;
        // Compares the schema's objects if it is time to. Returns one sentence if the bank must not
        // change anything, otherwise nothing.
        std::function<Result<std::string>(std::string const& server)> halted;
        // Runs once the schema is first known and nothing halts the bank, before it is ready.
        // Retried on failure.
        std::function<Status()> prepare;
        // storage_full: the disk is full.
        std::function<Status()> space;
        // Called if the schema does not match before the bank was ever ready.
        std::function<void()> refuse;
        // Called with one sentence when readiness, or the reason against it, changes.
        std::function<void(log::Level level, std::string const& sentence)> announce;
    };

    explicit ReadinessMonitor(Parts parts);

    void start() { worker_.start(); }
    // Readiness is draining from now on.
    void drain() noexcept { is_draining_ = true; }

    // One check, which is all that the thread does. Not while the thread runs.
    api::Readiness step();

    [[nodiscard]] api::Readiness readiness() const noexcept {
        return is_draining_ ? api::Readiness::draining : readiness_.load();
    }
    [[nodiscard]] std::chrono::milliseconds stalled_for() const { return worker_.stalled_for(); }
    [[nodiscard]] std::int64_t schema_version() const noexcept { return schema_version_; }

private:
    struct View {
        api::Readiness readiness;
        std::optional<Code> code;  // Of the obstacle.
        log::Level level;
        std::string sentence;
    };
    View look();
    static View hindered(Error const& error);
    static View halted_by(std::string sentence);
    [[nodiscard]] View at_work() const;

    Parts parts_;
    std::atomic<api::Readiness> readiness_{api::Readiness::starting};
    std::atomic<bool> is_draining_{false};
    std::atomic<std::int64_t> schema_version_{0};
    bool is_prepared_ = false;
    using Said = std::tuple<api::Readiness, std::optional<Code>, std::string>;
    std::optional<Said> said_;
    Periodic worker_;
};

}  // namespace bank::daemon
