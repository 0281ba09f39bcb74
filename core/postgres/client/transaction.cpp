#include "core/postgres/client/transaction.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "core/base/check.hpp"
#include "core/base/log.hpp"
#include "core/postgres/client/acting_call.hpp"

namespace bank::postgres {
namespace {

constexpr Statement begin_statement{"", "begin"};
constexpr Statement commit_statement{"", "commit"};
constexpr Statement rollback_statement{"", "rollback"};
constexpr Statement enter_statement{"enter", "select bank.enter($1)"};

Statement const& set_role(api::Role role) {
    static constexpr Statement as_customer{"", "set local role bank_customer"};
    static constexpr Statement as_teller{"", "set local role bank_teller"};
    static constexpr Statement as_admin{"", "set local role bank_admin"};
    static constexpr Statement as_auditor{"", "set local role bank_auditor"};
    switch (role) {
    case api::Role::customer: return as_customer;
    case api::Role::teller: return as_teller;
    case api::Role::admin: return as_admin;
    case api::Role::auditor: return as_auditor;
    }
    BANK_UNREACHABLE();
}

// Through POCO's session, which then also holds the transaction.
Status sign_rare(Connection& connection, Records expected) {
    auto const own = connection.run(own_records_statement);
    if (!own) return own.error();
    auto const mac = sign_own_records(read_own_records(*own), expected, connection.signer());
    if (!mac) return mac.error();
    if (!*mac) return Done{};
    auto const kept = connection.run(sign_records_statement, **mac);
    return kept ? Status{Done{}} : kept.error();
}

Result<Rows> run_rarely(Pool& pool, RareStatement const& statement, Parameters const& parameters,
                        std::optional<Records> expected) {
    while (true) {
        auto lease = pool.take();
        if (!lease) return std::move(lease).error();
        auto const was_used = (*lease)->was_used();
        auto const begun = (*lease)->begin();
        // As in begin_with().
        if ((*lease)->is_lost() && !(*lease)->is_timeout() && was_used) continue;
        if (!begun) return begun.error();
        auto rows = (*lease)->run(statement, parameters);
        if (!rows) {
            (*lease)->rollback();
            return rows;
        }
        if (expected) {
            if (auto const signed_ = sign_rare(**lease, *expected); !signed_) {
                (*lease)->rollback();
                return signed_.error();
            }
        }
        if (auto const committed = (*lease)->commit(); !committed) return committed.error();
        return rows;
    }
}

}  // namespace

OwnRecords read_own_records(Rows const& rows) {
    if (rows.count() == 0) return {};
    auto row = rows[0];
    OwnRecords own;
    own.xid = static_cast<std::uint64_t>(row.integer());
    own.acts = row.integer();
    own.leaves = row.bytes();
    return own;
}

Result<std::optional<Parameters>> sign_own_records(OwnRecords const& own, Records expected,
                                                   audit::RecordSigner const& signer) {
    if (own.acts < expected.least || own.acts > expected.most) {
        auto error = Error{
            Code::internal_error,
            fmt::format("the transaction wrote {} audit records instead of {}: a "
                        "bug or an attack",
                        own.acts, own.acts < expected.least ? expected.least : expected.most)};
        log::error("audit", "{}", error.detail);
        return error;
    }
    if (own.leaves.empty()) return std::optional<Parameters>{};
    auto const mac = signer.sign(own.xid, own.leaves);
    std::optional<Parameters> parameters(std::in_place);
    parameters->add_bytes(mac.key_id).add(std::int64_t{mac.count}).add_bytes(mac.mac);
    return parameters;
}

Result<Transaction> Transaction::begin_with(Pool& pool, std::span<Call const> calls, bool enters) {
    while (true) {
        auto lease = pool.take();
        if (!lease) return std::move(lease).error();
        auto const was_used = (*lease)->was_used();
        auto outcome = (*lease)->pipeline(calls);
        // The connection died while idle, so nothing was executed: retry. The loss of a fresh one
        // is an outage.
        if (outcome.is_lost && !outcome.is_timeout && was_used) continue;
        if (outcome.error) return *std::move(outcome.error);
        Transaction transaction(std::move(lease).value());
        if (!enters) return transaction;
        if (auto const entered = status_of(outcome.rows.back()[0].text()); !entered) {
            return entered.error();
        }
        return transaction;
    }
}

Result<Transaction> Transaction::begin(Pool& pool) {
    Parameters const none;
    std::array const calls{Call{&begin_statement, &none}};
    return begin_with(pool, calls, false);
}

Result<Transaction> Transaction::begin_as(Pool& pool, access::Acting const& acting) {
    Parameters const none;
    std::array const calls{Call{&begin_statement, &none}, Call{&set_role(acting.role), &none}};
    return begin_with(pool, calls, false);
}

Result<Transaction> Transaction::enter(Pool& pool, access::Acting const& acting) {
    Parameters const none;
    Parameters secret;
    secret.add_bytes(acting.session);
    std::array const calls{Call{&begin_statement, &none}, Call{&set_role(acting.role), &none},
                           Call{&enter_statement, &secret}};
    return begin_with(pool, calls, true);
}

Transaction::Transaction(Transaction&& other) noexcept
    : lease_(std::move(other.lease_)),
      is_open_(std::exchange(other.is_open_, false)),
      is_poisoned_(other.is_poisoned_) {}

Transaction::~Transaction() {
    if (!is_open_ || lease_->is_lost()) return;
    // If this fails, the connection is not idle and the pool drops it.
    static_cast<void>(lease_->run(rollback_statement));
}

Result<Rows> Transaction::run(Statement const& statement, Parameters const& parameters) {
    BANK_CHECK(is_open_ && !is_poisoned_);
    auto rows = lease_->run(statement, parameters);
    is_poisoned_ = !rows.ok();
    return rows;
}

Result<Rows> Transaction::run(RareStatement const& statement, Parameters const& parameters) {
    BANK_CHECK(is_open_ && !is_poisoned_);
    auto rows = lease_->run(statement, parameters);
    is_poisoned_ = !rows.ok();
    return rows;
}

Status Transaction::commit() {
    Parameters const none;
    Call const commit{&commit_statement, &none};
    return finish({&commit, 1});
}

Status Transaction::commit(Records expected) {
    BANK_CHECK(is_open_);
    if (is_poisoned_) return commit();
    auto const own = run(own_records_statement);
    if (!own) return own.error();
    auto const mac = sign_own_records(read_own_records(*own), expected, lease_->signer());
    if (!mac) return mac.error();
    if (!*mac) return commit();
    Parameters const none;
    std::array const calls{Call{&sign_records_statement, &**mac}, Call{&commit_statement, &none}};
    return finish(calls);
}

// The last of `calls` is COMMIT.
Status Transaction::finish(std::span<Call const> calls) {
    BANK_CHECK(is_open_);
    // The server would reply ROLLBACK, and the work would be lost without an error.
    if (is_poisoned_) return Error{Code::internal_error, "commit after a failed statement"};
    auto const answer = lease_->pipeline(calls);
    // If another statement failed, there is a transaction to roll back.
    is_open_ = answer.error && !answer.is_lost && answer.rows.size() + 1 < calls.size();
    if (!answer.error) return check_commit(answer.rows.back().command_tag());
    if (!answer.is_lost) return *answer.error;
    return Error{Code::outcome_unknown, "the answer to COMMIT was lost: " + answer.error->detail};
}

Result<Rows> run_alone(Pool& pool, Statement const& statement, Parameters const& parameters) {
    auto transaction = Transaction::begin(pool);
    if (!transaction) return std::move(transaction).error();
    auto rows = transaction->run(statement, parameters);
    if (!rows) return rows;
    if (auto committed = transaction->commit(); !committed) return std::move(committed).error();
    return rows;
}

Result<Rows> act_alone(Pool& pool, Statement const& statement, Parameters const& parameters,
                       Records expected) {
    auto transaction = Transaction::begin(pool);
    if (!transaction) return std::move(transaction).error();
    auto rows = transaction->run(statement, parameters);
    if (!rows) return rows;
    auto committed = transaction->commit(expected);
    if (!committed) return std::move(committed).error();
    return rows;
}

Result<Rows> act_alone(Pool& pool, RareStatement const& statement, Parameters const& parameters,
                       Records expected) {
    return run_rarely(pool, statement, parameters, expected);
}

Result<Rows> run_alone(Pool& pool, RareStatement const& statement, Parameters const& parameters) {
    return run_rarely(pool, statement, parameters, std::nullopt);
}

}  // namespace bank::postgres
