// The long help texts of the commands that work on files; for the table of own_commands.cpp only.
#pragma once
#include <string_view>

namespace bank::bankctl {

inline constexpr std::string_view import_details =
    "Reads the whole file first: if a line is invalid, nothing is sent. Then posts the items in "
    "batches, shows the progress, and reports the outcome. Items are independent and may post out "
    "of order; use `linked` for all-or-nothing.\n"
    "The key of each item makes it safe to run the same command again, after an interruption "
    "(Ctrl-C lets the batch in flight finish) or an error: what was posted is not posted twice.\n"
    "With --key-prefix the key of a line is derived from its content, not from its place: lines "
    "may be moved, inserted or deleted before the file is run again, and two equal lines are two "
    "payments. An edited line is a new payment, even if it was posted before the edit. Use one "
    "TEXT for one set of payments: under the same TEXT the same lines are never paid again, not "
    "even next month. bankctl cannot tell beforehand which lines are already posted; the summary "
    "counts them as replayed.\n"
    "CSV has a header line with the columns key, kind, debit_account_no, credit_account_no, "
    "amount, currency, reference, and optionally origin_id, expires_in_s, linked; amounts are "
    "like 12.50. Consecutive lines with the same text in linked are posted together or not at "
    "all; that text is their key. A kind is deposit, withdrawal, transfer, hold, capture, release "
    "or reversal. The file is UTF-8.\n"
    "JSONL has one item per line: {\"key\":..., \"kind\":..., \"debit_account_no\":..., "
    "\"credit_account_no\":..., \"amount\":{\"amount\":\"1250\", \"currency\":\"EUR\"}, "
    "\"reference\":...} with amounts in minor units; account_no instead of the two for a deposit "
    "or withdrawal; origin_id for what refers to a hold or transfer; or {\"key\":..., "
    "\"linked\":[{...}, ...]}.\n"
    "--dry-run compares the file with the accounts. It exits 0 if every line can be posted in the "
    "order of the file; a line that needs the funds of another one \"depends on line N\".\n"
    "Exits 0 if everything is posted, 1 if the bank declined an item, 65 if the file is invalid, "
    "69 or 75 if the bank was unavailable or busy for too long, and by the signal if interrupted.";

inline constexpr std::string_view export_details =
    "Writes every record of the audit log with its proof, then the balances of all accounts, in "
    "the format of audit-format.md. The file is enough to verify the bank offline. It contains "
    "personal data; store it accordingly. The export is itself recorded.\n"
    "A file that was interrupted (by Ctrl-C, too) lacks its last line; --resume continues after "
    "the last complete record. An existing file is never overwritten.\n"
    "Exits 0 if everything is written, 65 if the file cannot be used, 69 or 75 if the bank was "
    "unavailable or busy, and by the signal if interrupted.";

inline constexpr std::string_view archive_details =
    "Writes the sealed records that are not in an archive yet, with their proofs, up to a "
    "checkpoint that is older than 90 days and that every copy of the audit log has passed. They "
    "remain in the database until they are pruned. An existing file is never overwritten; one that "
    "was interrupted is removed.\n"
    "Exits 0 if everything is written, 65 if the file cannot be used, 1 if there is nothing to "
    "archive.";

}  // namespace bank::bankctl
