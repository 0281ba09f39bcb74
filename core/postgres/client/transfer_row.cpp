#include "core/postgres/client/transfer_row.hpp"

#include "core/money/currency.hpp"

namespace bank::postgres {

api::Transfer read_transfer(Row& row) {
    api::Transfer transfer;
    transfer.id = row.id<TransferId>();
    transfer.kind = row.word(api::parse_transfer_kind);
    transfer.status = row.word(code_of);
    transfer.debit_account_no = row.text();
    transfer.credit_account_no = row.text();
    transfer.origin = row.id<TransferId>();
    transfer.amount.amount = row.integer();
    transfer.amount.currency = row.word(money::parse_currency);
    transfer.reference = row.text();
    if (auto const expires_at = row.optional_integer()) transfer.expires_at = {{*expires_at}};
    transfer.balance = row.integer();
    transfer.available = row.integer();
    transfer.balance_currency = row.word(money::parse_currency);
    transfer.entry_id = row.id<EntryId>();
    transfer.created_at = row.time();
    return transfer;
}

}  // namespace bank::postgres
