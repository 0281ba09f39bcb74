// A transaction that never reports a false success: a failed statement poisons it, COMMIT counts
// only if the server replies COMMIT, and a lost COMMIT is outcome_unknown.
//
// Threads: one. Rolls back if destroyed without commit().
#pragma once
#include <cstdint>
#include <optional>
#include <span>

#include "core/access/acting.hpp"
#include "core/audit/record_keys.hpp"
#include "core/base/result.hpp"
#include "core/postgres/client/connection.hpp"
#include "core/postgres/client/pool.hpp"
#include "core/postgres/client/session.hpp"

namespace bank::postgres {

// How many audit records a transaction writes, those of changed states and erased details not
// counted: each change of a state has a number, so that bankd-verify misses one.
struct Records {
    std::int64_t least = 0;
    std::int64_t most = 0;
};
inline constexpr Records one_record{1, 1};

// The records that the open transaction has written, in order, and the MAC over them.
inline constexpr Statement own_records_statement{
    "own_records", "select o.xid, o.acts, o.leaves from bank.own_records() o"};
inline constexpr Statement sign_records_statement{"sign_records",
                                                  "select bank.sign_records($1, $2, $3)"};
struct OwnRecords {
    std::uint64_t xid = 0;
    std::int64_t acts = 0;  // Records of what was done; the others are of what it changed.
    Bytes leaves;           // 32 bytes for each record.
};
[[nodiscard]] OwnRecords read_own_records(Rows const& rows);
// Parameters of sign_records(); nullopt: no record was written. internal_error unless as many
// `expected` acts were.
[[nodiscard]] Result<std::optional<Parameters>> sign_own_records(OwnRecords const& own,
                                                                 Records expected,
                                                                 audit::RecordSigner const& signer);

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
    // Of a transaction without audit records. Errors: outcome_unknown; internal_error if a
    // statement failed before.
    [[nodiscard]] Status commit();
    // Adds the MAC of the audit records that the transaction has written, without which they are
    // never sealed. Errors: those of commit(); internal_error if they are not as many as
    // `expected`: nothing was stored.
    [[nodiscard]] Status commit(Records expected);
    // For deliberately long statements.
    void set_patience(std::chrono::milliseconds patience) { lease_->set_patience(patience); }

private:
    explicit Transaction(Pool::Lease lease) : lease_(std::move(lease)) {}
    static Result<Transaction> begin_with(Pool& pool, std::span<Call const> calls, bool enters);
    [[nodiscard]] Status finish(std::span<Call const> calls);

    Pool::Lease lease_;
    bool is_open_ = true;
    bool is_poisoned_ = false;
};

// One statement as the daemon's own role, in its own transaction, which writes no audit record.
[[nodiscard]] Result<Rows> run_alone(Pool& pool, Statement const& statement,
                                     Parameters const& parameters);
[[nodiscard]] Result<Rows> run_alone(Pool& pool, RareStatement const& statement,
                                     Parameters const& parameters = {});
// The same with audit records.
[[nodiscard]] Result<Rows> act_alone(Pool& pool, Statement const& statement,
                                     Parameters const& parameters, Records expected);
[[nodiscard]] Result<Rows> act_alone(Pool& pool, RareStatement const& statement,
                                     Parameters const& parameters, Records expected);

}  // namespace bank::postgres
