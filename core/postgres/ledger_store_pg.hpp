// Accounts, their history and the ledger's check on PostgreSQL.
#pragma once
#include "core/ledger/ledger_store.hpp"
#include "core/money/iban.hpp"
#include "core/postgres/pool.hpp"

namespace bank::postgres {

class LedgerStorePg final : public ledger::LedgerStore {
public:
    // `pool` must outlive the store. `iban` makes the numbers of new accounts.
    LedgerStorePg(Pool& pool, money::IbanPrefix iban) : pool_(pool), iban_(std::move(iban)) {}

    Result<api::Account> open_account(storage::Acting const& acting,
                                      api::OpenAccountRequest const& request,
                                      std::string const& pin_record) override;
    Result<api::Page<api::Account>> list_accounts(storage::Acting const& acting,
                                                  api::ListAccountsRequest const& request) override;
    Result<api::Account> find_account(storage::Acting const& acting, AccountId id) override;
    Result<std::optional<AccountId>> resolve_account_no(std::string const& account_no) override;
    Result<api::Account> lock_account(storage::Acting const& acting,
                                      api::LockAccountRequest const& request) override;
    Result<api::Account> unlock_account(storage::Acting const& acting, AccountId id) override;
    Result<api::Account> close_account(storage::Acting const& acting, AccountId id) override;
    Result<api::Account> set_overdraft(storage::Acting const& acting,
                                       api::SetOverdraftRequest const& request) override;
    Result<api::Page<api::HistoryEntry>> history(storage::Acting const& acting,
                                                 api::HistoryRequest const& request) override;
    Result<api::Transfer> find_transfer(storage::Acting const& acting, TransferId id) override;
    Result<api::LedgerReport> check_ledger(storage::Acting const& acting) override;

    // The bank's own accounts of a currency, and drawers for those who are tellers already.
    Status keep_currency(money::Currency currency);

private:
    Pool& pool_;
    money::IbanPrefix iban_;
};

}  // namespace bank::postgres
