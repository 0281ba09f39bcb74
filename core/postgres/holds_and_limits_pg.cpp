// LedgerStorePg: holds and role limits.
#include "core/postgres/client/acting_call.hpp"
#include "core/postgres/ledger_store_pg.hpp"

namespace bank::postgres {
namespace {

#define HOLD_COLUMNS                                                                \
    "h.id, h.state, h.debit_account_no, h.credit_account_no, h.amount, h.currency," \
    " h.captured_amount, h.reference, bank.us(h.created_at), bank.us(h.expires_at), h.settled_by"

constexpr Statement find_hold_statement{"find_hold",
                                        "select " HOLD_COLUMNS " from bank.find_hold($1) h"};
constexpr Statement account_holds_statement{
    "account_holds", "select " HOLD_COLUMNS " from bank.account_holds($1, $2, $3) h"};

#undef HOLD_COLUMNS

constexpr Statement role_limits_statement{
    "role_limits",
    "select l.role, l.currency, l.per_transfer, l.per_day, l.per_week, l.per_month"
    " from bank.role_limits l"
    " where coalesce(l.per_transfer, l.per_day, l.per_week, l.per_month) is not null"
    " order by l.role, l.currency"};
constexpr Statement set_role_limits_statement{"set_role_limits",
                                              "select bank.set_role_limits(" BANK_SQL_CALLER
                                              ", $5::bank.role, $6, $7, $8, $9, $10)"};

api::Hold read_hold(Row row) {
    api::Hold hold;
    hold.id = row.id<TransferId>();
    hold.state = row.word(api::parse_hold_state);
    hold.debit_account_no = row.text();
    hold.credit_account_no = row.text();
    hold.amount.amount = row.integer();
    hold.amount.currency = row.word(money::parse_currency);
    hold.captured_amount = row.integer();
    hold.reference = row.text();
    hold.created_at = row.time();
    hold.expires_at = row.time();
    hold.settled_by = row.id<TransferId>();
    return hold;
}

}  // namespace

Result<api::Page<api::Hold>> LedgerStorePg::list_holds(access::Acting const& acting,
                                                       api::ListHoldsRequest const& request) {
    auto const after = first_key(request.page, api::List::holds, 0);
    if (!after) return after.error();
    Parameters parameters;
    parameters.add(request.account_id.value).add(*after).add(std::int64_t{request.page.limit} + 1);
    auto const rows = read_as(pool_, acting, account_holds_statement, parameters);
    if (!rows) return rows.error();
    return page_of<api::Hold>(*rows, request.page, api::List::holds, read_hold);
}

Result<api::Hold> LedgerStorePg::find_hold(access::Acting const& acting, TransferId id) {
    Parameters parameters;
    parameters.add(id.value);
    auto const rows = read_as(pool_, acting, find_hold_statement, parameters);
    if (!rows) return rows.error();
    if (rows->count() == 0) return Code::not_found;
    return read_hold((*rows)[0]);
}

Result<std::vector<api::RoleLimits>> LedgerStorePg::list_role_limits(access::Acting const& acting) {
    auto const rows = read_as(pool_, acting, role_limits_statement, {});
    if (!rows) return rows.error();
    std::vector<api::RoleLimits> all;
    for (int i = 0; i < rows->count(); ++i) {
        auto row = (*rows)[i];
        auto& one = all.emplace_back();
        one.role = row.word(api::parse_role);
        one.currency = row.word(money::parse_currency);
        one.limits.per_transfer = row.optional_integer();
        one.limits.per_day = row.optional_integer();
        one.limits.per_week = row.optional_integer();
        one.limits.per_month = row.optional_integer();
    }
    return all;
}

Status LedgerStorePg::set_role_limits(access::Acting const& acting,
                                      api::RoleLimits const& request) {
    auto parameters = Parameters::caller(acting);
    parameters.add(to_string(request.role))
        .add(request.currency.code())
        .add(request.limits.per_transfer)
        .add(request.limits.per_day)
        .add(request.limits.per_week)
        .add(request.limits.per_month);
    auto const rows =
        act(pool_, acting, audit::Action::set_role_limits, set_role_limits_statement, parameters);
    if (!rows) return rows.error();
    return Done{};
}

}  // namespace bank::postgres
