// A transaction that never reports a false success: a failed statement poisons it, COMMIT counts
// only if the server replies COMMIT, and a lost COMMIT is outcome_unknown.
//
// Threads: one. Rolls back if destroyed without commit().
#pragma once
#include <span>

#include "core/access/acting.hpp"
#include "core/base/result.hpp"
#include "core/postgres/client/connection.hpp"
#include "core/postgres/client/pool.hpp"
#include "core/postgres/client/session.hpp"

namespace bank::postgres {

class Transaction {
public:
    // As the daemon's own role.
    static Result<Transaction> begin(Pool& pool);
    // As the group role of the acting session; SQL compares it with the session.
    static Result<Transaction> begin_as(Pool& pool, access::Acting const& acting);
    // The same, with the session's read access. session_ended.
    static Result<Transaction> enter(Pool& pool, access::Acting const& acting);

    Transaction(Transaction&&) noexcept;
    Transaction& operator=(Transaction&&) = delete;
    ~Transaction();

    [[nodiscard]] Result<Rows> run(Statement const& statement, Parameters const& parameters = {});
    [[nodiscard]] Result<Rows> run(RareStatement const& statement,
                                   Parameters const& parameters = {});
    // Errors: outcome_unknown; internal_error if a statement failed before.
    [[nodiscard]] Status commit();
    // For deliberately long statements.
    void set_patience(std::chrono::milliseconds patience) { lease_->set_patience(patience); }

private:
    explicit Transaction(Pool::Lease lease) : lease_(std::move(lease)) {}
    static Result<Transaction> begin_with(Pool& pool, std::span<Call const> calls, bool enters);

    Pool::Lease lease_;
    bool is_open_ = true;
    bool is_poisoned_ = false;
};

// One statement as the daemon's own role, in its own transaction.
[[nodiscard]] Result<Rows> run_alone(Pool& pool, Statement const& statement,
                                     Parameters const& parameters);
[[nodiscard]] Result<Rows> run_alone(Pool& pool, RareStatement const& statement,
                                     Parameters const& parameters = {});

}  // namespace bank::postgres
