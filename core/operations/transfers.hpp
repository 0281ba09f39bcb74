// Transactions and holds.
#pragma once
#include "core/api/audit.hpp"
#include "core/api/transfers.hpp"
#include "core/operations/facts.hpp"

namespace bank::operations {

// The permit then pays for the transfers that name it; see Caller::batch.
struct ReserveBatch {
    using Input = Done;
    using Output = api::BatchPermit;
    static constexpr Facts facts{
        .number = 1,
        .name = "reserve_batch",
        .callers = Callers::rest,
        .budget = Budget::money,
        .action = Action::transfer,
        .summary = "Reserve the budget for a part of a batch",
    };
};

struct FindHold {
    using Input = api::HoldById;
    using Output = api::Hold;
    static constexpr Facts facts{
        .number = 30,
        .name = "find_hold",
        .budget = Budget::read,
        .permission = Permission::view_transfer,
        .action = Action::view_transfer,
        .route = {Method::get, "/v1/holds/{id}"},
        .summary = "Show a hold",
        .text =
            "Returns a hold and its state. Customers may read holds of their own accounts, "
            "tellers, administrators and auditors any.",
        .tag = "Money",
        .command =
            {
                .words = "hold show",
                .examples = {{{"bankctl hold show 4711", "The hold and its state."}}},
                .text = "A hold is identified by the transaction that placed it. A settled hold "
                        "names the transaction that settled it.",
            },
    };
};

// Decides and posts one transaction. A refusal by the ledger is a Transfer with that status; an
// error means that nothing was kept, except outcome_unknown.
struct Submit {
    using Input = api::TransferRequest;
    using Output = api::Transfer;
    static constexpr Facts facts{
        .number = 31,
        .name = "submit",
        .effect = Effect::changes,
        .entry = Entry::by_kind,
        .budget = Budget::money,
        .summary = "Post a transaction",
    };
};

// Posted whole or not at all. An error names the field of the transfer that it is about
// ("/transfers/2/amount").
struct SubmitLinked {
    using Input = api::LinkedTransfersRequest;
    using Output = api::LinkedTransfers;
    static constexpr Facts facts{
        .number = 32,
        .name = "submit_linked",
        .effect = Effect::changes,
        .entry = Entry::by_kind,
        .budget = Budget::money,
        .summary = "Post a group of transactions",
    };
};

struct FindTransfer {
    using Input = api::TransferById;
    using Output = api::Transfer;
    static constexpr Facts facts{
        .number = 33,
        .name = "find_transfer",
        .budget = Budget::read,
        .permission = Permission::view_transfer,
        .action = Action::view_transfer,
        .route = {Method::get, "/v1/transfers/{id}"},
        .summary = "Show a transaction",
        .text =
            "Returns a transaction, posted or declined. Customers may read transactions of "
            "their own accounts, tellers, administrators and auditors any.",
        .tag = "Money",
        .command =
            {
                .words = "transfer show",
                .examples = {{{"bankctl transfer show 4711", "The transaction and its status."}}},
                .text = "The transaction, posted or declined, and the reason if it was declined.",
            },
    };
};

// nullopt: no checkpoint covers the record yet, but one will soon; repeat the request after
// checkpoint_wait_s. receipt_pending: signing is behind. record_archived.
struct TransferReceipt {
    using Input = api::TransferById;
    using Output = std::optional<api::Receipt>;
    static constexpr Facts facts{
        .number = 34,
        .name = "transfer_receipt",
        .budget = Budget::read,
        .permission = Permission::view_transfer,
        .action = Action::view_transfer,
        .route = {Method::get, "/v1/transfers/{id}/receipt"},
        .summary = "Get the receipt of a transaction",
        .text =
            "Returns the record of the transaction and the hashes from it to a signed "
            "checkpoint of the audit log. Anyone can verify the receipt with the log's public "
            "key, without the bank; see audit-format.md. The response is 202 while no "
            "checkpoint covers the record; the request has one signed, so repeat it after "
            "Retry-After. It fails with receipt_pending only if the audit log is behind. The "
            "receipt of an archived record must be requested from the bank (record_archived).",
        .tag = "Money",
        .command =
            {
                .words = "transfer receipt",
                .examples = {{{"bankctl transfer receipt 4711 > receipt.json",
                               "For the payee, or for a court."}}},
                .text =
                    "JSON that proves the record of the transaction to anyone who has the public "
                    "key of the audit log. If the record is new, waits about a second for its "
                    "signature; exits 75 if it is not signed within --timeout, or if the audit "
                    "log is behind.",
            },
    };
};

// Requires the permission on any transfer. Reads newest first until the page is full: a filter
// with few matches reads many rows, within the statement's timeout.
struct ListTransfers {
    using Input = api::ListTransfersRequest;
    using Output = api::Page<api::Transfer>;
    static constexpr Facts facts{
        .number = 52,
        .name = "list_transfers",
        .callers = Callers::admin,
        .budget = Budget::read,
        .permission = Permission::view_transfer,
        .action = Action::view_transfer,
        .summary = "List transactions, posted and declined",
        .command =
            {
                .words = "transfer list",
                .examples =
                    {{{"bankctl transfer list --status insufficient_funds",
                       "Transactions declined for insufficient funds."},
                      {"bankctl transfer list --account 17 --kind reversal --all > reversals.tsv",
                       "All reversals on an account."}}},
                .text =
                    "Posted and declined transactions, newest first. The entries of one account "
                    "are faster to read with account history.",
            },
    };
};

using Transfers = List<ReserveBatch, FindHold, Submit, SubmitLinked, FindTransfer, TransferReceipt,
                       ListTransfers>;

}  // namespace bank::operations
