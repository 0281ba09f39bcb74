// The transaction stays open during PIN verification: it holds the account's lock.
#include "core/postgres/pin_store_pg.hpp"

#include "core/postgres/client/acting_call.hpp"

namespace bank::postgres {
namespace {

constexpr Statement pin_begin_statement{
    "pin_begin", "select p.status, p.pin_hash from bank.pin_begin(" BANK_SQL_CALLER ", $5, $6) p"};
constexpr Statement pin_end_statement{
    "pin_end", "select p.status, bank.us(p.expires_at) from bank.pin_end(" BANK_SQL_CALLER
               ", $5, $6, $7, $8, $9, $10) p"};
constexpr Statement is_locked_statement{"is_locked",
                                        "select a.is_locked from bank.accounts a where a.id = $1"};
constexpr Statement set_pin_statement{"set_pin",
                                      "select bank.set_pin(" BANK_SQL_CALLER ", $5, $6, $7, $8)"};

// The PIN's hash record, or empty if none is set. A refusal is committed with its audit record.
Result<std::string> take_turn(Transaction& transaction, access::Acting const& acting, AccountId id,
                              bool is_change) {
    auto parameters = Parameters::caller(acting);
    parameters.add(id.value).add(is_change);
    auto const rows = transaction.run(pin_begin_statement, parameters);
    if (!rows) return rows.error();
    auto row = (*rows)[0];
    auto const status = status_of(row.text());
    if (status) return row.text();
    auto const committed = transaction.commit(one_record);
    return committed ? status.error() : committed.error();
}

// Whether this wrong PIN locked the account. Call before the transaction ends.
bool has_locked(Transaction& transaction, AccountId id, Status const& verdict) {
    if (verdict.ok() || verdict.code() != Code::pin_wrong) return false;
    Parameters parameters;
    parameters.add(id.value);
    auto const rows = transaction.run(is_locked_statement, parameters);
    return rows && rows->count() == 1 && (*rows)[0].boolean();
}

// A wrong PIN may also be too many for an account that was locked before.
Records records_of(bool is_locked) {
    return {1, is_locked ? 2 : 1};
}

}  // namespace

Result<api::PinAuthorization> PinStorePg::authorize(access::Acting const& acting, AccountId id,
                                                    access::PinVerifier const& verify,
                                                    int attempts_max,
                                                    access::PinGrant const& grant) {
    auto transaction = Transaction::begin_as(pool_, acting);
    if (!transaction) return std::move(transaction).error();
    auto const record = take_turn(*transaction, acting, id, false);
    if (!record) {
        record_if_denied(pool_, acting, audit::Action::authorize_pin, record.error());
        return record.error();
    }

    auto parameters = Parameters::caller(acting);
    parameters.add(id.value)
        .add(verify(*record))
        .add(std::int64_t{attempts_max})
        .add(std::int64_t{grant.lifetime.count()})
        .add(to_string(grant.only_for))
        .add_bytes(grant.proof);
    auto const rows = transaction->run(pin_end_statement, parameters);
    if (!rows) return rows.error();
    auto row = (*rows)[0];
    auto const verdict = status_of(row.text());
    auto const is_lockout = has_locked(*transaction, id, verdict);
    // The verdict is returned only if the failure count is durable.
    auto const committed = transaction->commit(records_of(is_lockout));
    if (!committed) return committed.error();
    if (is_lockout) ++lockouts_;
    if (!verdict) return verdict.error();
    return api::PinAuthorization{row.time()};
}

Status PinStorePg::set_pin(access::Acting const& acting, AccountId id,
                           std::string const& new_record, access::PinVerifier const& verify_current,
                           int attempts_max) {
    auto transaction = Transaction::begin_as(pool_, acting);
    if (!transaction) return std::move(transaction).error();
    auto const record = take_turn(*transaction, acting, id, true);
    if (!record) {
        record_if_denied(pool_, acting, audit::Action::set_pin, record.error());
        return record.error();
    }
    auto parameters = Parameters::caller(acting);
    parameters.add(id.value).add(new_record);
    if (verify_current) {
        // Without a stored PIN, SQL refuses regardless of the verdict.
        parameters.add(!record->empty() && verify_current(*record));
    } else {
        parameters.add_null();
    }
    parameters.add(std::int64_t{attempts_max});
    auto const rows = transaction->run(set_pin_statement, parameters);
    if (!rows) return rows.error();
    auto verdict = status_of((*rows)[0].text());
    auto const is_lockout = has_locked(*transaction, id, verdict);
    auto const committed = transaction->commit(records_of(is_lockout));
    if (!committed) return committed.error();
    if (is_lockout) ++lockouts_;
    return verdict;
}

}  // namespace bank::postgres
