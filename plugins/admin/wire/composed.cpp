#include "plugins/admin/wire/composed.hpp"

#include <iterator>
#include <utility>

#include "core/base/bounds.hpp"
#include "core/base/check.hpp"
#include "core/operations/accounts.hpp"
#include "core/operations/transfers.hpp"
#include "core/operations/users.hpp"
#include "plugins/admin/wire/operation_command.hpp"

namespace bank::admin::wire {
namespace {

// As an operation's command has it.
ArgumentSpec of(operations::Operation const& operation, std::string_view name) {
    for (auto const& field : operation.input().fields) {
        if (argument_name(field) == name) return argument_of(field, operation.input());
    }
    BANK_UNREACHABLE();
}

ArgumentSpec required(ArgumentSpec spec) {
    spec.is_required = true;
    return spec;
}

ArgumentSpec account() {
    return of(operations::operation<operations::FindAccount>, "account");
}
ArgumentSpec user() {
    return of(operations::operation<operations::FindUser>, "user_name");
}
ArgumentSpec transfer() {
    return of(operations::operation<operations::FindTransfer>, "transfer_id");
}
ArgumentSpec hold() {
    return of(operations::operation<operations::FindHold>, "hold_id");
}

ArgumentSpec limit(std::string_view name, std::string option, std::string_view meaning) {
    return {.name = name,
            .format = Format::amount_or_none,
            .size_max = 32,
            .meaning = meaning,
            .option = std::move(option),
            .placeholder = "AMOUNT"};
}

// `first`, then the limits that accounts and roles have.
std::vector<ArgumentSpec> limits(std::vector<ArgumentSpec> first) {
    first.push_back(limit("per_transfer", "per-transfer",
                          "The largest amount that one transaction may debit."));
    first.push_back(limit("per_day", "per-day", "The largest total per UTC day."));
    first.push_back(
        limit("per_week", "per-week", "The largest total per UTC week, which starts on Monday."));
    first.push_back(limit("per_month", "per-month", "The largest total per UTC month."));
    return first;
}

ArgumentSpec reference() {
    return {.name = "reference",
            .size_max = bounds::reference_size_max,
            .meaning = "A note that the account's history shows.",
            .option = "reference",
            .placeholder = "TEXT"};
}

ArgumentSpec key() {
    return {.name = "key",
            .format = Format::key,
            .is_required = true,
            .size_max = bounds::idempotency_key_size_max,
            .meaning =
                "The idempotency key, to repeat a request whose outcome is unknown; "
                "default: a new one.",
            .option = "key",
            .placeholder = "KEY"};
}

ArgumentSpec flag(std::string_view name, std::string_view meaning) {
    return {.name = name,
            .kind = ArgumentKind::boolean,
            .meaning = meaning,
            .option = std::string{name}};
}

std::vector<CommandSpec> about_users() {
    return {
        {.words = "user disable",
         .summary = "Disable a user's login",
         .details = "Ends the user's sessions immediately.",
         .arguments = {user()},
         .output = api::type_of<api::User>,
         .examples = {{"bankctl user disable bob", "Prompts for confirmation."},
                      {"bankctl user disable bob --yes", "Skips the confirmation; for scripts."}},
         .question = "Disable user {} and end all sessions?"},
        {.words = "user enable",
         .summary = "Enable a disabled user",
         .arguments = {user()},
         .output = api::type_of<api::User>,
         .examples = {{"bankctl user enable bob", "Lets bob sign in again."}}}};
}

std::vector<CommandSpec> about_accounts() {
    auto minimum =
        limit("minimum_balance", "minimum-balance", "The balance that must remain in the account.");
    auto of_account = limits({account()});
    of_account.push_back(std::move(minimum));
    auto role = of(operations::operation<operations::SetRoleLimits>, "role");
    role.is_required = false;
    role.option.clear();
    role.meaning = "Only the limits of this role.";
    auto currency = of(operations::operation<operations::SetRoleLimits>, "currency");
    currency.is_required = false;
    currency.option.clear();
    currency.placeholder = "CURRENCY";
    currency.meaning = "The currency of the limits (ISO 4217).";
    auto const& freeze = operations::operation<operations::FreezeAccount>;
    return {
        {.words = "account freeze",
         .summary = "Freeze an account",
         .details = "Blocks debits, credits or both until the account is unfrozen. An earlier "
                    "freeze of the other side remains.",
         .arguments = {account(), flag("debit", "Block debits."), flag("credit", "Block credits."),
                       required(of(freeze, "reason"))},
         .output = api::type_of<api::Account>,
         .examples = {{"bankctl account freeze 17 --debit --reason 'court order 4 C 12/26'",
                       "Only credits are possible."},
                      {"bankctl account freeze 17 --debit --credit --reason 'under investigation' "
                       "--yes",
                       "No transactions are possible; skips the confirmation."}},
         .question = "Freeze account {}?"},
        {.words = "account unfreeze",
         .summary = "Unfreeze an account",
         .arguments = {account()},
         .output = api::type_of<api::Account>,
         .examples = {{"bankctl account unfreeze 17", "Debits and credits are possible again."}}},
        {.words = "account limits",
         .summary = "Show or change an account's limits",
         .details = "Without options, shows the limits and their current use. AMOUNT is in the "
                    "account's currency, like 500.00, or none. Other limits are not changed.",
         .arguments = std::move(of_account),
         .examples = {{"bankctl account limits 17", "The limits and their current use."},
                      {"bankctl account limits 17 --per-day 1000.00 --per-month none",
                       "Changes these two and keeps the others."},
                      {"bankctl account limits 17 --minimum-balance 50.00",
                       "50.00 must remain in the account."}}},
        {.words = "role limits",
         .summary = "Show or change the limits of a role",
         .details = "The lower of role and account limit applies. AMOUNT is in CURRENCY, like "
                    "500.00, or none. Other limits are not changed.",
         .arguments = limits({std::move(role), std::move(currency)}),
         .examples = {{"bankctl role limits", "The limits of all roles."},
                      {"bankctl role limits teller EUR --per-transfer 10000.00",
                       "Sets the largest amount that a teller may debit at once, from any "
                       "account."},
                      {"bankctl role limits customer EUR --per-day none", "Removes the limit."}},
         .question = "Change the limits of role {}?"}};
}

std::vector<CommandSpec> about_transfers() {
    ArgumentSpec const amount{.name = "amount",
                              .format = Format::amount,
                              .size_max = 32,
                              .meaning = "A part of the amount, like 12.50; default: all of it.",
                              .option = "amount",
                              .placeholder = "AMOUNT"};
    return {
        {.words = "hold release",
         .summary = "Release a hold",
         .details = "Makes the amount available again; the hold can no longer be captured.",
         .arguments = {hold(), reference(), key()},
         .output = api::type_of<api::Transfer>,
         .examples = {{"bankctl hold release 4711 --reference 'order cancelled'",
                       "Makes the amount available again; prompts for confirmation."}},
         .question = "Release hold {}?"},
        {.words = "transfer reverse",
         .summary = "Reverse a transaction",
         .details = "Posts a new transaction in the opposite direction. A transaction can be "
                    "reversed once, in full or in part.",
         .arguments = {transfer(), amount, reference(), key()},
         .output = api::type_of<api::Transfer>,
         .examples = {{"bankctl transfer reverse 4711",
                       "Reverses all of it; prompts for confirmation."},
                      {"bankctl transfer reverse 4711 --amount 12.50 --reference 'charged twice' "
                       "--yes",
                       "Reverses a part of it."}},
         .question = "Reverse transaction {}?"}};
}

// Of several requests, or whose lines go into a file: see plugins/bankctl.
std::vector<CommandSpec> for_programs() {
    return {{.words = "transfer submit",
             .arguments = {{.name = "items", .kind = ArgumentKind::list, .is_required = true}}},
            // Numbers with a comma between them.
            {.words = "account lookup",
             .arguments = {{.name = "account_nos",
                            .is_required = true,
                            .size_max = lookup_accounts_max * 35}}},
            {.words = "audit export",
             .arguments = {{.name = "from",
                            .kind = ArgumentKind::integer,
                            .meaning = "Start with the seal that covers this record; default: 0.",
                            .option = "from",
                            .placeholder = "NUMBER"},
                           flag("resume",
                                "Continue an interrupted FILE, or bring an existing one up to "
                                "date.")}},
            {.words = "audit archive",
             .arguments = {{.name = "before",
                            .format = Format::time,
                            .meaning = "Only records signed before this date or time; default: all "
                                       "that are old enough.",
                            .option = "before",
                            .placeholder = "TIME"}}}};
}

std::vector<CommandSpec> about_the_bank() {
    return {
        {.words = "status",
         .summary = "Show the state of the bank at a glance",
         .details = "Exits 0 if the bank is ready, 75 if it is starting, stopping or without its "
                    "database.",
         .examples = {{"bankctl status", "The state of the bank."},
                      {"bankctl status --json | jq .readiness", "The same for a script."}}},
        {.words = "metrics",
         .summary = "Print the metrics of the bank",
         .details = "In the text format of Prometheus; bankd-metrics(7) describes each. Available "
                    "to anyone who may open the admin socket, also while the database is "
                    "unavailable.",
         .examples = {{"bankctl metrics", "All metrics."},
                      {"bankctl metrics | grep ^bankd_posting", "The metrics of posting."}}},
        {.words = "audit tail",
         .summary = "Show the newest audit records",
         .details = "Newest last.",
         .arguments = {{.name = "limit",
                        .kind = ArgumentKind::integer,
                        .minimum = 1,
                        .maximum = bounds::page_limit_max,
                        .meaning = "The last N records, 1 to 100; default: 20.",
                        .option = "lines",
                        .letter = 'n',
                        .placeholder = "N"},
                       {.name = "after", .kind = ArgumentKind::integer, .minimum = 1}},
         .output = api::type_of<api::Page<api::AuditRecord>>,
         .examples = {{"bankctl audit tail -n 50", "The last 50 records."},
                      {"bankctl audit tail -f", "Prints new records as they are written."}}},
        {.words = "config show",
         .summary = "Show the configuration in force",
         .examples = {{"bankctl config show", "Each key, its value, and the file that sets it."}}},
        {.words = "config check",
         .summary = "Check the configuration files without applying them",
         .details = "Reads them as a restart would. Exits 1 if a restart would reject them. If "
                    "front ends are separate processes, it reports which files it did not check.",
         .examples = {{"bankctl config check && systemctl restart bankd",
                       "Restarts only if the files are valid."}}}};
}

}  // namespace

std::vector<CommandSpec> composed_commands() {
    std::vector<CommandSpec> all;
    for (auto part :
         {about_users(), about_accounts(), about_transfers(), for_programs(), about_the_bank()}) {
        std::move(part.begin(), part.end(), std::back_inserter(all));
    }
    return all;
}

}  // namespace bank::admin::wire
