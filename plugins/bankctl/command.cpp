#include "plugins/bankctl/command.hpp"

#include <algorithm>
#include <array>
#include <tuple>

#include "core/api/accounts.hpp"
#include "core/api/audit.hpp"
#include "core/api/system.hpp"
#include "core/api/transfers.hpp"
#include "core/api/users.hpp"
#include "plugins/bankctl/arguments.hpp"
#include "plugins/bankctl/command_line.hpp"
#include "plugins/bankctl/general_view.hpp"
#include "plugins/bankctl/inputs.hpp"
#include "plugins/bankctl/own_commands.hpp"

namespace bank::bankctl {
namespace {

namespace wire = admin::wire;

bool changes_limits(Invocation const& invocation) {
    constexpr std::array names{"per_transfer", "per_day", "per_week", "per_month"};
    return std::any_of(names.begin(), names.end(),
                       [&](char const* name) { return invocation.arguments.has(name); });
}

// The views of outputs that have more than the general one.
struct OutputView {
    api::Type const& (*type)();
    View view;
};

constexpr auto output_views = std::to_array<OutputView>({
    {api::type_of<api::User>, view_user},
    {api::type_of<api::Page<api::User>>, view_users},
    {api::type_of<api::OneTimePassword>, view_one_time_password},
    {api::type_of<api::Page<api::Session>>, view_sessions},
    {api::type_of<api::Account>, view_account},
    {api::type_of<api::Page<api::Account>>, view_accounts},
    {api::type_of<api::Balance>, view_balance},
    {api::type_of<api::Page<api::HistoryEntry>>, view_history},
    {api::type_of<api::Hold>, view_hold},
    {api::type_of<api::Page<api::Hold>>, view_holds},
    {api::type_of<api::Transfer>, view_transfer},
    {api::type_of<api::Page<api::Transfer>>, view_transfers},
    {api::type_of<api::Page<api::AuditRecord>>, view_audit},
    {api::type_of<api::Archive>, view_archive},
    {api::type_of<api::LedgerReport>, view_ledger},
    {api::type_of<api::SchemaReport>, view_schema},
    {api::type_of<api::Alarm>, view_alarm},
    {api::type_of<std::vector<api::Alarm>>, view_alarms},
});

// What a command of the admin channel has beyond its description.
struct Extra {
    std::string_view words;
    View view = nullptr;  // Null: that of its output.
    ExitOf exit_of = nullptr;
    Condition changes = nullptr;
    bool (*is_pending)(std::string_view result) = nullptr;
};

constexpr auto extras = std::to_array<Extra>({
    {"status", view_status, exit_of_status},
    {"metrics", view_text},
    {"account limits", view_limits},
    {"hold release", nullptr, exit_of_transfer},
    {"role limits", view_role_limits, nullptr, changes_limits},
    {"transfer receipt", view_receipt, nullptr, nullptr, is_pending_receipt},
    {"transfer reverse", nullptr, exit_of_transfer},
    {"ledger check", nullptr, exit_of_ledger},
    {"schema check", nullptr, exit_of_schema},
    {"session revoke", view_revoked},
    {"config show", view_text},
    {"config check", view_configuration_findings, exit_of_configuration},
});

constexpr Input follow =
    inputs::flag("follow", "Keep printing new records until interrupted.", InputKind::follow);

constexpr std::array<Noun, 14> noun_table{{{"status", "The state of the bank"},
                                           {"metrics", "Metrics"},
                                           {"user", "Users and their roles"},
                                           {"account", "Accounts"},
                                           {"hold", "Holds"},
                                           {"role", "Limits of roles"},
                                           {"transfer", "Transactions"},
                                           {"audit", "The audit log"},
                                           {"ledger", "The ledger"},
                                           {"schema", "The schema of the database"},
                                           {"alarm", "Alarms, and the way back after one"},
                                           {"session", "Sessions of users"},
                                           {"backup", "Backups of the database"},
                                           {"config", "bankd's configuration"}}};

// Those of the table, then those of operations that it does not have, under their headings.
std::vector<Noun> all_nouns() {
    std::vector<Noun> all{noun_table.begin(), noun_table.end()};
    for (auto const& spec : wire::vocabulary()) {
        auto const noun = noun_of(spec.words);
        auto const is_known =
            std::any_of(all.begin(), all.end(), [&](Noun const& n) { return n.word == noun; });
        if (!is_known) all.push_back({noun, spec.operation->facts.tag});
    }
    return all;
}

// list and show, then the others by their names.
auto place_of(Command const& command) {
    auto const all = nouns();
    auto const noun = noun_of(command.words);
    auto const verb = command.words.substr(std::min(noun.size() + 1, command.words.size()));
    auto const rank = verb == "list" ? 0 : verb == "show" ? 1 : 2;
    auto const place =
        std::find_if(all.begin(), all.end(), [&](Noun const& n) { return n.word == noun; });
    return std::tuple{place - all.begin(), rank, verb};
}

AnyView view_of(api::Type const& output) {
    for (auto const& one : output_views) {
        if (&one.type() == &output) return one.view;
    }
    return general_view(output);
}

std::vector<Command> all_commands() {
    auto all = own_commands();
    for (auto const& spec : wire::vocabulary()) {
        if (!spec.summary.empty()) all.push_back(command_of(spec));
    }
    std::sort(all.begin(), all.end(),
              [](Command const& a, Command const& b) { return place_of(a) < place_of(b); });
    return all;
}

}  // namespace

Command command_of(wire::CommandSpec const& spec) {
    Command command{.words = spec.words,
                    .summary = spec.summary,
                    .details = spec.details,
                    .inputs = inputs_of(spec),
                    .examples = spec.examples,
                    .question = spec.question};
    if (spec.output != nullptr) command.view = view_of(spec.output());
    auto const* const extra = std::find_if(extras.begin(), extras.end(),
                                           [&](Extra const& e) { return e.words == spec.words; });
    if (extra != extras.end()) {
        if (extra->view != nullptr) command.view = extra->view;
        command.exit_of = extra->exit_of;
        command.changes = extra->changes;
        command.is_pending = extra->is_pending;
    }
    if (spec.words == "audit tail") {
        command.inputs.push_back(follow);
        command.inputs.back().letter = 'f';
    }
    return command;
}

std::span<Command const> commands() noexcept {
    static auto const all = all_commands();
    return all;
}
std::span<Noun const> nouns() noexcept {
    static auto const all = all_nouns();
    return all;
}

Command const* find_command(std::string_view words) noexcept {
    for (auto const& command : commands()) {
        if (command.words == words) return &command;
    }
    return nullptr;
}

}  // namespace bank::bankctl
