// One connection to PostgreSQL: prepared statements, pipelines, and no wait without an end.
//
// POCO Data opens it and runs what is rare; pipelines take libpq's handle from POCO's session.
//
// Owner: the pool, or a lane. Threads: one at a time. A connection that was lost stays lost; its
// owner drops it and opens another.
#pragma once
#include <atomic>
#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/base/result.hpp"
#include "core/postgres/client/parameters.hpp"
#include "core/postgres/client/rows.hpp"

namespace bank::postgres {

class Session;
struct RareStatement;

struct ConnectionSettings {
    std::string connection;  // libpq key=value pairs, no value with a blank.
    // Of one attempt: the server is tried twice.
    std::chrono::milliseconds connect_timeout{2000};
    std::chrono::milliseconds statement_timeout{10000};
    // Set whenever a statement meets a full disk. Outlives the connection.
    std::atomic<bool>* is_disk_full = nullptr;
};

// SQL with $1, $2, ... Prepared once per connection under `name`; an empty name is not prepared.
struct Statement {
    char const* name;
    char const* sql;
};

struct Call {
    Statement const* statement;
    Parameters const* parameters;
};

// What became of a pipeline. Calls after the failed one were not run.
struct PipelineOutcome {
    std::vector<Rows> rows;      // Of the calls that succeeded, in order.
    std::optional<Error> error;  // Of the call rows.size(), if not all did.
    std::string sqlstate;        // Of that; empty if the server said nothing.
    std::string constraint;      // What was violated, if that was it.
    bool is_lost = false;        // The connection is gone.
    bool is_timeout = false;     // Because the server did not answer in time.
};

class Connection {
public:
    // storage_unavailable.
    static Result<std::unique_ptr<Connection>> open(ConnectionSettings const& settings);
    ~Connection();
    Connection(Connection const&) = delete;
    Connection& operator=(Connection const&) = delete;

    // Sends all calls at once and waits for their answers: one round trip.
    [[nodiscard]] PipelineOutcome pipeline(std::span<Call const> calls);
    // A pipeline of one.
    [[nodiscard]] Result<Rows> run(Statement const& statement, Parameters const& parameters = {});
    // Any number of statements in one text, without parameters or rows. For migrations.
    [[nodiscard]] Status run_script(std::string const& sql);

    // What is rare goes through POCO Data: see session.hpp for what is different there.
    [[nodiscard]] Result<Rows> run(RareStatement const& statement,
                                   Parameters const& parameters = {});
    // A transaction of them; errors as Session::commit().
    [[nodiscard]] Status begin();
    [[nodiscard]] Status commit();
    void rollback();

    // Whether notifications of a channel that it listens to came with what was read since the last
    // call. Does not read.
    [[nodiscard]] bool take_notifications();

    // How long a pipeline may take from now on; the server's statement_timeout is a little less.
    void set_patience(std::chrono::milliseconds patience) { patience_ = patience; }

    // Looks without waiting: not lost, no transaction open, nothing unread.
    [[nodiscard]] bool is_idle();
    [[nodiscard]] bool is_lost() const noexcept { return is_lost_; }
    // Whether it is lost because the server did not answer in time.
    [[nodiscard]] bool is_timeout() const noexcept { return is_timeout_; }
    // Whether anything has ever succeeded on it.
    [[nodiscard]] bool was_used() const noexcept { return was_used_; }

private:
    struct Libpq;
    explicit Connection(std::unique_ptr<Libpq> libpq);
    template <typename Use>
    auto use_session(Use const& use);
    void note_disk_full(Error const& error) const;

    std::unique_ptr<Libpq> libpq_;
    std::chrono::milliseconds patience_{};
    std::atomic<bool>* is_disk_full_ = nullptr;
    bool is_lost_ = false;
    bool is_timeout_ = false;
    bool was_used_ = false;
};

}  // namespace bank::postgres
