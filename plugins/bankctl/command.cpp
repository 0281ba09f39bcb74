#include "plugins/bankctl/command.hpp"

#include <algorithm>
#include <array>

#include "plugins/bankctl/backup.hpp"
#include "plugins/bankctl/backup_commands.hpp"
#include "plugins/bankctl/backup_views.hpp"
#include "plugins/bankctl/command_details.hpp"
#include "plugins/bankctl/command_line.hpp"
#include "plugins/bankctl/export.hpp"
#include "plugins/bankctl/import.hpp"
#include "plugins/bankctl/input_check.hpp"
#include "plugins/bankctl/inputs.hpp"

namespace bank::bankctl {
namespace {

using namespace inputs;
using Kind = InputKind;
namespace backup = backup_commands;

constexpr std::array<std::string_view, 4> roles{"customer", "teller", "admin", "auditor"};
constexpr std::array<std::string_view, 2> formats{"csv", "jsonl"};
constexpr std::array<std::string_view, 8> transfer_kinds{
    "deposit", "withdrawal", "transfer", "hold", "capture", "release", "expiry", "reversal"};
constexpr std::array<std::string_view, 4> kinds{"customer", "cash", "suspense", "fees"};

constexpr Input user = place("user_name", "USER", "The username.");
constexpr Input account =
    checked(place("account", "ACCOUNT", "The account number (IBAN, blanks allowed) or id."),
            check::account);
constexpr Input rows{.argument = {},
                     .option = "limit",
                     .letter = 'n',
                     .placeholder = "N",
                     .meaning = "At most N rows; default: 100.",
                     .kind = Kind::count};
constexpr Input all_rows = flag("all", "All rows.", Kind::all_rows);

consteval Input limit(std::string_view argument, std::string_view name, std::string_view meaning) {
    return checked(option(argument, name, "AMOUNT", meaning), check::amount_or_none);
}

constexpr Input per_transfer =
    limit("per_transfer", "per-transfer", "The largest amount that one transaction may debit.");
constexpr Input per_day = limit("per_day", "per-day", "The largest total per UTC day.");
constexpr Input per_week =
    limit("per_week", "per-week", "The largest total per UTC week, which starts on Monday.");
constexpr Input per_month = limit("per_month", "per-month", "The largest total per UTC month.");
constexpr Input reference =
    option("reference", "reference", "TEXT", "A note that the account's history shows.");
constexpr Input key{.argument = "key",
                    .option = "key",
                    .placeholder = "KEY",
                    .meaning =
                        "The idempotency key, to repeat a request whose outcome is unknown; "
                        "default: a new one.",
                    .kind = Kind::key};

constexpr std::array user_list_inputs{
    option("name_prefix", "prefix", "TEXT", "Only usernames starting with TEXT."),
    one_of(option("role", "role", "ROLE", "Only users with this role."), roles), rows, all_rows};
constexpr std::array user_add_inputs{
    user, required(one_of(option("role", "role", "ROLE", "The role of the user."), roles)),
    flag("password-stdin", "Read the password from the first line of standard input.",
         Kind::password)};
constexpr std::array user_role_inputs{user, one_of(place("role", "ROLE", "The new role."), roles)};
constexpr std::array user_inputs{user};
constexpr std::array account_list_inputs{
    option("owner", "owner", "USER", "Only accounts of this user."),
    checked(option("account_no", "number", "IBAN", "Only the account with this number."),
            check::iban),
    one_of(option("kind", "kind", "KIND",
                  "Only accounts of this kind: those of customers, or the bank's own."),
           kinds),
    rows, all_rows};
constexpr std::array account_inputs{account};
constexpr std::array account_open_inputs{
    required(option("owner", "owner", "USER", "The user who owns the account.")),
    required(option("name", "name", "TEXT", "The name of the account.")),
    required(checked(option("currency", "currency", "CODE", "ISO 4217: EUR, USD, ..."),
                     check::currency)),
    option("overdraft_limit", "overdraft", "MONEY", "The overdraft limit, like 500.00.",
           Kind::money),
    flag("ask-pin", "Prompt for the account's PIN, twice and without echo.", Kind::ask_pin),
    flag("pin-stdin", "Read the account's PIN from the first line of standard input.", Kind::pin)};
constexpr std::array account_lock_inputs{
    account, required(option("reason", "reason", "TEXT", "The reason; the audit log keeps it."))};
constexpr std::array account_freeze_inputs{
    account,
    Input{.argument = "debit",
          .option = "debit",
          .placeholder = {},
          .meaning = "Block debits.",
          .kind = Kind::boolean},
    Input{.argument = "credit",
          .option = "credit",
          .placeholder = {},
          .meaning = "Block credits.",
          .kind = Kind::boolean},
    required(option("reason", "reason", "TEXT", "The reason; the audit log keeps it."))};
constexpr std::array account_limits_inputs{
    account,
    per_transfer,
    per_day,
    per_week,
    per_month,
    limit("minimum_balance", "minimum-balance", "The balance that must remain in the account.")};
constexpr std::array account_balance_inputs{
    account,
    option("at", "at", "TIME", "The balance at this date or RFC 3339 time, UTC.", Kind::time)};
constexpr std::array account_overdraft_inputs{
    account, checked(place("limit", "LIMIT",
                           "The overdraft limit in the account's currency, like 500.00, or none."),
                     check::amount_or_none)};
constexpr std::array account_history_inputs{
    account,
    option("from", "since", "TIME", "From this date or RFC 3339 time, UTC, inclusive.", Kind::time),
    option("until", "until", "TIME", "Until this date or time, exclusive.", Kind::time), rows,
    all_rows};
constexpr std::array account_holds_inputs{account, rows, all_rows};
constexpr Input hold =
    place("hold_id", "HOLD", "The hold's id, from account holds.", Kind::integer);
constexpr std::array hold_show_inputs{hold};
constexpr std::array hold_release_inputs{hold, reference, key};
constexpr std::array role_limits_inputs{
    may_lack(one_of(place("role", "ROLE", "Only the limits of this role."), roles)),
    may_lack(checked(place("currency", "CURRENCY", "The currency of the limits (ISO 4217)."),
                     check::currency)),
    per_transfer,
    per_day,
    per_week,
    per_month};
constexpr std::array transfer_list_inputs{
    checked(option("account", "account", "ACCOUNT", "Only those of this account."), check::account),
    one_of(option("kind", "kind", "KIND", "Only those of this kind."), transfer_kinds),
    checked(option("status", "status", "WORD",
                   "Only those with this status: posted, or a code such as insufficient_funds."),
            check::transfer_status),
    rows, all_rows};
constexpr std::array transfer_show_inputs{
    place("transfer_id", "TRANSFER", "The transfer's id.", Kind::integer)};
constexpr std::array transfer_reverse_inputs{
    place("transfer_id", "TRANSFER", "The transfer's id.", Kind::integer),
    checked(option("amount", "amount", "AMOUNT",
                   "A part of the amount, like 12.50; default: all of it."),
            check::amount),
    reference, key};
constexpr std::array transfer_import_inputs{
    place("", "FILE", "The file, or - for standard input.", Kind::own_text),
    one_of(own("format", "FORMAT", "The format, if the file name has no such extension."), formats),
    own("key-prefix", "TEXT",
        "For a line without a key, derive the key from TEXT and the content of the line."),
    flag("dry-run", "Check everything and post nothing.", Kind::own_flag),
    own("report", "REPORT", "Write the outcome of each item to this file, as JSON lines."),
    own("retry", "SECONDS",
        "Keep retrying for this long while the bank is busy or unavailable; default: 30.",
        Kind::seconds)};
constexpr std::array audit_tail_inputs{
    Input{.argument = "limit",
          .option = "lines",
          .letter = 'n',
          .placeholder = "N",
          .meaning = "The last N records, 1 to 100; default: 20.",
          .kind = Kind::integer},
    Input{.argument = {},
          .option = "follow",
          .letter = 'f',
          .placeholder = {},
          .meaning = "Keep printing new records until interrupted.",
          .kind = Kind::follow}};
constexpr std::array audit_search_inputs{
    option("actor", "actor", "NAME",
           "The actor: a user, os:UID for bankctl, or - if no one was signed in."),
    checked(option("action", "action", "WORD", "The action: login, transfer, lock_account, ..."),
            check::action),
    checked(option("outcome", "outcome", "WORD", "The outcome: ok, or a code such as pin_wrong."),
            check::outcome),
    checked(option("ip", "ip", "ADDRESS", "The IP address of the client."), check::address),
    checked(option("request_id", "request-id", "ID", "The X-Request-Id of one request."),
            check::request_id),
    checked(option("account", "account", "ACCOUNT", "Only records about this account."),
            check::account),
    option("from", "since", "TIME", "From this date or RFC 3339 time, UTC, inclusive.", Kind::time),
    option("until", "until", "TIME", "Until this date or time, exclusive.", Kind::time),
    rows,
    all_rows};
constexpr std::array audit_export_inputs{
    place("", "FILE", "The file to write, or - for standard output.", Kind::own_text),
    option("from", "from", "NUMBER", "Start with the seal that covers this record; default: 0.",
           Kind::integer),
    Input{.argument = "resume",
          .option = "resume",
          .placeholder = {},
          .meaning = "Continue an interrupted FILE, or bring an existing one up to date.",
          .kind = Kind::boolean}};
constexpr std::array audit_archive_inputs{
    place("", "FILE", "The file to write.", Kind::own_text),
    option("before", "before", "TIME",
           "Only records signed before this date or time; default: all that are old enough.",
           Kind::time)};
constexpr std::array audit_prune_inputs{checked(
    place("digest", "SHA256", "The SHA-256 digest of the archive file, as sha256sum prints it."),
    check::sha256)};
constexpr std::array session_list_inputs{user, rows, all_rows};
constexpr std::array session_revoke_inputs{
    place("session_id", "SESSION", "The session's id, from session list.", Kind::integer)};

constexpr std::array<Example, 2> status_examples{
    {{"bankctl status", "The state of the bank."},
     {"bankctl status --json | jq .readiness", "The same for a script."}}};
constexpr std::array<Example, 2> metrics_examples{
    {{"bankctl metrics", "All metrics."},
     {"bankctl metrics | grep ^bankd_posting", "The metrics of posting."}}};
constexpr std::array<Example, 2> user_list_examples{
    {{"bankctl user list", "All users."},
     {"bankctl user list --role admin", "The administrators."}}};
constexpr std::array<Example, 2> user_add_examples{
    {{"bankctl user add alice --role teller", "Prompts for the password twice."},
     {"bankctl user add bob --role customer --password-stdin < secret",
      "Reads it from a file, for scripts."}}};
constexpr std::array<Example, 1> user_role_examples{
    {{"bankctl user role alice admin", "Makes alice an administrator."}}};
constexpr std::array<Example, 2> user_disable_examples{
    {{"bankctl user disable bob", "Prompts for confirmation."},
     {"bankctl user disable bob --yes", "Skips the confirmation; for scripts."}}};
constexpr std::array<Example, 1> user_enable_examples{
    {{"bankctl user enable bob", "Lets bob sign in again."}}};
constexpr std::array<Example, 2> user_password_examples{
    {{"bankctl user password bob", "Prompts for confirmation, then prints the password once."},
     {"bankctl --json user password bob --yes", "For scripts; the password is in the result."}}};
constexpr std::array<Example, 1> user_erase_examples{
    {{"bankctl user erase bob", "After bankctl user disable bob."}}};
constexpr std::array<Example, 2> account_list_examples{
    {{"bankctl account list --owner bob", "The accounts of bob."},
     {"bankctl account list --kind cash", "The bank's own cash accounts."}}};
constexpr std::array<Example, 1> account_show_examples{
    {{"bankctl account show 'DE87 9999 9999 0000 0000 12'", "Blanks are ignored."}}};
constexpr std::array<Example, 2> account_open_examples{
    {{"bankctl account open --owner bob --name Salary --currency EUR --ask-pin",
      "Prompts for a PIN."},
     {"bankctl account open --owner bob --name Shop --currency EUR --overdraft '500.00 EUR'",
      "The balance may go down to -500.00 EUR."}}};
constexpr std::array<Example, 1> account_lock_examples{
    {{"bankctl account lock 17 --reason 'card reported stolen'",
      "Prompts for confirmation; --yes skips it."}}};
constexpr std::array<Example, 1> account_unlock_examples{
    {{"bankctl account unlock 17 --reason 'card was found'",
      "Also resets the count of wrong PINs."}}};
constexpr std::array<Example, 2> account_freeze_examples{
    {{"bankctl account freeze 17 --debit --reason 'court order 4 C 12/26'",
      "Only credits are possible."},
     {"bankctl account freeze 17 --debit --credit --reason 'under investigation' --yes",
      "No transactions are possible; skips the confirmation."}}};
constexpr std::array<Example, 1> account_unfreeze_examples{
    {{"bankctl account unfreeze 17", "Debits and credits are possible again."}}};
constexpr std::array<Example, 3> account_limits_examples{
    {{"bankctl account limits 17", "The limits and their current use."},
     {"bankctl account limits 17 --per-day 1000.00 --per-month none",
      "Changes these two and keeps the others."},
     {"bankctl account limits 17 --minimum-balance 50.00", "50.00 must remain in the account."}}};
constexpr std::array<Example, 2> account_balance_examples{
    {{"bankctl account balance 17", "Now."},
     {"bankctl account balance 17 --at 2026-03-31T23:59:59Z", "At the end of March."}}};
constexpr std::array<Example, 1> user_show_examples{
    {{"bankctl user show bob", "The role and status of bob."}}};
constexpr std::array<Example, 1> account_close_examples{
    {{"bankctl account close 17", "The balance must be zero."}}};
constexpr std::array<Example, 2> account_overdraft_examples{
    {{"bankctl account overdraft 17 500.00", "The balance may go down to -500.00."},
     {"bankctl account overdraft 17 none", "The balance must not go below zero."}}};
constexpr std::array<Example, 2> account_history_examples{
    {{"bankctl account history 17", "The newest 100 entries."},
     {"bankctl account history 17 --since 2026-03-01 --until 2026-04-01 --all > march.tsv",
      "All entries of March."}}};
constexpr std::array<Example, 1> account_holds_examples{
    {{"bankctl account holds 17", "The pending holds with their expiry times."}}};
constexpr std::array<Example, 1> hold_show_examples{
    {{"bankctl hold show 4711", "The hold and its state."}}};
constexpr std::array<Example, 1> hold_release_examples{
    {{"bankctl hold release 4711 --reference 'order cancelled'",
      "Makes the amount available again; prompts for confirmation."}}};
constexpr std::array<Example, 3> role_limits_examples{
    {{"bankctl role limits", "The limits of all roles."},
     {"bankctl role limits teller EUR --per-transfer 10000.00",
      "Sets the largest amount that a teller may debit at once, from any account."},
     {"bankctl role limits customer EUR --per-day none", "Removes the limit."}}};
constexpr std::array<Example, 2> transfer_list_examples{
    {{"bankctl transfer list --status insufficient_funds",
      "Transactions declined for insufficient funds."},
     {"bankctl transfer list --account 17 --kind reversal --all > reversals.tsv",
      "All reversals on an account."}}};
constexpr std::array<Example, 1> transfer_show_examples{
    {{"bankctl transfer show 4711", "The transfer and its status."}}};
constexpr std::array<Example, 1> transfer_receipt_examples{
    {{"bankctl transfer receipt 4711 > receipt.json", "For the payee, or for a court."}}};
constexpr std::array<Example, 2> transfer_reverse_examples{
    {{"bankctl transfer reverse 4711", "Reverses all of it; prompts for confirmation."},
     {"bankctl transfer reverse 4711 --amount 12.50 --reference 'charged twice' --yes",
      "Reverses a part of it."}}};
constexpr std::array<Example, 3> transfer_import_examples{
    {{"bankctl transfer import salaries.csv --dry-run", "Checks the file without posting."},
     {"bankctl transfer import salaries.csv --report salaries-done.jsonl",
      "Posts the file; running it again is safe."},
     {"bankctl transfer import - --format jsonl < payments", "From standard input."}}};
constexpr std::array<Example, 2> audit_tail_examples{
    {{"bankctl audit tail -n 50", "The last 50 records."},
     {"bankctl audit tail -f", "Prints new records as they are written."}}};
constexpr std::array<Example, 2> audit_search_examples{
    {{"bankctl audit search --action login --outcome login_refused --since 2026-03-01",
      "Failed logins since the first of March."},
     {"bankctl audit search --account 17 -n 1000 --json > account-17.json",
      "The newest 1000 records about one account."}}};
constexpr std::array<Example, 3> audit_export_examples{
    {{"bankctl audit export trail.export", "The whole audit log, for an audit."},
     {"bankctl audit export trail.export --resume", "Continues after the last complete record."},
     {"bankctl audit export - | zstd > trail.export.zst", "Compressed on the fly."}}};
constexpr std::array<Example, 2> audit_archive_examples{
    {{"bankctl audit archive 2025.archive --before 2026-01-01",
      "The audit log up to the end of 2025."},
     {"bankctl audit archive trail.archive --json",
      "All records that are old enough, for a script."}}};
constexpr std::array<Example, 1> audit_prune_examples{
    {{"bankctl audit prune 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
      "The digest from sha256sum 2025.archive: it shows that the file still exists."}}};
constexpr std::array<Example, 1> ledger_check_examples{
    {{"bankctl ledger check && echo consistent", "Exits 1 if the ledger is not consistent."}}};
constexpr std::array<Example, 1> session_list_examples{
    {{"bankctl session list bob", "The devices on which bob is signed in."}}};
constexpr std::array<Example, 1> session_revoke_examples{
    {{"bankctl session revoke 42", "Signs out that device."}}};
constexpr std::array<Example, 1> config_show_examples{
    {{"bankctl config show", "Each key, its value, and the file that sets it."}}};
constexpr std::array<Example, 1> config_check_examples{
    {{"bankctl config check && systemctl restart bankd", "Restarts only if the files are valid."}}};

bool changes_limits(Invocation const& invocation) {
    constexpr std::array names{"per_transfer", "per_day", "per_week", "per_month"};
    return std::any_of(names.begin(), names.end(),
                       [&](char const* name) { return invocation.arguments.has(name); });
}

constexpr auto table = std::to_array<Command>({
    {"status",
     "Show the state of the bank at a glance",
     "Exits 0 if the bank is ready, 75 if it is starting, stopping or without its database.",
     {},
     status_examples,
     view_status,
     judge_status},
    {"metrics",
     "Print the metrics of the bank",
     "In the text format of Prometheus; bankd-metrics(7) describes each. Available to anyone who "
     "may open the admin socket, also while the database is unavailable.",
     {},
     metrics_examples,
     view_text},
    {"user list", "List users", "", user_list_inputs, user_list_examples, view_users},
    {"user show", "Show one user", "", user_inputs, user_show_examples, view_user},
    {"user add", "Add a user",
     "Prompts for the password twice without echo, or reads it from standard input; never from the "
     "command line, where others can read it. It is a one-time password: the user must choose "
     "another at the first sign-in, within 24 hours.",
     user_add_inputs, user_add_examples, view_user},
    {"user role", "Change a user's role", "", user_role_inputs, user_role_examples, view_user},
    {"user disable", "Disable a user's login", "Ends the user's sessions immediately.", user_inputs,
     user_disable_examples, view_user, nullptr, "Disable user {} and end all sessions?"},
    {"user enable", "Enable a disabled user", "", user_inputs, user_enable_examples, view_user},
    {"user password", "Set a one-time password for a user who has forgotten theirs",
     "The bank generates the password and shows it only once. The old password no "
     "longer works, and the user's sessions end immediately. At the first sign-in the user must "
     "choose a new password. The one-time password expires after 24 hours, or 15 minutes after "
     "its first use. First verify the identity of the person who asks.",
     user_inputs, user_password_examples, view_one_time_password, nullptr,
     "Reset the password of user {} and end all sessions?"},
    {"user erase", "Erase a disabled user's personal data from the audit log",
     "Names, addresses and details in the user's records become unreadable hashes; the records "
     "and their proofs remain. The ledger is not changed. Cannot be undone.",
     user_inputs, user_erase_examples, view_user, nullptr,
     "Erase the personal data of user {} from the audit log for good?"},
    {"account list", "List accounts", "", account_list_inputs, account_list_examples,
     view_accounts},
    {"account show", "Show one account", "", account_inputs, account_show_examples, view_account},
    {"account open", "Open an account",
     "Without a PIN the owner cannot authorize payments until one is set.", account_open_inputs,
     account_open_examples, view_account},
    {"account lock", "Lock an account", "Blocks debits until the account is unlocked.",
     account_lock_inputs, account_lock_examples, view_account, nullptr, "Lock account {}?"},
    {"account unlock", "Unlock an account", "", account_lock_inputs, account_unlock_examples,
     view_account},
    {"account close", "Close an account",
     "A closed account accepts no more transactions; its history remains. Only an account "
     "with a balance of zero and no pending holds can be closed, and it cannot be reopened.",
     account_inputs, account_close_examples, view_account, nullptr, "Close account {} for good?"},
    {"account overdraft", "Set an account's overdraft limit",
     "Declined if the account is overdrawn by more than LIMIT.", account_overdraft_inputs,
     account_overdraft_examples, view_account},
    {"account freeze", "Freeze an account",
     "Blocks debits, credits or both until the account is unfrozen. An earlier freeze of the other "
     "side remains.",
     account_freeze_inputs, account_freeze_examples, view_account, nullptr, "Freeze account {}?"},
    {"account unfreeze", "Unfreeze an account", "", account_inputs, account_unfreeze_examples,
     view_account},
    {"account limits", "Show or change an account's limits",
     "Without options, shows the limits and their current use. AMOUNT is in the account's "
     "currency, like 500.00, or none. Other limits are not changed.",
     account_limits_inputs, account_limits_examples, view_limits},
    {"account balance", "Show a balance, now or at an instant",
     "The balance, without deducting pending holds.", account_balance_inputs,
     account_balance_examples, view_balance},
    {"account history", "List the entries of an account",
     "Newest first. Each entry has the balance after it.", account_history_inputs,
     account_history_examples, view_history},
    {"account holds", "List the pending holds of an account", "Oldest first.", account_holds_inputs,
     account_holds_examples, view_holds},
    {"hold show", "Show one hold", "", hold_show_inputs, hold_show_examples, view_hold},
    {"hold release", "Release a hold",
     "Makes the amount available again; the hold can no longer be captured.", hold_release_inputs,
     hold_release_examples, view_transfer, judge_transfer, "Release hold {}?"},
    {"role limits", "Show or change the limits of a role",
     "The lower of role and account limit applies. AMOUNT is in CURRENCY, like 500.00, or none. "
     "Other limits are not changed.",
     role_limits_inputs, role_limits_examples, view_role_limits, nullptr,
     "Change the limits of role {}?", nullptr, changes_limits},
    {"transfer list", "List transactions, posted and declined",
     "Newest first. The entries of one account are faster to read with account history.",
     transfer_list_inputs, transfer_list_examples, view_transfers},
    {"transfer show", "Show one transfer", "", transfer_show_inputs, transfer_show_examples,
     view_transfer},
    {"transfer receipt",
     "Print the receipt of a transfer",
     "JSON that proves the record of the transfer to anyone who has the public key of the audit "
     "log. If the record is new, waits about a second for its signature; exits 75 if "
     "it is not signed within --timeout, or if the audit log is behind.",
     transfer_show_inputs,
     transfer_receipt_examples,
     view_receipt,
     nullptr,
     {},
     nullptr,
     nullptr,
     is_pending_receipt},
    {"transfer reverse", "Reverse a transfer",
     "Posts a new transfer in the opposite direction. A transfer can be reversed once, in full or "
     "in part.",
     transfer_reverse_inputs, transfer_reverse_examples, view_transfer, judge_transfer,
     "Reverse transfer {}?"},
    {"transfer import",
     "Post the transfers of a file",
     import_details,
     transfer_import_inputs,
     transfer_import_examples,
     nullptr,
     nullptr,
     {},
     run_import},
    {"audit tail", "Show the newest audit records", "Newest last.", audit_tail_inputs,
     audit_tail_examples, view_audit},
    {"audit search", "Search the audit log", "Newest first.", audit_search_inputs,
     audit_search_examples, view_audit},
    {"audit export",
     "Write the whole audit log to a file",
     export_details,
     audit_export_inputs,
     audit_export_examples,
     nullptr,
     nullptr,
     {},
     run_export},
    {"audit archive",
     "Write old records to an archive file",
     archive_details,
     audit_archive_inputs,
     audit_archive_examples,
     nullptr,
     nullptr,
     {},
     run_archive},
    {"audit prune", "Remove archived records from the database", prune_details, audit_prune_inputs,
     audit_prune_examples, view_archive, nullptr,
     "Remove the records of archive {} from the database?"},
    {"ledger check",
     "Check that the ledger is consistent",
     "Adds up all entries and all balances, and compares them. Exits 1 if they differ.",
     {},
     ledger_check_examples,
     view_ledger,
     judge_ledger},
    {"session list", "List the sessions of a user", "", session_list_inputs, session_list_examples,
     view_sessions},
    {"session revoke", "End a session immediately", "", session_revoke_inputs,
     session_revoke_examples, view_revoked},
    {"backup create",
     "Make a backup of the database",
     backup::create_details,
     backup::create_inputs,
     backup::create_examples,
     nullptr,
     nullptr,
     {},
     run_backup<view_backup>},
    {"backup list",
     "List the backups",
     backup::list_details,
     backup::list_inputs,
     backup::list_examples,
     nullptr,
     nullptr,
     {},
     run_backup<view_backups>},
    {"backup verify",
     "Verify that a backup can be restored",
     backup::verify_details,
     backup::verify_inputs,
     backup::verify_examples,
     nullptr,
     nullptr,
     {},
     run_backup<view_verified>},
    {"backup restore",
     "Restore the database from a backup",
     backup::restore_details,
     backup::restore_inputs,
     backup::restore_examples,
     nullptr,
     nullptr,
     {},
     run_backup<view_restored>},
    {"backup accept-loss",
     "Let a restored bank start without its last records",
     backup::accept_loss_details,
     backup::accept_loss_inputs,
     backup::accept_loss_examples,
     nullptr,
     nullptr,
     {},
     run_backup<view_accepted>},
    {"config show", "Show the configuration in force", "", {}, config_show_examples, view_text},
    {"config check",
     "Check the configuration files without applying them",
     "Reads them as a restart would. Exits 1 if a restart would reject them. If front ends are "
     "separate processes, it reports which files it did not check.",
     {},
     config_check_examples,
     view_configuration_findings,
     judge_configuration},
});

constexpr std::array<Noun, 12> noun_table{{{"status", "The state of the bank"},
                                           {"metrics", "Metrics"},
                                           {"user", "Users and their roles"},
                                           {"account", "Accounts"},
                                           {"hold", "Holds"},
                                           {"role", "Limits of roles"},
                                           {"transfer", "Transfers"},
                                           {"audit", "The audit log"},
                                           {"ledger", "The ledger"},
                                           {"session", "Sessions of users"},
                                           {"backup", "Backups of the database"},
                                           {"config", "bankd's configuration"}}};

}  // namespace

std::span<Command const> commands() noexcept {
    return table;
}
std::span<Noun const> nouns() noexcept {
    return noun_table;
}

Command const* find_command(std::string_view words) noexcept {
    for (auto const& command : table) {
        if (command.words == words) return &command;
    }
    return nullptr;
}

}  // namespace bank::bankctl
