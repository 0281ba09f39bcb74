// A session of POCO Data, and each way in which POCO 1.11 deceives its user:
//
//   commit() returns normally although a statement had failed and the server answered ROLLBACK:
//     here a failed statement poisons the transaction, and the command tag of COMMIT decides.
//   A failed commit() tells no SQLSTATE, and commit() may throw after the server has committed:
//     without a tag and without the server's refusal it is outcome_unknown.
//   SQLSTATE is found only inside a text, beside user data, or not at all: here it is taken from
//     libpq's result, which an event shows before POCO throws it away.
//   setTransactionIsolation() holds for the session, leaks through a pool, and does nothing if POCO
//     remembers the level otherwise than the server: it is never called.
//   long long cannot be bound, and timestamps lose their fractions: here all values travel as the
//     server's own text.
//   isConnected() is true of a killed backend: Connection::is_idle() looks at the socket.
//   No wait has an end: here the socket is shut down at the deadline.
//   Neither a failed connection nor a lost one is freed: both are, here.
//   A connection string cannot have a value with a blank: the configuration refuses it.
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

// SQL with $1, $2, ... for what is seldom run. POCO Data prepares, describes, executes and
// deallocates it each time: four round trips.
struct RareStatement {
    char const* sql;
    int columns;  // How many it returns.
};

class Session {
public:
    using Deadline = std::chrono::steady_clock::time_point;

    // `connection` is libpq key=value pairs, `connect_timeout` one of them. The server is tried
    // twice, so that it takes twice as long at most. storage_unavailable.
    static Result<std::unique_ptr<Session>> open(std::string const& connection);
    ~Session();
    Session(Session const&) = delete;
    Session& operator=(Session const&) = delete;

    // libpq's own, which the session keeps. For pipelines; not to be used during a call below.
    [[nodiscard]] PGconn* handle() const noexcept;

    // In the transaction that is open, or else in one of its own.
    [[nodiscard]] Result<Rows> run(RareStatement const& statement, Parameters const& parameters,
                                   Deadline deadline);

    // A transaction of rare statements.
    [[nodiscard]] Status begin(Deadline deadline);
    // outcome_unknown; internal_error if a statement had failed; else the server's refusal, and
    // nothing was kept.
    [[nodiscard]] Status commit(Deadline deadline);
    void rollback(Deadline deadline);

    [[nodiscard]] bool is_lost() const noexcept;
    // Whether it is lost because the server did not answer in time.
    [[nodiscard]] bool is_timeout() const noexcept;

private:
    struct State;
    explicit Session(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace bank::postgres
