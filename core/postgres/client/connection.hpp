// One connection to PostgreSQL: prepared statements, pipelines, and a deadline for every wait.
//
// POCO Data opens it and runs rare statements; pipelines use the libpq handle of POCO's session.
//
// Owner: the pool, or a lane. Threads: one at a time. A lost connection stays lost; its owner drops
// it and opens another.
#pragma once
#include <atomic>
#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/audit/record_keys.hpp"
#include "core/base/result.hpp"
#include "core/postgres/client/parameters.hpp"
#include "core/postgres/client/rows.hpp"

namespace bank::postgres {

class Session;
struct RareStatement;

struct ConnectionSettings {
    std::string connection;  // libpq key=value pairs without blanks in values.
    // Per attempt; there are two.
    std::chrono::milliseconds connect_timeout{2000};
    std::chrono::milliseconds statement_timeout{10000};
    // Set when a statement fails because the disk is full. Must outlive the connection.
    std::atomic<bool>* is_disk_full = nullptr;
    // MACs the audit records of each transaction; null if none writes any. Must outlive the
    // connection.
    audit::RecordSigner const* signer = nullptr;
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

// Result of a pipeline. Calls after a failed one were not executed.
struct PipelineOutcome {
    std::vector<Rows> rows;      // Of the successful calls, in order.
    std::optional<Error> error;  // Of call number rows.size(), unless all succeeded.
    std::string sqlstate;        // Of that call; empty if the server sent none.
    std::string constraint;      // The violated constraint, if any.
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

    // Sends all calls and waits for their results: one round trip.
    [[nodiscard]] PipelineOutcome pipeline(std::span<Call const> calls);
    // A pipeline of one.
    [[nodiscard]] Result<Rows> run(Statement const& statement, Parameters const& parameters = {});
    // Any number of statements in one text, without parameters or rows. For migrations.
    [[nodiscard]] Status run_script(std::string const& sql);

    // Rare statements run through POCO Data; session.hpp explains the differences.
    [[nodiscard]] Result<Rows> run(RareStatement const& statement,
                                   Parameters const& parameters = {});
    // A transaction of rare statements. Errors: those of Session::commit().
    [[nodiscard]] Status begin();
    [[nodiscard]] Status commit();
    void rollback();

    // Whether notifications of a listened channel arrived with the data read since the last call.
    // Does not read.
    [[nodiscard]] bool take_notifications();

    // Time limit of later pipelines; the server's statement_timeout is slightly shorter.
    void set_patience(std::chrono::milliseconds patience) { patience_ = patience; }

    // Precondition: the settings had one.
    [[nodiscard]] audit::RecordSigner const& signer() const;

    // Non-blocking check: not lost, no transaction open, nothing unread.
    [[nodiscard]] bool is_idle();
    [[nodiscard]] bool is_lost() const noexcept { return is_lost_; }
    // Whether it was lost because the server did not respond in time.
    [[nodiscard]] bool is_timeout() const noexcept { return is_timeout_; }
    // Whether any call has succeeded on it.
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
    audit::RecordSigner const* signer_ = nullptr;
    bool is_lost_ = false;
    bool is_timeout_ = false;
    bool was_used_ = false;
};

}  // namespace bank::postgres
