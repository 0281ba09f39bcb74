// What bankctl backup takes; for the table of command.cpp alone. The names of the options are those
// of packaging/appliance/backup.
#pragma once
#include <array>
#include <string_view>

#include "plugins/admin/bankctl/command.hpp"
#include "plugins/admin/bankctl/input_check.hpp"

namespace bank::bankctl::backup_commands {

consteval Input text(std::string_view name, std::string_view placeholder,
                     std::string_view meaning) {
    return {.argument = {},
            .option = name,
            .placeholder = placeholder,
            .meaning = meaning,
            .kind = InputKind::own_text};
}

consteval Input required(Input input) {
    input.is_required = true;
    return input;
}

inline constexpr Input config =
    text("config", "FILE", "The configuration; /etc/bankd/backup.conf if not given.");
inline constexpr Input which =
    text("backup", "NAME", "Which backup, by its name in the list; else the newest that fits.");
consteval Input checked(Input input, Check check) {
    input.check = check;
    return input;
}

inline constexpr Input to =
    checked(text("to", "TIME", "The point in time, as 2026-01-31T12:00:00Z; else the newest."),
            check::time);
inline constexpr Input identity =
    required(text("identity", "FILE", "The private key of the backups, as age-keygen made it."));
inline constexpr Input work =
    text("work", "DIRECTORY", "Where there is room for the database; /var/tmp if not given.");

inline constexpr Input wal =
    text("wal", "DIRECTORY",
         "WAL that was not archived yet: the pg_wal of the lost database, if it can be read.");

inline constexpr std::array create_inputs{config};
inline constexpr std::array list_inputs{config};
inline constexpr std::array verify_inputs{
    which,
    to,
    identity,
    text("key", "KEY", "The public key of the audit log, or @FILE: else the log is not checked."),
    text("checkpoints", "FILE", "Checkpoints that were seen before: the log must have them."),
    wal,
    work,
    config};
inline constexpr std::array restore_inputs{
    which,
    to,
    identity,
    Input{.argument = {},
          .option = "replace-existing",
          .placeholder = {},
          .meaning = "Move the database that is there aside; it is not deleted.",
          .kind = InputKind::own_flag},
    wal,
    config};
inline constexpr std::array accept_loss_inputs{
    checked(required(text("missing", "N", "How many records, as bankd said, or unknown.")),
            check::missing_records),
    required(text("reason", "TEXT", "Why; it stands in the audit log.")), config};

inline constexpr std::array<Example, 1> create_examples{
    {{"bankctl backup create", "While the bank serves."}}};
inline constexpr std::array<Example, 2> list_examples{
    {{"bankctl backup list", "What is there, and up to when it reaches."},
     {"bankctl backup list --json", "The same for a script, and whether WAL waits."}}};
inline constexpr std::array<Example, 2> verify_examples{
    {{"bankctl backup verify --identity /media/key/backup.key --key @audit.pub",
      "Would the newest backup bring the bank back?"},
     {"bankctl backup verify --identity backup.key --key @audit.pub --checkpoints seen",
      "And has it all that was signed?"}}};
inline constexpr std::array<Example, 2> restore_examples{
    {{"bankctl backup restore --identity /media/key/backup.key --replace-existing",
      "The newest point that can be reached."},
     {"bankctl backup restore --identity backup.key --to 2026-01-31T12:00:00Z",
      "The bank as it was at noon."}}};
inline constexpr std::array<Example, 1> accept_loss_examples{
    {{"bankctl backup accept-loss --missing 212 --reason 'both disks burnt, ticket 4711'",
      "The bank may open without the last 212 records."}}};

inline constexpr std::string_view create_details =
    "A base backup of the bank's own database, encrypted to the recipients of the configuration: "
    "the private key is not needed and should not be here. The database compares the checksum of "
    "each page that it reads. Runs as root or as the database's user, and needs no bankd.";
inline constexpr std::string_view list_details =
    "NEWEST POINT is up to when a backup reaches with the WAL that is archived without a gap.";
inline constexpr std::string_view verify_details =
    "Restores the backup into a directory of its own, replays the WAL, and checks the copy: each "
    "file against the manifest, the ledger against itself, and with --key the whole audit log with "
    "bankd-verify. The bank is not touched and nothing is left. Ends with 1 if the copy is not in "
    "order, with 65 if the backup is damaged or the key does not open it.";
inline constexpr std::string_view restore_details =
    "Puts the database back as it was. Refuses while PostgreSQL runs on the directory, and if "
    "there is anything in it. The restored bank refuses to serve until bankd has compared its "
    "audit log with the newest checkpoint of [audit] checkpoint_file; bankd says so when it "
    "starts, and records the check.";
inline constexpr std::string_view accept_loss_details =
    "After a restoration that ends before the newest checkpoint: bankd names how many records are "
    "missing and does not serve. This says that the loss of just so many is accepted, and why; "
    "bankd records it at its next start. The checkpoints of the lost records, and transfers that "
    "customers have receipts of, will never verify again.";

}  // namespace bank::bankctl::backup_commands
