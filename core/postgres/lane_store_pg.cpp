#include "core/postgres/lane_store_pg.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "core/base/check.hpp"
#include "core/base/log.hpp"
#include "core/postgres/client/array_text.hpp"
#include "core/postgres/client/sqlstate.hpp"
#include "core/postgres/client/transaction.hpp"
#include "core/postgres/client/transfer_row.hpp"

namespace bank::postgres {
namespace {

using ledger::Decision;
using ledger::LockedBatch;
using ledger::TransferOrder;

constexpr Statement begin_statement{"", "begin"};
constexpr Statement commit_statement{"", "commit"};
constexpr Statement rollback_statement{"", "rollback"};

constexpr std::string_view one_decision_per_id = "transfers_idempotency_id";

#define ACCOUNT_COLUMNS                                                                           \
    "select a.id, a.account_no, a.kind, a.user_id, a.currency, a.balance, a.held,"                \
    " a.overdraft_limit, a.minimum_balance, a.limit_per_transfer, a.limit_per_day,"               \
    " a.limit_per_week, a.limit_per_month, a.spent_today, a.spent_this_week, a.spent_this_month," \
    " a.is_locked, a.is_debit_frozen, a.is_credit_frozen, a.is_closed, a.version"

constexpr Statement read_accounts_statement{"read_accounts",
                                            ACCOUNT_COLUMNS " from bank.read_accounts($1) a"};
// The locks are acquired while the argument is evaluated, before the rows are read.
constexpr Statement lock_batch_statement{
    "lock_batch", ACCOUNT_COLUMNS
    " from bank.read_accounts(bank.lock_batch($1, $2, $3, $4, $5, $6, $7, $8, $9, "
    "$10)) a"};

#undef ACCOUNT_COLUMNS

constexpr Statement authorities_statement{
    "batch_authorities",
    "select a.is_live, a.user_id, a.role, a.has_pin_authorization, a.may_move_cash, a.cash_account,"
    " a.limit_per_transfer, a.limit_per_day, a.limit_per_week, a.limit_per_month"
    " from bank.batch_authorities($1, $2, $3, $4, $5, $6, $7) a"};
constexpr Statement origins_statement{
    "batch_origins",
    "select o.id, o.kind, o.status, o.debit_account_id, o.credit_account_id, o.amount, o.currency,"
    " o.is_settled, o.is_past from bank.batch_origins($1) o"};
constexpr Statement known_statement{
    "batch_known", "select t.idempotency_id, t.request_digest, " BANK_SQL_TRANSFER_COLUMNS
                   " from bank.batch_known($1) t"};
constexpr Statement post_batch_statement{
    "post_batch",
    "select p.order_no, p.transfer_id, bank.us(p.created_at), bank.us(p.expires_at), p.xid,"
    " p.leaves"
    " from bank.post_batch($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, "
    "$17, $18, $19, $20, $21, $22, $23, $24, $25, $26) p"};

void add_id(ArrayText& array, AccountId id) {
    id ? array.add(id.value) : array.add_null();
}

// Deduplicated values shared by many orders: each order has the 1-based index of its value.
template <typename Key>
class Shared {
public:
    // True if `key` is new: the caller must then add it to the distinct values.
    bool add(Key const& key) {
        auto const [place, is_new] = places_.try_emplace(key, std::int64_t(places_.size()) + 1);
        of_orders_.add(place->second);
        return is_new;
    }
    std::string take() && { return std::move(of_orders_).take(); }

private:
    std::map<Key, std::int64_t> places_;
    ArrayText of_orders_;
};

struct Secrets {
    explicit Secrets(std::span<TransferOrder const> orders) {
        for (auto const& order : orders) {
            if (secret_of.add(order.acting.session)) secrets.add_bytes(order.acting.session);
        }
    }
    ArrayText secrets;
    Shared<access::SessionSecret> secret_of;
};

// Sources of the orders: the columns p_ips, p_user_agents and p_source_of.
struct Sources {
    explicit Sources(std::span<TransferOrder const> orders) {
        for (auto const& order : orders) {
            auto const& source = order.acting.source;
            if (!source_of.add({source.ip, source.user_agent})) continue;
            ips.add(inet_or_nothing(source.ip));
            user_agents.add(source.user_agent);
        }
    }
    void add_to(Parameters& parameters) && {
        parameters.add(std::move(ips).take())
            .add(std::move(user_agents).take())
            .add(std::move(source_of).take());
    }

private:
    ArrayText ips;
    ArrayText user_agents;
    Shared<std::pair<std::string, std::string>> source_of;
};

// Empty for a capture of "all of it", which has no currency. A view into `currency`.
std::string_view code_of_currency(money::Currency const& currency) {
    return currency == money::Currency{} ? std::string_view{} : currency.code();
}

Parameters lock_parameters(std::span<TransferOrder const> orders) {
    Secrets secrets(orders);
    ArrayText kinds;
    ArrayText currencies;
    ArrayText debits;
    ArrayText credits;
    for (auto const& order : orders) {
        kinds.add(to_string(order.kind));
        currencies.add(code_of_currency(order.amount.currency));
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

std::string origin_ids(std::span<TransferOrder const> orders) {
    ArrayText ids;
    for (auto const& order : orders) {
        if (order.origin) ids.add(order.origin.value);
    }
    return std::move(ids).take();
}

// The columns of post_batch() from p_request_ids on, in order.
class PostColumns {
public:
    void add(TransferOrder const& order, Decision const& decision) {
        auto const is_kept = is_transfer_status(decision.code);
        next_ = 0;
        column().add(to_string(order.acting.source.request_id));
        column().add(to_string(order.kind));
        column().add(to_string(order.idempotency_id));
        column().add_bytes(order.request_digest);
        add_id(column(), decision.debit_account ? decision.debit_account : order.debit_account);
        add_id(column(), decision.credit_account ? decision.credit_account : order.credit_account);
        order.origin ? column().add(order.origin.value) : column().add_null();
        add_group(order);
        auto const& amount = decision.amount.amount == 0 ? order.amount : decision.amount;
        column().add(amount.amount);
        column().add(code_of_currency(amount.currency));
        column().add(order.reference);
        column().add(order.expires_in_s);
        is_kept ? column().add(word(decision.code)) : column().add_null();
        is_kept ? column().add_null() : column().add(word(decision.code));
        column().add(decision.is_replay);
        column().add(decision.debit_balance);
        column().add(decision.credit_balance);
        column().add(decision.debit_held);
        column().add(decision.available);
        ++count_;
    }
    void add_to(Parameters& parameters) && {
        for (auto& column : columns_) parameters.add(std::move(column).take());
    }

private:
    ArrayText& column() { return columns_[next_++]; }

    // A group's id is the 1-based index of its first order.
    void add_group(TransferOrder const& order) {
        if (order.group == 0) {
            column().add_null();
        } else {
            if (order.group != group_) first_ = count_ + 1;
            column().add(first_);
        }
        group_ = order.group;
    }

    std::array<ArrayText, 19> columns_;
    std::size_t next_ = 0;
    std::int64_t count_ = 0;
    std::uint64_t group_ = 0;
    std::int64_t first_ = 0;
};

Parameters post_parameters(std::span<TransferOrder const> orders,
                           std::span<Decision const> decisions, LockedBatch const& batch) {
    Secrets secrets(orders);
    PostColumns columns;
    for (std::size_t i = 0; i < orders.size(); ++i) columns.add(orders[i], decisions[i]);
    Parameters parameters;
    parameters.add(std::move(secrets.secrets).take()).add(std::move(secrets.secret_of).take());
    Sources(orders).add_to(parameters);
    std::move(columns).add_to(parameters);
    ArrayText ids;
    ArrayText versions;
    for (auto const& [id, account] : batch.accounts) {
        ids.add(id.value);
        versions.add(account.version);
    }
    parameters.add(std::move(ids).take()).add(std::move(versions).take());
    return parameters;
}

api::Limits read_limits(Row& row) {
    api::Limits limits;
    limits.per_transfer = row.optional_integer();
    limits.per_day = row.optional_integer();
    limits.per_week = row.optional_integer();
    limits.per_month = row.optional_integer();
    return limits;
}

std::vector<ledger::LockedAccount> read_accounts(Rows const& rows) {
    std::vector<ledger::LockedAccount> accounts(static_cast<std::size_t>(rows.count()));
    for (int i = 0; i < rows.count(); ++i) {
        auto row = rows[i];
        auto& account = accounts[static_cast<std::size_t>(i)];
        account.id = row.id<AccountId>();
        account.account_no = row.text();
        account.kind = row.word(api::parse_account_kind);
        account.user_id = row.id<UserId>();
        account.currency = row.word(money::parse_currency);
        account.balance = row.integer();
        account.held = row.integer();
        account.overdraft_limit = row.optional_integer();
        account.minimum_balance = row.integer();
        account.limits = read_limits(row);
        account.spending.today = row.integer();
        account.spending.this_week = row.integer();
        account.spending.this_month = row.integer();
        account.is_locked = row.boolean();
        account.is_debit_frozen = row.boolean();
        account.is_credit_frozen = row.boolean();
        account.is_closed = row.boolean();
        account.version = row.integer();
    }
    return accounts;
}

void read_authorities(Rows const& rows, std::span<TransferOrder const> orders, LockedBatch& batch) {
    BANK_CHECK(rows.count() == static_cast<int>(orders.size()));
    for (int i = 0; i < rows.count(); ++i) {
        auto row = rows[i];
        auto const& order = orders[static_cast<std::size_t>(i)];
        ledger::OrderAuthority authority;
        authority.is_live = row.boolean();
        authority.user_id = row.id<UserId>();
        auto const role = api::parse_role(row.text());
        authority.has_pin_authorization = row.boolean() && ledger::needs_no_pin(order);
        authority.may_move_cash = row.boolean();
        authority.cash_account = row.id<AccountId>();
        authority.role_limits = read_limits(row);
        if (role) authority.role = *role;
        authority.is_live = authority.is_live && role == order.acting.role;
        batch.authorities.push_back(authority);
    }
}

void read_origins(Rows const& rows, LockedBatch& batch) {
    for (int i = 0; i < rows.count(); ++i) {
        auto row = rows[i];
        ledger::Origin origin;
        origin.id = row.id<TransferId>();
        origin.kind = row.word(api::parse_transfer_kind);
        origin.status = row.word(code_of);
        origin.debit_account = row.id<AccountId>();
        origin.credit_account = row.id<AccountId>();
        origin.amount.amount = row.integer();
        origin.amount.currency = row.word(money::parse_currency);
        origin.is_settled = row.boolean();
        origin.is_past = row.boolean();
        batch.origins.emplace(origin.id, origin);
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

// What post_batch() returns.
struct PostedBatch {
    std::vector<ledger::Posted> posted;
    OwnRecords records;
};

OwnRecords read_records(Row& row) {
    row.skip();
    row.skip();
    row.skip();
    OwnRecords records;
    records.xid = static_cast<std::uint64_t>(row.integer());
    records.leaves = row.bytes();
    records.acts = static_cast<std::int64_t>(records.leaves.size() / sizeof(crypto::Sha256Digest));
    return records;
}

PostedBatch read_batch(Rows const& rows, std::size_t count) {
    PostedBatch batch{std::vector<ledger::Posted>(count), {}};
    auto& posted = batch.posted;
    for (int i = 0; i < rows.count(); ++i) {
        auto row = rows[i];
        auto const order_no = row.integer();
        if (order_no == 0) {
            batch.records = read_records(row);
            continue;
        }
        auto const place = static_cast<std::size_t>(order_no) - 1;
        BANK_CHECK(place < posted.size());
        auto& item = posted[place];
        item.id = row.id<TransferId>();
        item.created_at = row.time();
        if (auto const expires_at = row.optional_integer()) item.expires_at = {{*expires_at}};
    }
    return batch;
}

}  // namespace

LaneStorePg::~LaneStorePg() {
    abandon();
}

void LaneStorePg::abandon() noexcept {
    if (!std::exchange(is_open_, false)) return;
    if (!connection_->run(rollback_statement)) connection_.reset();
}

Status LaneStorePg::connect() {
    if (connection_ && !connection_->is_idle()) connection_.reset();
    if (connection_) return Done{};
    auto connected = connector_.connect();
    if (!connected) return connected.error();
    connection_ = std::move(connected).value();
    return Done{};
}

Result<std::vector<ledger::LockedAccount>> LaneStorePg::read(std::span<AccountId const> ids) {
    abandon();
    if (auto const connected = connect(); !connected) return connected.error();
    ArrayText wanted;
    for (auto const id : ids) wanted.add(id.value);
    Parameters parameters;
    parameters.add(std::move(wanted).take());
    auto const rows = connection_->run(read_accounts_statement, parameters);
    if (connection_->is_lost()) connection_.reset();
    if (!rows) return rows.error();
    return read_accounts(*rows);
}

Result<LockedBatch> LaneStorePg::lock(std::span<TransferOrder const> orders) {
    abandon();
    auto lock = lock_parameters(orders);
    auto authorities = lock_parameters(orders);
    lock.add(origin_ids(orders));
    Sources(orders).add_to(lock);
    authorities.add(idempotency_ids(orders));
    Parameters origins;
    origins.add(origin_ids(orders));
    Parameters known;
    known.add(idempotency_ids(orders));
    Parameters const none;
    std::array const calls{Call{&begin_statement, &none}, Call{&lock_batch_statement, &lock},
                           Call{&authorities_statement, &authorities},
                           Call{&origins_statement, &origins}, Call{&known_statement, &known}};
    if (auto const connected = connect(); !connected) return connected.error();
    auto outcome = connection_->pipeline(calls);
    is_open_ = !outcome.is_lost;
    if (outcome.is_lost) connection_.reset();
    if (outcome.error) {
        abandon();
        return *std::move(outcome.error);
    }
    LockedBatch batch;
    for (auto& account : read_accounts(outcome.rows[1])) {
        batch.accounts.emplace(account.id, std::move(account));
    }
    read_authorities(outcome.rows[2], orders, batch);
    read_origins(outcome.rows[3], batch);
    read_known(outcome.rows[4], batch);
    // A cash drawer opened between the two statements is not locked: retry the batch.
    for (auto const& authority : batch.authorities) {
        if (!authority.cash_account || batch.accounts.contains(authority.cash_account)) continue;
        abandon();
        return Error{Code::overloaded, "a cash account appeared while the batch was locked"};
    }
    return batch;
}

Result<std::vector<ledger::Posted>> LaneStorePg::post(std::span<TransferOrder const> orders,
                                                      std::span<Decision const> decisions,
                                                      LockedBatch const& batch) {
    BANK_CHECK(orders.size() == decisions.size());
    auto const is_locked = is_open_;
    auto const rows = send(post_parameters(orders, decisions, batch), is_locked);
    if (!rows) return rows.error();
    auto stored = read_batch(*rows, decisions.size());
    auto const count = static_cast<std::int64_t>(orders.size());
    auto mac = sign_own_records(stored.records, {count, count}, connection_->signer());
    if (!mac || !*mac) {
        abandon();
        return Error{Code::decision_refused, mac ? "no records" : mac.error().detail};
    }
    if (auto const committed = commit(**mac); !committed) return committed.error();
    return std::move(stored.posted);
}

// The result of post_batch().
Result<Rows> LaneStorePg::send(Parameters const& parameters, bool is_locked) {
    Parameters const none;
    std::array const all{Call{&begin_statement, &none}, Call{&post_batch_statement, &parameters}};
    std::span<Call const> calls(all);
    if (is_locked) {
        calls = calls.subspan(1);
    } else if (auto const connected = connect(); !connected) {
        return connected.error();
    }
    is_open_ = true;
    auto outcome = connection_->pipeline(calls);
    if (!outcome.error) return std::move(outcome.rows.back());
    if (outcome.is_lost) {
        is_open_ = false;
        connection_.reset();
        return Error{Code::storage_unavailable, outcome.error->detail};
    }
    abandon();
    // Locked accounts cannot be stale: the batch was decided on an account that was never read.
    if (is_locked && outcome.sqlstate == out_of_date) outcome.error->code = Code::decision_refused;
    // But a request with the same id may have been posted meanwhile on other accounts.
    if (outcome.constraint == one_decision_per_id) outcome.error->code = Code::overloaded;
    return *std::move(outcome.error);
}

Status LaneStorePg::commit(Parameters const& mac) {
    Parameters const none;
    std::array const calls{Call{&sign_records_statement, &mac}, Call{&commit_statement, &none}};
    auto outcome = connection_->pipeline(calls);
    if (outcome.is_lost) {
        is_open_ = false;
        connection_.reset();
        // If the server itself rejected the MAC, COMMIT had nothing to commit. Otherwise both were
        // sent, and only the idempotency ids can settle the outcome.
        auto const is_refused = outcome.rows.empty() && !outcome.sqlstate.empty();
        return Error{is_refused ? Code::storage_unavailable : Code::outcome_unknown,
                     outcome.error->detail};
    }
    if (outcome.error) {
        // COMMIT itself can fail, for example on a full disk; nothing was stored then either.
        abandon();
        return *std::move(outcome.error);
    }
    is_open_ = false;
    return check_commit(outcome.rows.back().command_tag());
}

}  // namespace bank::postgres
