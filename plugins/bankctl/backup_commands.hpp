// The inputs and texts of bankctl backup, for the table of own_commands.cpp only. The options have
// the names of those of packaging/appliance/backup.
#pragma once
#include <array>
#include <string_view>

#include "plugins/bankctl/command.hpp"
#include "plugins/bankctl/input_check.hpp"
#include "plugins/bankctl/inputs.hpp"

namespace bank::bankctl::backup_commands {

using namespace inputs;

inline constexpr Input config =
    own("config", "FILE", "The configuration; default: /etc/bankd/backup.conf.");
inline constexpr Input which =
    own("backup", "NAME", "The name of the backup, as listed; default: the newest suitable one.");
inline constexpr Input to =
    own("to", "TIME", "The point in time, like 2026-01-31T12:00:00Z; default: the newest.");
inline constexpr Input identity =
    required(own("identity", "FILE", "The private key of the backups, as age-keygen writes it."));
inline constexpr Input work =
    own("work", "DIRECTORY", "A directory with room for the database; default: /var/tmp.");

inline constexpr Input wal =
    own("wal", "DIRECTORY",
        "WAL that is not archived yet: the pg_wal of the lost database, if readable.");

inline constexpr std::array create_inputs{config};
inline constexpr std::array list_inputs{config};
inline constexpr std::array verify_inputs{
    which,
    to,
    identity,
    own("key", "KEY",
        "The public key of the audit log, or @FILE; without it the log is not checked."),
    own("checkpoints", "FILE", "Checkpoints seen earlier, which the log must contain."),
    wal,
    work,
    config};
inline constexpr std::array restore_inputs{
    which,    to,
    identity, flag("replace-existing", "Move the existing database aside; it is not deleted."),
    wal,      config};
inline constexpr std::array accept_loss_inputs{
    checked(required(own("missing", "N",
                         "The number of missing records, as bankd reports it, or unknown.")),
            check::missing_records),
    required(own("reason", "TEXT", "The reason; the audit log keeps it.")), config};

inline constexpr std::array<Example, 1> create_examples{
    {{"bankctl backup create", "While the bank is running."}}};
inline constexpr std::array<Example, 2> list_examples{
    {{"bankctl backup list", "The backups, and the newest point that each can restore."},
     {"bankctl backup list --json",
      "The same for a script, with the number of waiting WAL files."}}};
inline constexpr std::array<Example, 2> verify_examples{
    {{"bankctl backup verify --identity /media/key/backup.key --key @audit.pub",
      "Checks that the newest backup can be restored."},
     {"bankctl backup verify --identity backup.key --key @audit.pub --checkpoints seen",
      "Also checks that it contains every signed record."}}};
inline constexpr std::array<Example, 2> restore_examples{
    {{"bankctl backup restore --identity /media/key/backup.key --replace-existing",
      "Restores the newest possible point."},
     {"bankctl backup restore --identity backup.key --to 2026-01-31T12:00:00Z",
      "Restores the state at noon."}}};
inline constexpr std::array<Example, 1> accept_loss_examples{
    {{"bankctl backup accept-loss --missing 212 --reason 'both disks burnt, ticket 4711'",
      "The bank may start without the last 212 records."}}};

inline constexpr std::string_view create_details =
    "A base backup of the bank's own database, encrypted to the recipients in the configuration; "
    "the private key is not needed, and should not be on this machine. PostgreSQL verifies the "
    "checksum of each page that it reads. Runs as root or as the database's user, and does not "
    "need bankd.";
inline constexpr std::string_view list_details =
    "NEWEST POINT is the latest time that can be restored from the backup and the WAL that is "
    "archived without a gap.";
inline constexpr std::string_view verify_details =
    "Restores the backup into a directory of its own, replays the WAL, and checks the copy: each "
    "file against the manifest, the ledger against itself, and with --key the whole audit log with "
    "bankd-verify. The bank is not touched, and the copy is removed. Exits 1 if a check of the "
    "copy "
    "fails, 65 if the backup is damaged or the key does not open it.";
inline constexpr std::string_view restore_details =
    "Restores the database to an earlier state. Fails while PostgreSQL uses the directory, and if "
    "the directory is not empty. The restored bank does not serve until bankd has compared its "
    "audit log with the newest checkpoint of [audit] checkpoint_file; bankd reports this at its "
    "start, and records the check.";
inline constexpr std::string_view accept_loss_details =
    "If a restored database ends before the newest checkpoint, bankd reports how many records are "
    "missing and does not serve. This command accepts the loss of exactly that many records, with "
    "a reason; bankd records it at its next start. The checkpoints of the lost records, and the "
    "receipts of their transfers, will never verify again.";

}  // namespace bank::bankctl::backup_commands
