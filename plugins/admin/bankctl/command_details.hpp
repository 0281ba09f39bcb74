// What the help says at length of commands on files; for the table of command.cpp alone.
#pragma once
#include <string_view>

namespace bank::bankctl {

inline constexpr std::string_view import_details =
    "Reads all of the file first: if a line is wrong, nothing is sent. Then posts the items in "
    "batches, shows how far it is, and reports what became of them. Items of one batch stand for "
    "themselves and may overtake each other; what belongs together is a linked group.\n"
    "The key of each item makes a repetition safe: after an interruption (Ctrl-C lets the batch "
    "in flight finish) or an error run the same command again, and what was posted is not posted "
    "twice.\n"
    "With --key-prefix the key of a line is made of what the line says, not of its place: lines "
    "may be moved, inserted or deleted before the file is run again, and two equal lines are two "
    "payments. An edited line is a new payment; if it was posted before, it is paid again as "
    "edited. Use one TEXT for one set of payments: the same lines under the same TEXT are never "
    "paid again, also next month. bankctl cannot tell before it sends which lines were posted; "
    "the summary counts them as replayed.\n"
    "CSV has a header line with the columns key, kind, debit_account_no, credit_account_no, "
    "amount, currency, reference, and if need be origin_id, expires_in_s, linked; amounts are "
    "like 12.50. Consecutive lines with the same text in linked are posted together or not at "
    "all; that text is their key. A kind is deposit, withdrawal, transfer, hold, capture, release "
    "or reversal.\n"
    "JSONL has an item a line: {\"key\":..., \"kind\":..., \"debit_account_no\":..., "
    "\"credit_account_no\":..., \"amount\":{\"amount\":1250, \"currency\":\"EUR\"}, "
    "\"reference\":...} with amounts in minor units, account_no instead of the two for a deposit "
    "or withdrawal, origin_id for what refers to a hold or transfer; or {\"key\":..., "
    "\"linked\":[{...}, ...]}.\n"
    "Ends with 0 if all is posted, with 1 if the bank refused some, with 65 if the file is wrong, "
    "with 69 or 75 if the bank was away or busy for too long, and by the signal if interrupted.";

inline constexpr std::string_view export_details =
    "Writes every record of the audit trail with what proves it, then the balances of all "
    "accounts, in the format of audit-format.md. Who has the file can check the whole bank with "
    "it, without the bank; it names people, so keep it as such. The export is itself recorded.\n"
    "A file that was interrupted (by Ctrl-C, too) lacks its last line; --resume cuts it behind "
    "what is good and goes on. An existing file is never overwritten.\n"
    "Ends with 0 if all is written, with 65 if the file cannot be used, with 69 or 75 if the bank "
    "was away or busy, and by the signal if interrupted.";

inline constexpr std::string_view archive_details =
    "Writes the sealed records that are not in an archive yet, with what proves them, up to a "
    "checkpoint that is older than 90 days and that every copy of the trail has passed. They stay "
    "in the database until they are pruned. An existing file is never overwritten; one that was "
    "interrupted is removed.\n"
    "Ends with 0 if all is written, with 65 if the file cannot be used, with 1 if there is nothing "
    "to archive.";

inline constexpr std::string_view prune_details =
    "Removes the records of an archive from the database; the oldest archive comes first. The "
    "tree over the trail stays, so proofs and checkpoints remain valid, and so does the ledger. "
    "Receipts of those transfers, and the records themselves, are then in the archive alone: "
    "verify it, and keep two copies. If it is interrupted, say it again.";

}  // namespace bank::bankctl
