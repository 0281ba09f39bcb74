#include "core/api/transfers.hpp"

#include "core/api/describe.hpp"
#include "core/base/bounds.hpp"

namespace bank::api {
namespace {

constexpr std::string_view example_reference = "\"rent\"";

}  // namespace

BANK_DESCRIBE(
    TransferRequest, "TransferRequest",
    field<&TransferRequest::kind>("kind", "Kind of the transaction.", "\"transfer\""),
    field<&TransferRequest::idempotency_key>("idempotency_key", "Key of the request.", "\"7f2c1e\"")
        .sized(1, bounds::idempotency_key_size_max),
    field<&TransferRequest::debit_account_no>("debit_account_no", "IBAN of the payer.",
                                              example_account_no)
        .sized(1, bounds::account_no_size_max)
        .optional(),
    field<&TransferRequest::credit_account_no>("credit_account_no", "IBAN of the payee.",
                                               example_payee_no)
        .sized(1, bounds::account_no_size_max)
        .optional(),
    field<&TransferRequest::origin>("origin_id", "Id of the hold or transaction.", "98").optional(),
    field<&TransferRequest::amount>("amount", "The amount.").optional(),
    field<&TransferRequest::reference>("reference", "Text for the account holders.",
                                       example_reference)
        .sized(0, bounds::reference_size_max)
        .optional(),
    field<&TransferRequest::expires_in_s>("expires_in_s", "Seconds until the hold expires.",
                                          "604800")
        .bounded(1, bounds::hold_lifetime_s_max)
        .optional(),
    field<&TransferRequest::pin>("pin",
                                 "The account's PIN. Required for customers without a PIN "
                                 "authorization.",
                                 "\"4711\"")
        .sized(1, bounds::pin_size_max)
        .optional())

BANK_DESCRIBE(
    Transfer, "Transfer", field<&Transfer::id>("id", "Id of the transaction.", "99"),
    field<&Transfer::kind>("kind", "Kind of the transaction.", "\"transfer\""),
    field<&Transfer::status>("status", "posted, or the reason why the ledger declined.",
                             "\"posted\""),
    field<&Transfer::debit_account_no>("debit_account_no", "IBAN of the payer.",
                                       example_account_no),
    field<&Transfer::credit_account_no>("credit_account_no", "IBAN of the payee.",
                                        example_payee_no),
    field<&Transfer::origin>("origin_id",
                             "Id of the captured, released or expired hold, or of the reversed "
                             "transaction.",
                             "null")
        .as(Appearance::null_if_empty),
    field<&Transfer::amount>("amount", "The amount."),
    field<&Transfer::reference>("reference", "Text for the account holders.", example_reference),
    field<&Transfer::expires_at>("expires_at", "When a posted hold expires.", "null"),
    field<&Transfer::balance_currency>("balance_currency", "Currency of the balance.", "\"EUR\"")
        .as(Appearance::hidden),
    amount<&Transfer::balance, &Transfer::balance_currency>(
        "balance",
        "Balance of the debit account after the transaction; for deposits, captures and releases, "
        "of the credit account.",
        "9845"),
    amount<&Transfer::available, &Transfer::balance_currency>("available",
                                                              "Available balance of that account.",
                                                              "9845"),
    field<&Transfer::entry_id>("entry_id",
                               "Id of the entry on that account; null if the transaction was "
                               "declined or moved no money.",
                               "198")
        .as(Appearance::null_if_empty),
    field<&Transfer::created_at>("created_at", "When it was decided.", example_instant),
    field<&Transfer::is_replay>("is_replay", "Whether the outcome is that of an earlier request.",
                                "false")
        .as(Appearance::hidden))

BANK_DESCRIBE(ListTransfersRequest, "ListTransfersRequest",
              field<&ListTransfersRequest::account_id>("account_id",
                                                       "Only transactions of this account.", "12")
                  .optional(),
              field<&ListTransfersRequest::kind>("kind", "Only transactions of this kind.",
                                                 "\"reversal\"")
                  .optional(),
              field<&ListTransfersRequest::status>("status", "Only transactions of this status.",
                                                   "\"insufficient_funds\"")
                  .optional(),
              field<&ListTransfersRequest::page>("page", "The page.").as(Appearance::inlined))

BANK_DESCRIBE(LinkedTransfersRequest, "LinkedTransfersRequest",
              field<&LinkedTransfersRequest::idempotency_key>("idempotency_key",
                                                              "Key of the group.", "\"7f2c1e\"")
                  .sized(1, bounds::idempotency_key_size_max),
              field<&LinkedTransfersRequest::transfers>(
                  "transfers", "In posting order; each sees the effects of the preceding ones.")
                  .sized(1, bounds::linked_transfers_max))

BANK_DESCRIBE(LinkedTransfers, "LinkedTransfers",
              field<&LinkedTransfers::transfers>("transfers", "In the order of the request."),
              field<&LinkedTransfers::refused_index>(
                  "refused_index", "Index of the transfer that was declined, from 0.", "null")
                  .as(Appearance::hidden))

BANK_DESCRIBE(
    Hold, "Hold",
    field<&Hold::id>("id", "Id of the transaction of kind hold that placed it.", "98"),
    field<&Hold::state>("state", "State of the hold.", "\"open\""),
    field<&Hold::debit_account_no>("debit_account_no", "IBAN of the payer.", example_account_no),
    field<&Hold::credit_account_no>("credit_account_no", "IBAN of the payee.", example_payee_no),
    field<&Hold::amount>("amount", "The amount set aside."),
    field<&Hold::captured_amount>("captured_amount", "The part that was paid to the payee.", "0")
        .in_currency([](void* hold) -> void* {
            return &static_cast<Hold*>(hold)->amount.currency;
        }),
    field<&Hold::reference>("reference", "Text for the account holders.", example_reference),
    field<&Hold::created_at>("created_at", "When it was placed.", example_instant),
    field<&Hold::expires_at>("expires_at", "When it expires.", "\"2026-03-08T12:00:00.000000Z\""),
    field<&Hold::settled_by>("settled_by",
                             "Id of the capture, release or expiry that ended it; null while it "
                             "is open.",
                             "null")
        .as(Appearance::null_if_empty))

BANK_DESCRIBE(
    ListHoldsRequest, "ListHoldsRequest",
    field<&ListHoldsRequest::account_id>("account_id", "Id of the account to debit.", "12")
        .in_path(),
    field<&ListHoldsRequest::page>("page", "The page, oldest holds first.").as(Appearance::inlined))

BANK_DESCRIBE(
    TransferById, "TransferById",
    field<&TransferById::transfer_id>("transfer_id", "Id of the transaction.", "99").in_path())

BANK_DESCRIBE(HoldById, "HoldById",
              field<&HoldById::hold_id>("hold_id", "Id of the hold.", "98").in_path())

BANK_DESCRIBE(BatchPermit, "BatchPermit",
              field<&BatchPermit::id>("id", "Id of the permit.", example_request_id),
              field<&BatchPermit::calls>("calls", "Calls that it pays for.", "100"))

}  // namespace bank::api
