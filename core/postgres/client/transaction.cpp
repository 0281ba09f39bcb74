#include "core/postgres/client/transaction.hpp"

#include <array>
#include <utility>

#include "core/base/check.hpp"
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

}  // namespace

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
    BANK_CHECK(is_open_);
    // The server would reply ROLLBACK, and the work would be lost without an error.
    if (is_poisoned_) return Error{Code::internal_error, "commit after a failed statement"};
    auto const answer = lease_->run(commit_statement);
    is_open_ = false;
    if (answer) return check_commit(answer->command_tag());
    if (!lease_->is_lost()) return answer.error();
    return Error{Code::outcome_unknown, "the answer to COMMIT was lost: " + answer.error().detail};
}

Result<Rows> run_alone(Pool& pool, Statement const& statement, Parameters const& parameters) {
    auto transaction = Transaction::begin(pool);
    if (!transaction) return std::move(transaction).error();
    auto rows = transaction->run(statement, parameters);
    if (!rows) return rows;
    if (auto committed = transaction->commit(); !committed) return std::move(committed).error();
    return rows;
}

Result<Rows> run_alone(Pool& pool, RareStatement const& statement, Parameters const& parameters) {
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
        if (auto const committed = (*lease)->commit(); !committed) return committed.error();
        return rows;
    }
}

}  // namespace bank::postgres
