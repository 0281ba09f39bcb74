#include "core/postgres/ledger_store_pg.hpp"

#include <fmt/format.h>

#include <chrono>
#include <limits>

#include "core/postgres/client/acting_call.hpp"
#include "core/postgres/client/array_text.hpp"
#include "core/postgres/client/transfer_row.hpp"

namespace bank::postgres {
namespace {

#define ACCOUNT_COLUMNS                                                                        \
    "a.id, a.account_no, a.name, a.kind, a.user_id, a.owner, a.currency, a.balance, a.held,"   \
    " a.available, a.overdraft_limit, a.minimum_balance, a.limit_per_transfer,"                \
    " a.limit_per_day, a.limit_per_week, a.limit_per_month, a.spent_today, a.spent_this_week," \
    " a.spent_this_month, a.has_pin, a.is_locked, a.lock_reason, a.is_debit_frozen,"           \
    " a.is_credit_frozen, a.freeze_reason, a.is_closed, bank.us(a.created_at)"

constexpr Statement find_account_statement{
    "find_account", "select " ACCOUNT_COLUMNS " from bank.account_rows a where a.id = $1"};
constexpr Statement list_accounts_statement{
    "list_accounts", "select " ACCOUNT_COLUMNS
                     " from bank.account_rows a"
                     " where ($1::text is null or a.user_id = (select bank.account_owner_id($1)))"
                     " and ($2::text is null or a.account_no = $2)"
                     " and ($3::bank.account_kind is null or a.kind = $3)"
                     " and ($4::text is null or starts_with(a.account_no, upper($4))"
                     " or right(a.account_no, length($4)) = upper($4)"
                     " or strpos(lower(a.name), lower($4)) > 0"
                     " or a.user_id in (select bank.account_owner_ids($4)))"
                     " and a.id > $5 order by a.id limit $6"};
#undef ACCOUNT_COLUMNS

constexpr Statement resolve_account_no_statement{"resolve_account_no",
                                                 "select bank.resolve_account_no($1)"};
constexpr Statement is_decided_statement{
    "is_decided", "select exists (select from bank.batch_known(array[$1::uuid]))"};
constexpr Statement draw_account_id_statement{"draw_account_id", "select bank.draw_account_id()"};
constexpr Statement open_account_statement{
    "open_account", "select a.status, a.account_id from bank.open_account(" BANK_SQL_CALLER
                    ", $5, $6, $7, $8, $9, $10, $11) a"};
constexpr Statement lock_account_statement{
    "lock_account",
    "select a.status, a.account_id from bank.lock_account(" BANK_SQL_CALLER ", $5, $6) a"};
constexpr Statement unlock_account_statement{
    "unlock_account",
    "select a.status, a.account_id from bank.unlock_account(" BANK_SQL_CALLER ", $5, $6) a"};
constexpr Statement close_account_statement{
    "close_account",
    "select a.status, a.account_id from bank.close_account(" BANK_SQL_CALLER ", $5) a"};
constexpr Statement hold_that_pays_statement{"hold_that_pays", "select bank.hold_that_pays($1)"};
constexpr Statement set_overdraft_statement{
    "set_overdraft",
    "select a.status, a.account_id from bank.set_overdraft(" BANK_SQL_CALLER ", $5, $6) a"};
constexpr Statement set_limits_statement{
    "set_limits", "select a.status, a.account_id from bank.set_limits(" BANK_SQL_CALLER
                  ", $5, $6, $7, $8, $9, $10) a"};
constexpr Statement rename_account_statement{
    "rename_account",
    "select a.status, a.account_id from bank.rename_account(" BANK_SQL_CALLER ", $5, $6) a"};
constexpr Statement freeze_account_statement{
    "freeze_account", "select a.status, a.account_id from bank.freeze_account(" BANK_SQL_CALLER
                      ", $5, $6, $7, $8) a"};

constexpr Statement sees_account_statement{"sees_account",
                                           "select 1 from bank.accounts a where a.id = $1"};
constexpr Statement history_statement{
    "history",
    "select h.id, h.id / 2, h.account_id, h.type, h.amount, h.balance, h.counterparty_no,"
    " h.reference, bank.us(h.\"timestamp\")"
    " from bank.account_history($1, $2, $3, $4, $5) h"};
constexpr Statement balance_statement{
    "balance",
    "select b.currency, b.balance, b.entry_id, bank.us(coalesce($2, now()))"
    " from bank.balance_at($1, $2) b"};
constexpr Statement find_transfer_statement{
    "find_transfer", "select " BANK_SQL_TRANSFER_COLUMNS " from bank.find_transfer($1) t"};
constexpr Statement list_transfers_statement{"list_transfers",
                                             "select " BANK_SQL_TRANSFER_COLUMNS
                                             " from bank.list_transfers($1, $2, $3, $4, $5) t"};

constexpr Statement one_snapshot_statement{"", "set transaction isolation level repeatable read"};
constexpr Statement long_statement{"", "set local statement_timeout = '10min'"};
constexpr Statement begin_check_statement{"", "select bank.begin_check(" BANK_SQL_CALLER ")"};
constexpr RareStatement check_sums_statement{
    "select s.currency, s.entries, s.balances from bank.check_sums() s", 3};
constexpr RareStatement check_counts_statement{
    "select c.accounts, c.transfers, c.entries from bank.check_counts() c", 3};
constexpr RareStatement check_findings_statement{"select bank.check_findings(100)", 1};
constexpr std::chrono::minutes check_patience{11};
constexpr std::chrono::seconds usual_patience{12};

constexpr RareStatement missing_own_accounts_statement{
    "select m.kind, m.user_id, m.id from bank.missing_own_accounts($1) m", 3};
constexpr RareStatement keep_currency_statement{
    "select bank.keep_currency($1, $2::bank.account_kind[], $3, $4, $5)", 1};
constexpr RareStatement keep_customer_cash_statement{"select bank.keep_customer_cash($1)", 1};

api::Account read_account(Row& row) {
    api::Account account;
    account.id = row.id<AccountId>();
    account.account_no = row.text();
    account.name = row.text();
    account.kind = row.word(api::parse_account_kind);
    account.user_id = row.id<UserId>();
    account.owner = row.text();
    account.currency = row.word(money::parse_currency);
    account.balance = row.integer();
    account.held = row.integer();
    account.available = row.integer();
    account.overdraft_limit = row.integer();
    account.minimum_balance = row.integer();
    account.limits.per_transfer = row.optional_integer();
    account.limits.per_day = row.optional_integer();
    account.limits.per_week = row.optional_integer();
    account.limits.per_month = row.optional_integer();
    account.spending.today = row.integer();
    account.spending.this_week = row.integer();
    account.spending.this_month = row.integer();
    account.has_pin = row.boolean();
    account.is_locked = row.boolean();
    account.lock_reason = row.text();
    account.is_debit_frozen = row.boolean();
    account.is_credit_frozen = row.boolean();
    account.freeze_reason = row.text();
    account.is_closed = row.boolean();
    account.created_at = row.time();
    return account;
}

Result<api::Account> changed_account(Result<Rows> const& rows) {
    if (!rows) return rows.error();
    if (rows->count() == 0) return Error{Code::internal_error, "a changed account cannot be read"};
    auto row = (*rows)[0];
    return read_account(row);
}

}  // namespace

Result<AccountId> LedgerStorePg::draw_account_id() {
    auto const drawn = run_alone(pool_, draw_account_id_statement, {});
    if (!drawn) return drawn.error();
    return AccountId{(*drawn)[0].integer()};
}

Result<api::Account> LedgerStorePg::open_account(access::Acting const& acting, AccountId id,
                                                 api::OpenAccountRequest const& request,
                                                 std::string const& pin_record) {
    auto const account_no = money::make_iban(iban_, id.value);
    if (!account_no) return Error{Code::internal_error, "account numbers are used up"};

    auto parameters = Parameters::caller(acting);
    parameters.add(id.value)
        .add(*account_no)
        .add(request.owner)
        .add(request.name)
        .add(request.currency.code())
        .add(request.overdraft_limit)
        .add(pin_record);
    return changed_account(act_and_read(pool_, acting, audit::Action::open_account,
                                        open_account_statement, parameters,
                                        find_account_statement));
}

Result<api::Page<api::Account>> LedgerStorePg::list_accounts(
    access::Acting const& acting, api::ListAccountsRequest const& request) {
    auto const after = first_key(request.page, api::List::accounts, 0);
    if (!after) return after.error();
    Parameters parameters;
    parameters.add_unless_empty(request.owner)
        .add_unless_empty(request.account_no)
        .add_unless_empty(request.kind ? to_string(*request.kind) : std::string_view{})
        .add_unless_empty(request.search)
        .add(*after)
        .add(std::int64_t{request.page.limit} + 1);
    auto const rows = read_as(pool_, acting, list_accounts_statement, parameters);
    if (!rows) return rows.error();
    return page_of<api::Account>(*rows, request.page, api::List::accounts,
                                 [](Row row) { return read_account(row); });
}

Result<api::Account> LedgerStorePg::find_account(access::Acting const& acting, AccountId id) {
    Parameters parameters;
    parameters.add(id.value);
    auto const rows = read_as(pool_, acting, find_account_statement, parameters);
    if (!rows) return rows.error();
    if (rows->count() == 0) return Code::account_not_found;
    auto row = (*rows)[0];
    return read_account(row);
}

Result<std::optional<AccountId>> LedgerStorePg::resolve_account_no(std::string const& account_no) {
    Parameters parameters;
    parameters.add(account_no);
    auto const rows = run_alone(pool_, resolve_account_no_statement, parameters);
    if (!rows) return rows.error();
    auto const id = (*rows)[0].id<AccountId>();
    return id ? std::optional{id} : std::optional<AccountId>{};
}

Result<bool> LedgerStorePg::is_decided(Uuid const& idempotency_id) {
    Parameters parameters;
    parameters.add(to_string(idempotency_id));
    auto const rows = run_alone(pool_, is_decided_statement, parameters);
    if (!rows) return rows.error();
    return (*rows)[0].boolean();
}

Result<api::Account> LedgerStorePg::lock_account(access::Acting const& acting,
                                                 api::LockAccountRequest const& request) {
    auto parameters = Parameters::caller(acting);
    parameters.add(request.account_id.value).add(request.reason);
    return changed_account(act_and_read(pool_, acting, audit::Action::lock_account,
                                        lock_account_statement, parameters,
                                        find_account_statement));
}

Result<api::Account> LedgerStorePg::unlock_account(access::Acting const& acting,
                                                   api::UnlockAccountRequest const& request) {
    auto parameters = Parameters::caller(acting);
    parameters.add(request.account_id.value).add(request.reason);
    return changed_account(act_and_read(pool_, acting, audit::Action::unlock_account,
                                        unlock_account_statement, parameters,
                                        find_account_statement));
}

Result<api::Account> LedgerStorePg::close_account(access::Acting const& acting, AccountId id) {
    auto parameters = Parameters::caller(acting);
    parameters.add(id.value);
    auto closed =
        changed_account(act_and_read(pool_, acting, audit::Action::close_account,
                                     close_account_statement, parameters, find_account_statement));
    if (closed.ok() || closed.code() != Code::payee_of_open_hold) return closed;
    Parameters account;
    account.add(id.value);
    auto const rows = run_alone(pool_, hold_that_pays_statement, account);
    if (!rows) return closed;  // Refused anyway.
    if (auto const hold = (*rows)[0].id<TransferId>()) {
        closed.error().message = fmt::format(
            "Hold {} still pays this account: capture or release it first.", hold.value);
    }
    return closed;
}

Result<api::Account> LedgerStorePg::set_overdraft(access::Acting const& acting,
                                                  api::SetOverdraftRequest const& request) {
    auto parameters = Parameters::caller(acting);
    parameters.add(request.account_id.value).add(request.overdraft_limit);
    return changed_account(act_and_read(pool_, acting, audit::Action::set_overdraft,
                                        set_overdraft_statement, parameters,
                                        find_account_statement));
}

Result<api::Account> LedgerStorePg::set_limits(access::Acting const& acting,
                                               api::SetLimitsRequest const& request) {
    auto const& limits = request.limits;
    auto parameters = Parameters::caller(acting);
    parameters.add(request.account_id.value)
        .add(limits.per_transfer)
        .add(limits.per_day)
        .add(limits.per_week)
        .add(limits.per_month)
        .add(request.minimum_balance);
    return changed_account(act_and_read(pool_, acting, audit::Action::set_limits,
                                        set_limits_statement, parameters, find_account_statement));
}

Result<api::Account> LedgerStorePg::rename_account(access::Acting const& acting,
                                                   api::RenameAccountRequest const& request) {
    auto parameters = Parameters::caller(acting);
    parameters.add(request.account_id.value).add(request.name);
    return changed_account(act_and_read(pool_, acting, audit::Action::rename_account,
                                        rename_account_statement, parameters,
                                        find_account_statement));
}

Result<api::Account> LedgerStorePg::freeze_account(access::Acting const& acting,
                                                   api::FreezeAccountRequest const& request) {
    auto parameters = Parameters::caller(acting);
    parameters.add(request.account_id.value)
        .add(request.is_debit_frozen)
        .add(request.is_credit_frozen)
        .add(request.reason);
    return changed_account(act_and_read(pool_, acting, audit::Action::freeze_account,
                                        freeze_account_statement, parameters,
                                        find_account_statement));
}

Result<api::Page<api::HistoryEntry>> LedgerStorePg::history(access::Acting const& acting,
                                                            api::HistoryRequest const& request) {
    constexpr std::int64_t from_the_newest = 0;
    auto const before = first_key(request.page, api::List::history, from_the_newest);
    if (!before) return before.error();
    auto transaction = Transaction::enter(pool_, acting);
    if (!transaction) return std::move(transaction).error();
    Parameters account;
    account.add(request.account_id.value);
    auto const seen = transaction->run(sees_account_statement, account);
    if (!seen) return seen.error();
    if (seen->count() == 0) return Code::account_not_found;

    Parameters parameters;
    parameters.add(request.account_id.value)
        .add(EntryId{*before})
        .add(request.from)
        .add(request.until)
        .add(std::int64_t{request.page.limit} + 1);
    auto const rows = transaction->run(history_statement, parameters);
    if (!rows) return rows.error();
    return page_of<api::HistoryEntry>(*rows, request.page, api::List::history, [](Row row) {
        api::HistoryEntry entry;
        entry.id = row.id<EntryId>();
        entry.transfer_id = row.id<TransferId>();
        entry.account_id = row.id<AccountId>();
        entry.kind = row.word(api::parse_transfer_kind);
        entry.amount = row.integer();
        entry.balance = row.integer();
        entry.counterparty_account_no = row.text();
        entry.reference = row.text();
        entry.created_at = row.time();
        return entry;
    });
}

Result<api::Balance> LedgerStorePg::balance(access::Acting const& acting,
                                            api::BalanceRequest const& request) {
    Parameters parameters;
    parameters.add(request.account_id.value).add(request.at);
    auto const rows = read_as(pool_, acting, balance_statement, parameters);
    if (!rows) return rows.error();
    if (rows->count() == 0) return Code::account_not_found;
    auto row = (*rows)[0];
    api::Balance balance;
    balance.account_id = request.account_id;
    balance.currency = row.word(money::parse_currency);
    balance.balance = row.integer();
    balance.entry_id = row.id<EntryId>();
    balance.at = row.time();
    return balance;
}

Result<api::Transfer> LedgerStorePg::find_transfer(access::Acting const& acting, TransferId id) {
    Parameters parameters;
    parameters.add(id.value);
    auto const rows = read_as(pool_, acting, find_transfer_statement, parameters);
    if (!rows) return rows.error();
    if (rows->count() == 0) return Code::not_found;
    auto row = (*rows)[0];
    return read_transfer(row);
}

Result<api::Page<api::Transfer>> LedgerStorePg::list_transfers(
    access::Acting const& acting, api::ListTransfersRequest const& request) {
    constexpr std::int64_t from_the_newest = 0;
    auto const before = first_key(request.page, api::List::transfers, from_the_newest);
    if (!before) return before.error();
    Parameters parameters;
    parameters.add(TransferId{*before})
        .add(request.account_id)
        .add(request.kind ? to_string(*request.kind) : std::string_view{})
        .add(request.status ? word(*request.status) : std::string_view{})
        .add(std::int64_t{request.page.limit} + 1);
    auto const rows = read_as(pool_, acting, list_transfers_statement, parameters);
    if (!rows) return rows.error();
    return page_of<api::Transfer>(*rows, request.page, api::List::transfers,
                                  [](Row row) { return read_transfer(row); });
}

Result<api::LedgerReport> LedgerStorePg::check_ledger(access::Acting const& acting) {
    auto transaction = Transaction::begin_as(pool_, acting);
    if (!transaction) return std::move(transaction).error();
    for (auto const* statement : {&one_snapshot_statement, &long_statement}) {
        if (auto const set = transaction->run(*statement); !set) return set.error();
    }
    auto const begun = transaction->run(begin_check_statement, Parameters::caller(acting));
    if (!begun) {
        record_if_denied(pool_, acting, audit::Action::check_ledger, begun.error());
        return begun.error();
    }
    if (auto const status = status_of((*begun)[0].text()); !status) {
        auto const committed = transaction->commit(one_record);
        return committed ? status.error() : committed.error();
    }
    transaction->set_patience(check_patience);
    auto const sums = transaction->run(check_sums_statement);
    if (!sums) return sums.error();
    auto const counts = transaction->run(check_counts_statement);
    if (!counts) return counts.error();
    auto const findings = transaction->run(check_findings_statement);
    if (!findings) return findings.error();
    transaction->set_patience(usual_patience);
    if (auto const committed = transaction->commit(one_record); !committed)
        return committed.error();

    api::LedgerReport report;
    for (int i = 0; i < sums->count(); ++i) {
        auto row = (*sums)[i];
        api::LedgerReport::Sum sum;
        sum.currency = row.word(money::parse_currency);
        sum.entries = row.integer();
        sum.balances = row.integer();
        report.sums.push_back(sum);
    }
    auto row = (*counts)[0];
    report.accounts = row.integer();
    report.transfers = row.integer();
    report.entries = row.integer();
    for (int i = 0; i < findings->count(); ++i) report.findings.push_back({(*findings)[i].text()});
    report.is_sound = report.findings.empty();
    return report;
}

Status LedgerStorePg::keep_currency(money::Currency currency) {
    Parameters wanted;
    wanted.add(currency.code());
    auto const missing = run_alone(pool_, missing_own_accounts_statement, wanted);
    if (!missing) return missing.error();
    if (missing->count() == 0) return Done{};
    ArrayText kinds;
    ArrayText user_ids;
    ArrayText ids;
    ArrayText account_nos;
    for (int i = 0; i < missing->count(); ++i) {
        auto row = (*missing)[i];
        kinds.add(row.text());
        auto const user_id = row.optional_integer();
        user_id ? user_ids.add(*user_id) : user_ids.add_null();
        auto const id = row.integer();
        auto const account_no = money::make_iban(iban_, id);
        if (!account_no) return Error{Code::internal_error, "account numbers are used up"};
        ids.add(id);
        account_nos.add(*account_no);
    }
    Parameters parameters;
    parameters.add(currency.code())
        .add(std::move(kinds).take())
        .add(std::move(user_ids).take())
        .add(std::move(ids).take())
        .add(std::move(account_nos).take());
    // One for each account; another daemon may be making the same ones.
    auto const kept = act_alone(pool_, keep_currency_statement, parameters, {0, missing->count()});
    if (!kept) return kept.error();
    return Done{};
}

Result<bool> LedgerStorePg::keep_customer_cash(bool wanted) {
    Parameters parameters;
    parameters.add(wanted);
    auto const kept = act_alone(pool_, keep_customer_cash_statement, parameters, {0, 1});
    if (!kept) return kept.error();
    return (*kept)[0].boolean();
}

}  // namespace bank::postgres
