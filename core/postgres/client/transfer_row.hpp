// The SQL columns of a decided request.
#pragma once
#include "core/api/transfers.hpp"
#include "core/postgres/client/rows.hpp"

#define BANK_SQL_TRANSFER_COLUMNS                                                        \
    "t.id, t.kind, t.status, t.debit_account_no, t.credit_account_no, t.origin_id,"      \
    " t.amount, t.currency, t.reference, bank.us(t.expires_at), t.balance, t.available," \
    " t.balance_currency, t.entry_id, bank.us(t.created_at)"

namespace bank::postgres {
// Reads those columns.
[[nodiscard]] api::Transfer read_transfer(Row& row);
}  // namespace bank::postgres
