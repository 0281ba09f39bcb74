// A session of POCO Data, with workarounds for misleading behaviour of POCO 1.11:
//
//   commit() returns normally although a statement failed and the server replied ROLLBACK:
//     here a failed statement poisons the transaction, and the command tag of COMMIT decides.
//   A failed commit() has no SQLSTATE, and commit() may throw after the server has committed:
//     without a command tag and without a server error it is outcome_unknown.
//   SQLSTATE is available only inside a text, beside user data, or not at all: here it is taken
//     from libpq's result, which an event procedure sees before POCO discards it.
//   setTransactionIsolation() is per session, leaks through a pool, and does nothing if POCO's
//     cached level differs from the server's: it is never called.
//   long long cannot be bound, and timestamps lose their fractions: here all values are sent as the
//     server's own text.
//   isConnected() is true for a killed backend: Connection::is_idle() checks the socket.
//   Waits have no timeout: here the socket is shut down at the deadline.
//   Failed and lost connections are never freed: here they are.
//   A connection string cannot contain a value with a blank: the configuration rejects it.
//
// Owner: a Connection. Threads: one at a time.
#pragma once
#include <libpq-fe.h>

#include <chrono>
#include <memory>
#include <string>

#include "core/base/result.hpp"
#include "core/postgres/client/parameters.hpp"
#include "core/postgres/client/rows.hpp"

namespace bank::postgres {

// Rarely executed SQL with $1, $2, ... POCO Data prepares, describes, executes and deallocates it
// each time: four round trips.
struct RareStatement {
    char const* sql;
    int columns;  // Number of result columns.
};

class Session {
public:
    using Deadline = std::chrono::steady_clock::time_point;

    // `connection` is libpq key=value pairs, including `connect_timeout`. Makes two attempts, so it
    // may take twice that long. storage_unavailable.
    static Result<std::unique_ptr<Session>> open(std::string const& connection);
    ~Session();
    Session(Session const&) = delete;
    Session& operator=(Session const&) = delete;

    // The session's libpq connection, for pipelines; must not be used during a call below.
    [[nodiscard]] PGconn* handle() const noexcept;

    // In the open transaction, otherwise in one of its own.
    [[nodiscard]] Result<Rows> run(RareStatement const& statement, Parameters const& parameters,
                                   Deadline deadline);

    // A transaction of rare statements.
    [[nodiscard]] Status begin(Deadline deadline);
    // outcome_unknown; internal_error if a statement failed before; otherwise the server's error,
    // and nothing was stored.
    [[nodiscard]] Status commit(Deadline deadline);
    void rollback(Deadline deadline);

    [[nodiscard]] bool is_lost() const noexcept;
    // Whether it was lost because the server did not respond in time.
    [[nodiscard]] bool is_timeout() const noexcept;

private:
    struct State;
    explicit Session(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace bank::postgres
