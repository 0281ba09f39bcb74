// The transaction stays open during PIN verification: it holds the account's lock.
#include "core/postgres/pin_store_pg.hpp"

#include "core/postgres/client/acting_call.hpp"

namespace bank::postgres {
namespace {

constexpr Statement pin_begin_statement{
    "pin_begin",
    "select p.status, p.pin_hash, bank.us(p.present) from bank.pin_begin(" BANK_SQL_CALLER
    ", $5, $6) p"};
constexpr Statement pin_end_statement{
    "pin_end", "select bank.pin_end(" BANK_SQL_CALLER
               ", $5, $6, $7, timestamptz 'epoch' + $8 * interval '1 us', $9, $10)"};
constexpr Statement authorizations_statement{
    "pin_authorizations_for",
    "select p.account_id, p.idempotency_id, bank.us(p.expires_at), p.mac"
    " from bank.pin_authorizations_for($1, $2, $3) p"};
constexpr Statement is_locked_statement{"is_locked",
                                        "select a.is_locked from bank.accounts a where a.id = $1"};
constexpr Statement set_pin_statement{"set_pin",
                                      "select bank.set_pin(" BANK_SQL_CALLER ", $5, $6, $7, $8)"};

struct Turn {
    std::string record;  // The PIN's hash; empty if none is set.
    Timestamp present;   // By the database's clock.
};

// A refusal is committed with its audit record.
Result<Turn> take_turn(Transaction& transaction, access::Acting const& acting, AccountId id,
                       bool is_change) {
    auto parameters = Parameters::caller(acting);
    parameters.add(id.value).add(is_change);
    auto const rows = transaction.run(pin_begin_statement, parameters);
    if (!rows) return rows.error();
    auto row = (*rows)[0];
    auto const status = status_of(row.text());
    if (status) {
        Turn turn;
        turn.record = row.text();
        turn.present = row.time();
        return turn;
    }
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
    auto const turn = take_turn(*transaction, acting, id, false);
    if (!turn) {
        record_if_denied(pool_, acting, audit::Action::authorize_pin, turn.error());
        return turn.error();
    }
    auto const expires_at = turn->present + grant.lifetime;

    auto parameters = Parameters::caller(acting);
    parameters.add(id.value)
        .add(verify(turn->record))
        .add(std::int64_t{attempts_max})
        .add(expires_at.us)
        .add(to_string(grant.only_for))
        .add_bytes(grant.bind(expires_at));
    auto const rows = transaction->run(pin_end_statement, parameters);
    if (!rows) return rows.error();
    auto const verdict = status_of((*rows)[0].text());
    auto const is_lockout = has_locked(*transaction, id, verdict);
    // The verdict is returned only if the failure count is durable.
    auto const committed = transaction->commit(records_of(is_lockout));
    if (!committed) return committed.error();
    if (is_lockout) ++lockouts_;
    if (!verdict) return verdict.error();
    return api::PinAuthorization{expires_at};
}

Result<std::vector<access::StoredPinAuthorization>> PinStorePg::authorizations(
    access::Acting const& acting, AccountId id, Uuid const& transfer) {
    Parameters parameters;
    parameters.add_bytes(acting.session).add(id.value).add(to_string(transfer));
    auto const rows = run_alone(pool_, authorizations_statement, parameters);
    if (!rows) return rows.error();
    std::vector<access::StoredPinAuthorization> found;
    for (int i = 0; i < rows->count(); ++i) {
        auto row = (*rows)[i];
        access::StoredPinAuthorization one;
        one.account = row.id<AccountId>();
        one.scope.only_for = row.word(parse_uuid);
        one.scope.expires_at = row.time();
        one.mac = row.bytes();
        found.push_back(std::move(one));
    }
    return found;
}

Status PinStorePg::set_pin(access::Acting const& acting, AccountId id,
                           std::string const& new_record, access::PinVerifier const& verify_current,
                           int attempts_max) {
    auto transaction = Transaction::begin_as(pool_, acting);
    if (!transaction) return std::move(transaction).error();
    auto const turn = take_turn(*transaction, acting, id, true);
    if (!turn) {
        record_if_denied(pool_, acting, audit::Action::set_pin, turn.error());
        return turn.error();
    }
    auto parameters = Parameters::caller(acting);
    parameters.add(id.value).add(new_record);
    if (verify_current) {
        // Without a stored PIN, SQL refuses regardless of the verdict.
        parameters.add(!turn->record.empty() && verify_current(turn->record));
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
