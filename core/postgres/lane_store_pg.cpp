#include "core/postgres/lane_store_pg.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "core/base/check.hpp"
#include "core/base/log.hpp"
#include "core/postgres/array_text.hpp"
#include "core/postgres/transaction.hpp"
#include "core/postgres/transfer_row.hpp"

namespace bank::postgres {
namespace {

using ledger::Decision;
using ledger::LockedBatch;
using ledger::TransferOrder;

constexpr Statement begin_statement{"", "begin"};
constexpr Statement commit_statement{"", "commit"};
constexpr Statement rollback_statement{"", "rollback"};

constexpr Statement lock_batch_statement{"lock_batch",
                                         "select a.id, a.kind, a.user_id, a.currency, a.balance, "
                                         "a.overdraft_limit, a.is_locked, a.is_closed"
                                         " from bank.lock_batch($1, $2, $3, $4, $5, $6) a"};
constexpr Statement authorities_statement{
    "batch_authorities",
    "select a.is_live, a.user_id, a.role, a.has_pin_authorization, a.cash_account"
    " from bank.batch_authorities($1, $2, $3, $4, $5, $6, $7) a"};
constexpr Statement known_statement{
    "batch_known", "select t.idempotency_id, t.request_digest, " BANK_SQL_TRANSFER_COLUMNS
                   " from bank.batch_known($1) t"};
constexpr Statement post_batch_statement{
    "post_batch",
    "select p.order_no, p.transfer_id, bank.us(p.created_at), p.debit_balance, p.credit_balance,"
    " p.debit_account_no, p.credit_account_no"
    " from bank.post_batch($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, "
    "$17) p"};

void add_id(ArrayText& array, AccountId id) {
    id ? array.add(id.value) : array.add_null();
}

// Each secret once, and whose each order is, counting from 1.
struct Secrets {
    explicit Secrets(std::span<TransferOrder const> orders) {
        std::map<storage::SessionSecret, std::int64_t> places;
        for (auto const& order : orders) {
            auto const& secret = order.acting.session;
            auto const [place, is_new] =
                places.try_emplace(secret, std::int64_t(places.size()) + 1);
            if (is_new) secrets.add_bytes(secret);
            secret_of.add(place->second);
        }
    }
    ArrayText secrets;
    ArrayText secret_of;
};

Parameters lock_parameters(std::span<TransferOrder const> orders) {
    Secrets secrets(orders);
    ArrayText kinds;
    ArrayText currencies;
    ArrayText debits;
    ArrayText credits;
    for (auto const& order : orders) {
        kinds.add(to_string(order.kind));
        currencies.add(order.amount.currency.code());
        add_id(debits, order.debit_account);
        add_id(credits, order.credit_account);
    }
    Parameters parameters;
    parameters.add(std::move(secrets.secrets).take())
        .add(std::move(secrets.secret_of).take())
        .add(std::move(kinds).take())
        .add(std::move(currencies).take())
        .add(std::move(debits).take())
        .add(std::move(credits).take());
    return parameters;
}

std::string idempotency_ids(std::span<TransferOrder const> orders) {
    ArrayText ids;
    for (auto const& order : orders) ids.add(to_string(order.idempotency_id));
    return std::move(ids).take();
}

Parameters authorities_parameters(std::span<TransferOrder const> orders) {
    auto parameters = lock_parameters(orders);
    parameters.add(idempotency_ids(orders));
    return parameters;
}

Parameters known_parameters(std::span<TransferOrder const> orders) {
    Parameters parameters;
    parameters.add(idempotency_ids(orders));
    return parameters;
}

Parameters post_parameters(std::span<TransferOrder const> orders,
                           std::span<Decision const> decisions) {
    Secrets secrets(orders);
    std::array<ArrayText, 15> columns;
    for (std::size_t i = 0; i < orders.size(); ++i) {
        auto const& order = orders[i];
        auto const& decision = decisions[i];
        columns[0].add(inet_or_nothing(order.acting.origin.ip));
        columns[1].add(order.acting.origin.user_agent);
        columns[2].add(to_string(order.acting.origin.request_id));
        columns[3].add(to_string(order.kind));
        columns[4].add(to_string(order.idempotency_id));
        columns[5].add_bytes(order.request_digest);
        add_id(columns[6], decision.debit_account ? decision.debit_account : order.debit_account);
        add_id(columns[7],
               decision.credit_account ? decision.credit_account : order.credit_account);
        columns[8].add(order.amount.amount);
        columns[9].add(order.amount.currency.code());
        columns[10].add(order.reference);
        columns[11].add(word(decision.code));
        columns[12].add(decision.is_replay);
        columns[13].add(decision.debit_balance);
        columns[14].add(decision.credit_balance);
    }
    Parameters parameters;
    parameters.add(std::move(secrets.secrets).take()).add(std::move(secrets.secret_of).take());
    for (auto& column : columns) parameters.add(std::move(column).take());
    return parameters;
}

void read_accounts(Rows const& rows, LockedBatch& batch) {
    for (int i = 0; i < rows.count(); ++i) {
        auto row = rows[i];
        ledger::LockedAccount account;
        account.id = row.id<AccountId>();
        account.kind = row.word(api::parse_account_kind);
        account.user_id = row.id<UserId>();
        account.currency = row.word(money::parse_currency);
        account.balance = row.integer();
        account.overdraft_limit = row.optional_integer();
        account.is_locked = row.boolean();
        account.is_closed = row.boolean();
        batch.accounts.emplace(account.id, account);
    }
}

void read_authorities(Rows const& rows, std::span<TransferOrder const> orders, LockedBatch& batch) {
    BANK_CHECK(rows.count() == static_cast<int>(orders.size()));
    for (int i = 0; i < rows.count(); ++i) {
        auto row = rows[i];
        ledger::OrderAuthority authority;
        authority.is_live = row.boolean();
        authority.user_id = row.id<UserId>();
        auto const role = api::parse_role(row.text());
        authority.has_pin_authorization = row.boolean();
        authority.cash_account = row.id<AccountId>();
        if (role) authority.role = *role;
        auto const claimed = orders[static_cast<std::size_t>(i)].acting.role;
        authority.is_live = authority.is_live && role == claimed;
        batch.authorities.push_back(authority);
    }
}

void read_known(Rows const& rows, LockedBatch& batch) {
    for (int i = 0; i < rows.count(); ++i) {
        auto row = rows[i];
        auto const id = parse_uuid(row.text());
        auto const digest = row.bytes();
        ledger::KnownTransfer known;
        BANK_CHECK(id && digest.size() == known.request_digest.size());
        std::copy(digest.begin(), digest.end(), known.request_digest.begin());
        known.answer = read_transfer(row);
        known.answer.is_replay = true;
        batch.known.emplace(*id, std::move(known));
    }
}

std::vector<ledger::Posted> read_posted(Rows const& rows, std::span<Decision const> decisions) {
    std::vector<ledger::Posted> posted(decisions.size());
    for (int i = 0; i < rows.count(); ++i) {
        auto row = rows[i];
        auto const place = static_cast<std::size_t>(row.integer()) - 1;
        BANK_CHECK(place < posted.size());
        auto& item = posted[place];
        item.id = row.id<TransferId>();
        item.created_at = row.time();
        // SQL compared them before it wrote; see 0010.
        row.skip();
        row.skip();
        item.debit_account_no = row.text();
        item.credit_account_no = row.text();
        if (decisions[place].code == Code::posted) {
            item.debit_entry = {2 * item.id.value};
            item.credit_entry = {2 * item.id.value + 1};
        }
    }
    return posted;
}

}  // namespace

LaneStorePg::~LaneStorePg() {
    abandon();
}

void LaneStorePg::abandon() noexcept {
    if (!std::exchange(is_open_, false)) return;
    if (!connection_->run(rollback_statement)) connection_.reset();
}

Result<LockedBatch> LaneStorePg::lock(std::span<TransferOrder const> orders) {
    abandon();
    auto const batch_parameters = lock_parameters(orders);
    auto const authority_parameters = authorities_parameters(orders);
    auto const id_parameters = known_parameters(orders);
    Parameters const none;
    std::array const calls{Call{&begin_statement, &none},
                           Call{&lock_batch_statement, &batch_parameters},
                           Call{&authorities_statement, &authority_parameters},
                           Call{&known_statement, &id_parameters}};
    if (connection_ && !connection_->is_idle()) connection_.reset();
    if (!connection_) {
        auto connected = connector_.connect();
        if (!connected) return connected.error();
        connection_ = std::move(connected).value();
    }
    auto outcome = connection_->pipeline(calls);
    is_open_ = !outcome.is_lost;
    if (outcome.is_lost) connection_.reset();
    if (outcome.error) {
        abandon();
        return *std::move(outcome.error);
    }
    LockedBatch batch;
    read_accounts(outcome.rows[1], batch);
    read_authorities(outcome.rows[2], orders, batch);
    read_known(outcome.rows[3], batch);
    // A drawer that was opened between the two statements is not locked: this batch, again.
    for (auto const& authority : batch.authorities) {
        if (!authority.cash_account || batch.accounts.contains(authority.cash_account)) continue;
        abandon();
        return Error{Code::overloaded, "a cash account appeared while the batch was locked"};
    }
    return batch;
}

Result<std::vector<ledger::Posted>> LaneStorePg::post(std::span<TransferOrder const> orders,
                                                      std::span<Decision const> decisions) {
    BANK_CHECK(is_open_ && orders.size() == decisions.size());
    auto const parameters = post_parameters(orders, decisions);
    Parameters const none;
    std::array const calls{Call{&post_batch_statement, &parameters},
                           Call{&commit_statement, &none}};
    auto outcome = connection_->pipeline(calls);
    if (outcome.is_lost) {
        is_open_ = false;
        connection_.reset();
        // If the server itself refused post_batch, COMMIT had nothing to commit. Otherwise both
        // were sent, and only the idempotency ids will tell.
        auto const is_refused = outcome.rows.empty() && !outcome.sqlstate.empty();
        return Error{is_refused ? Code::storage_unavailable : Code::outcome_unknown,
                     outcome.error->detail};
    }
    if (outcome.error) {
        // COMMIT itself can fail, as when a disk is full; then nothing was kept, either.
        abandon();
        return *std::move(outcome.error);
    }
    is_open_ = false;
    if (auto const committed = check_commit(outcome.rows[1].command_tag()); !committed)
        return committed.error();
    return read_posted(outcome.rows[0], decisions);
}

}  // namespace bank::postgres
