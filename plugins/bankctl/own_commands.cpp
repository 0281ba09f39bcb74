#include "plugins/bankctl/own_commands.hpp"

#include <array>

#include "plugins/bankctl/arguments.hpp"
#include "plugins/bankctl/backup.hpp"
#include "plugins/bankctl/backup_commands.hpp"
#include "plugins/bankctl/backup_views.hpp"
#include "plugins/bankctl/command_details.hpp"
#include "plugins/bankctl/export.hpp"
#include "plugins/bankctl/import.hpp"
#include "plugins/bankctl/inputs.hpp"

namespace bank::bankctl {
namespace {

using namespace inputs;
namespace backup = backup_commands;

constexpr std::array<std::string_view, 2> formats{"csv", "jsonl"};

constexpr std::array import_inputs{
    place("FILE", "The file, or - for standard input."),
    one_of(own("format", "FORMAT", "The format, if the file name has no such extension."), formats),
    own("key-prefix", "TEXT",
        "For a line without a key, derive the key from TEXT and the content of the line."),
    flag("dry-run", "Check everything and post nothing."),
    own("report", "REPORT", "Write the outcome of each item to this file, as JSON lines."),
    own("retry", "SECONDS",
        "Keep retrying for this long while the bank is busy or unavailable; default: 30.",
        InputKind::seconds)};
constexpr std::array export_inputs{place("FILE", "The file to write, or - for standard output.")};
constexpr std::array archive_inputs{place("FILE", "The file to write.")};

constexpr std::array<Example, 3> import_examples{
    {{"bankctl transfer import salaries.csv --dry-run", "Checks the file without posting."},
     {"bankctl transfer import salaries.csv --report salaries-done.jsonl",
      "Posts the file; running it again is safe."},
     {"bankctl transfer import - --format jsonl < payments", "From standard input."}}};
constexpr std::array<Example, 3> export_examples{
    {{"bankctl audit export trail.export", "The whole audit log, for an audit."},
     {"bankctl audit export trail.export --resume", "Continues after the last complete record."},
     {"bankctl audit export - | zstd > trail.export.zst", "Compressed on the fly."}}};
constexpr std::array<Example, 2> archive_examples{
    {{"bankctl audit archive 2025.archive --before 2026-01-01",
      "The audit log up to the end of 2025."},
     {"bankctl audit archive trail.archive --json",
      "All records that are old enough, for a script."}}};

struct Own {
    std::string_view words;
    std::string_view summary;
    std::string_view details;
    std::span<Input const> inputs;
    std::span<Example const> examples;
    Runner run;
};

constexpr std::array<Own, 8> table{{
    {"transfer import", "Post the transactions of a file", import_details, import_inputs,
     import_examples, run_import},
    {"audit export", "Write the whole audit log to a file", export_details, export_inputs,
     export_examples, run_export},
    {"audit archive", "Write old records to an archive file", archive_details, archive_inputs,
     archive_examples, run_archive},
    {"backup create", "Make a backup of the database", backup::create_details,
     backup::create_inputs, backup::create_examples, run_backup<view_backup>},
    {"backup list", "List the backups", backup::list_details, backup::list_inputs,
     backup::list_examples, run_backup<view_backups>},
    {"backup verify", "Verify that a backup can be restored", backup::verify_details,
     backup::verify_inputs, backup::verify_examples, run_backup<view_verified>},
    {"backup restore", "Restore the database from a backup", backup::restore_details,
     backup::restore_inputs, backup::restore_examples, run_backup<view_restored>},
    {"backup accept-loss", "Let a restored bank start without its last records",
     backup::accept_loss_details, backup::accept_loss_inputs, backup::accept_loss_examples,
     run_backup<view_accepted>},
}};

}  // namespace

std::vector<Command> own_commands() {
    std::vector<Command> commands;
    for (auto const& own : table) {
        Command command{.words = own.words,
                        .summary = own.summary,
                        .details = own.details,
                        .inputs = {own.inputs.begin(), own.inputs.end()},
                        .examples = {own.examples.begin(), own.examples.end()},
                        .run = own.run};
        // The inputs of the request of the same name.
        if (auto const* const spec = admin::wire::find_command(own.words)) {
            auto const more = inputs_of(*spec);
            command.inputs.insert(command.inputs.end(), more.begin(), more.end());
        }
        commands.push_back(std::move(command));
    }
    return commands;
}

}  // namespace bank::bankctl
