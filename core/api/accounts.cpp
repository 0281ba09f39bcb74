#include "core/api/accounts.hpp"

#include "core/api/describe.hpp"
#include "core/base/bounds.hpp"

namespace bank::api {
namespace {

constexpr std::string_view example_pin = "\"4711\"";

void* side_of(void* entry) {
    static auto debit = Side::debit;
    static auto credit = Side::credit;
    return static_cast<HistoryEntry*>(entry)->amount < 0 ? &debit : &credit;
}

}  // namespace

BANK_DESCRIBE(Limits, "Limits",
              field<&Limits::per_transfer>("per_transfer",
                                           "The largest amount that one transaction may debit; "
                                           "null: no limit.",
                                           "100000")
                  .in_owners_currency()
                  .bounded(0, bounds::amount_max),
              field<&Limits::per_day>("per_day", "The largest total per UTC day.", "200000")
                  .in_owners_currency()
                  .bounded(0, bounds::amount_max),
              field<&Limits::per_week>("per_week",
                                       "The largest total per UTC week, which begins on Monday.",
                                       "null")
                  .in_owners_currency()
                  .bounded(0, bounds::amount_max),
              field<&Limits::per_month>("per_month", "The largest total per UTC month.", "null")
                  .in_owners_currency()
                  .bounded(0, bounds::amount_max))

BANK_DESCRIBE(
    Spending, "Spending",
    field<&Spending::today>("today", "Debits of this UTC day that limits count.", "2500")
        .in_owners_currency(),
    field<&Spending::this_week>("this_week", "The same for the week.", "2500").in_owners_currency(),
    field<&Spending::this_month>("this_month", "The same for the month.", "12500")
        .in_owners_currency())

BANK_DESCRIBE(
    Account, "Account", field<&Account::id>("id", "Id of the account.", "12"),
    field<&Account::account_no>("account_no", "IBAN.", example_account_no),
    field<&Account::name>("name", "Name of the account.", "\"Household\""),
    field<&Account::kind>("kind", "customer, or an account of the bank itself.", "\"customer\""),
    field<&Account::owner>("owner", "Username of the owner; null for the bank's own accounts.",
                           "\"alice\"")
        .as(Appearance::null_if_empty),
    field<&Account::user_id>("user_id", "Id of the owner.", "7").as(Appearance::null_if_empty),
    field<&Account::currency>("currency", "Currency of the account (ISO 4217).", "\"EUR\""),
    amount<&Account::balance, &Account::currency>("balance", "Sum of all entries.", "12345"),
    amount<&Account::held, &Account::currency>("held", "Sum of the pending holds.", "0"),
    amount<&Account::available, &Account::currency>(
        "available",
        "Available balance: balance, less pending holds and the minimum balance, plus the "
        "overdraft limit.",
        "12345"),
    amount<&Account::overdraft_limit, &Account::currency>("overdraft_limit",
                                                          "How far below zero the balance may go.",
                                                          "0"),
    amount<&Account::minimum_balance, &Account::currency>(
        "minimum_balance", "Amount that debits must leave in the account.", "0"),
    field<&Account::limits>("limits", "Limits on debits.")
        .in_currency(detail::member_of<&Account::currency>),
    field<&Account::spending>("spending", "Debits that the limits count.")
        .in_currency(detail::member_of<&Account::currency>),
    field<&Account::has_pin>("has_pin", "Whether a PIN is set.", "true"),
    field<&Account::is_locked>("is_locked", "Whether the account is locked."),
    field<&Account::lock_reason>("lock_reason", "For staff; null for customers.", "null")
        .as(Appearance::null_if_empty),
    field<&Account::is_debit_frozen>("is_debit_frozen", "Whether debits are blocked."),
    field<&Account::is_credit_frozen>("is_credit_frozen", "Whether credits are blocked."),
    field<&Account::freeze_reason>("freeze_reason", "For staff; null for customers.", "null")
        .as(Appearance::null_if_empty),
    field<&Account::is_closed>("is_closed", "Whether the account is closed."),
    field<&Account::created_at>("created_at", "When the account was opened.", example_instant))

BANK_DESCRIBE(
    OpenAccountRequest, "OpenAccountRequest",
    field<&OpenAccountRequest::owner>("owner", "Username of the owner.", "\"alice\"")
        .sized(1, bounds::user_name_size_max),
    field<&OpenAccountRequest::name>("name", "Name of the account.", "\"Household\"")
        .prose(1, bounds::name_size_max),
    field<&OpenAccountRequest::currency>("currency", "Currency (ISO 4217).", "\"EUR\""),
    amount<&OpenAccountRequest::overdraft_limit, &OpenAccountRequest::currency>(
        "overdraft_limit",
        "How far below zero the balance may go, in the account's currency; by default 0.", "0")
        .bounded(0, bounds::amount_max)
        .optional()
        .typed_as({.option = "overdraft",
                   .text = "How far below zero the balance may go, like 500.00."}),
    field<&OpenAccountRequest::pin>("pin", "PIN of the account, 4 to 12 digits; by default none.",
                                    example_pin)
        .sized(1, bounds::pin_size_max)
        .optional())

BANK_DESCRIBE(
    ListAccountsRequest, "ListAccountsRequest",
    field<&ListAccountsRequest::owner>("owner", "Only accounts of this user.", "\"alice\"")
        .sized(1, bounds::user_name_size_max)
        .optional(),
    field<&ListAccountsRequest::account_no>("account_no", "Only the account with this number.",
                                            example_account_no)
        .sized(1, bounds::account_no_size_max)
        .optional()
        .typed_as({.option = "number"}),
    field<&ListAccountsRequest::search>(
        "search",
        "Beginning of the owner's name, beginning or end of the number, or part of the "
        "account's name; case does not matter.",
        "\"house\"")
        .sized(1, bounds::name_size_max)
        .optional(),
    field<&ListAccountsRequest::kind>("kind", "Only accounts of this kind.", "\"customer\"")
        .optional(),
    field<&ListAccountsRequest::page>("page", "The page.").as(Appearance::inlined))

BANK_DESCRIBE(AccountById, "AccountById",
              field<&AccountById::account_id>("account_id", "Id of the account.", "12").in_path())

BANK_DESCRIBE(
    LockAccountRequest, "LockAccountRequest",
    field<&LockAccountRequest::account_id>("account_id", "Id of the account.", "12").in_path(),
    field<&LockAccountRequest::reason>("reason", "For the audit log and staff.",
                                       "\"card reported stolen\"")
        .prose(1, bounds::reason_size_max))

BANK_DESCRIBE(
    UnlockAccountRequest, "UnlockAccountRequest",
    field<&UnlockAccountRequest::account_id>("account_id", "Id of the account.", "12").in_path(),
    field<&UnlockAccountRequest::reason>("reason", "For the audit log and staff.",
                                         "\"identity verified\"")
        .prose(1, bounds::reason_size_max))

// The core decides whether the new one is long enough.
BANK_DESCRIBE(SetPinRequest, "SetPinRequest",
              field<&SetPinRequest::account_id>("account_id", "Id of the account.", "12").in_path(),
              field<&SetPinRequest::current_pin>("current_pin",
                                                 "Required for customers whose account has a PIN.",
                                                 example_pin)
                  .sized(1, bounds::pin_size_max)
                  .optional(),
              field<&SetPinRequest::new_pin>("new_pin", "The new PIN, 4 to 12 digits.", "\"0815\"")
                  .sized(1, bounds::pin_size_max))

BANK_DESCRIBE(
    SetOverdraftRequest, "SetOverdraftRequest",
    field<&SetOverdraftRequest::account_id>("account_id", "Id of the account.", "12").in_path(),
    amount<&SetOverdraftRequest::overdraft_limit, &SetOverdraftRequest::currency>(
        "overdraft_limit", "How far below zero the balance may go, in the account's currency.",
        "50000")
        .bounded(0, bounds::amount_max)
        .typed_as({.placeholder = "LIMIT",
                   .text = "How far below zero the balance may go, in the account's currency, like "
                           "500.00, or none.",
                   .is_positional = true}),
    field<&SetOverdraftRequest::currency>("currency", "Currency of the limit.", "\"EUR\"")
        .as(Appearance::hidden))

BANK_DESCRIBE(
    SetLimitsRequest, "SetLimitsRequest",
    field<&SetLimitsRequest::account_id>("account_id", "Id of the account.", "12").in_path(),
    field<&SetLimitsRequest::limits>("limits", "The limits.")
        .in_currency(detail::member_of<&SetLimitsRequest::currency>)
        .as(Appearance::inlined),
    amount<&SetLimitsRequest::minimum_balance, &SetLimitsRequest::currency>(
        "minimum_balance",
        "Amount that debits must leave in the account, in its currency; 0 if the account has an "
        "overdraft limit.",
        "0")
        .bounded(0, bounds::amount_max),
    field<&SetLimitsRequest::currency>("currency", "Currency of the amounts.", "\"EUR\"")
        .as(Appearance::hidden))

BANK_DESCRIBE(
    RenameAccountRequest, "RenameAccountRequest",
    field<&RenameAccountRequest::account_id>("account_id", "Id of the account.", "12").in_path(),
    field<&RenameAccountRequest::name>("name", "The new name.", "\"Savings\"")
        .prose(1, bounds::name_size_max))

BANK_DESCRIBE(
    FreezeAccountRequest, "FreezeAccountRequest",
    field<&FreezeAccountRequest::account_id>("account_id", "Id of the account.", "12").in_path(),
    field<&FreezeAccountRequest::is_debit_frozen>("is_debit_frozen", "Whether to block debits.",
                                                  "true"),
    field<&FreezeAccountRequest::is_credit_frozen>("is_credit_frozen", "Whether to block credits.",
                                                   "false"),
    field<&FreezeAccountRequest::reason>(
        "reason", "For the audit log and staff. Required unless both are false.",
        "\"court order 4 C 12/26\"")
        .prose(1, bounds::reason_size_max)
        .optional())

BANK_DESCRIBE(RoleLimits, "RoleLimits",
              field<&RoleLimits::role>("role", "Role whose users are limited.", "\"teller\""),
              field<&RoleLimits::currency>("currency", "Currency of the limits.", "\"EUR\""),
              field<&RoleLimits::limits>("limits", "The limits.")
                  .in_currency(detail::member_of<&RoleLimits::currency>)
                  .as(Appearance::inlined))

BANK_DESCRIBE(
    BalanceRequest, "BalanceRequest",
    field<&BalanceRequest::account_id>("account_id", "Id of the account.", "12").in_path(),
    field<&BalanceRequest::at>("at", "A date or an instant; by default now.", example_instant)
        .optional())

BANK_DESCRIBE(Balance, "Balance",
              field<&Balance::account_id>("account_id", "Id of the account.", "12"),
              field<&Balance::currency>("currency", "Currency of the account.", "\"EUR\"")
                  .as(Appearance::hidden),
              amount<&Balance::balance, &Balance::currency>(
                  "balance",
                  "Sum of the entries up to that instant; pending holds are not "
                  "deducted.",
                  "12345"),
              field<&Balance::entry_id>("entry_id",
                                        "Id of the last entry up to that instant; null before "
                                        "the first.",
                                        "201")
                  .as(Appearance::null_if_empty),
              field<&Balance::at>("at", "The instant.", example_instant))

BANK_DESCRIBE(
    AuthorizePinRequest, "AuthorizePinRequest",
    field<&AuthorizePinRequest::account_id>("account_id", "Id of the account.", "12").in_path(),
    field<&AuthorizePinRequest::pin>("pin", "PIN of the account.", example_pin)
        .sized(1, bounds::pin_size_max))

BANK_DESCRIBE(PinAuthorization, "PinAuthorization",
              field<&PinAuthorization::expires_at>(
                  "expires_at",
                  "Until then the session may debit and credit the account without its PIN.",
                  example_instant))

BANK_DESCRIBE(
    HistoryEntry, "Entry", field<&HistoryEntry::id>("id", "Id of the entry.", "201"),
    field<&HistoryEntry::transfer_id>("transfer_id", "Id of the transaction.", "99"),
    field<&HistoryEntry::account_id>("account_id", "Id of the account.", "12"),
    field<&HistoryEntry::kind>("kind", "Kind of the transaction.", "\"deposit\""),
    derived<Side>("side", "credit if the entry adds to the account, debit if it takes from it.",
                  "\"credit\"", side_of),
    field<&HistoryEntry::currency>("currency", "Currency of the account.", "\"EUR\"")
        .as(Appearance::hidden),
    amount<&HistoryEntry::amount, &HistoryEntry::currency>("amount", "Positive for credits.",
                                                           "2500"),
    amount<&HistoryEntry::balance, &HistoryEntry::currency>("balance", "Balance after this entry.",
                                                            "12345"),
    field<&HistoryEntry::counterparty_account_no>("counterparty_account_no",
                                                  "Account on the other side.", example_payee_no),
    field<&HistoryEntry::reference>("reference", "Text for the account holders.", "\"rent\""),
    field<&HistoryEntry::created_at>("created_at", "When it was posted.", example_instant))

BANK_DESCRIBE(
    HistoryRequest, "HistoryRequest",
    field<&HistoryRequest::account_id>("account_id", "Id of the account.", "12").in_path(),
    field<&HistoryRequest::from>("from", "From this date or instant, inclusive.", "\"2026-03-01\"")
        .optional()
        .typed_as({.option = "since"}),
    field<&HistoryRequest::until>("until", "Until this date or instant, exclusive.",
                                  "\"2026-04-01\"")
        .optional(),
    field<&HistoryRequest::page>("page", "The page, newest entries first.").as(Appearance::inlined))

}  // namespace bank::api
