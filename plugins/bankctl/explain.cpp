// Explains a declined or rejected request and suggests the next step.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "plugins/bankctl/command.hpp"
#include "plugins/bankctl/output.hpp"
#include "plugins/bankctl/run.hpp"

namespace bank::bankctl {
namespace {

namespace wire = admin::wire;

struct Advice {
    Code code = Code::posted;
    std::string_view text;
};

// Advice on declined transactions and conflicts.
constexpr auto advice = std::to_array<Advice>({
    {Code::accounts_are_the_same, "Name two different accounts."},
    {Code::currency_mismatch, "Use accounts in the currency of the amount."},
    {Code::hold_expired, "Place a new hold."},
    {Code::hold_settled, "bankctl hold show names the transaction that settled it."},
    {Code::capture_exceeds_hold, "Capture at most the held amount."},
    {Code::not_reversible, "Check the id of the transfer."},
    {Code::already_reversed, "It is already reversed; there is nothing to do."},
    {Code::reversal_exceeds_original, "Reverse at most the original amount."},
    {Code::debit_account_closed, "Debit another account."},
    {Code::credit_account_closed, "Credit another account."},
    {Code::debit_account_locked,
     "Unlock the account (bankctl account unlock) and resubmit under a new key."},
    {Code::debit_account_frozen,
     "Unfreeze the account (bankctl account unfreeze) and resubmit under a new key."},
    {Code::credit_account_frozen,
     "Unfreeze the account (bankctl account unfreeze) and resubmit under a new key."},
    {Code::transfer_limit_exceeded,
     "Raise the limit (bankctl account limits) and resubmit under a new key."},
    {Code::day_limit_exceeded,
     "Raise the limit (bankctl account limits), or resubmit tomorrow under a new key."},
    {Code::week_limit_exceeded,
     "Raise the limit (bankctl account limits), or resubmit next week under a new key."},
    {Code::month_limit_exceeded,
     "Raise the limit (bankctl account limits), or resubmit next month under a new key."},
    {Code::insufficient_funds, "Fund the account and resubmit under a new key."},
    {Code::balance_out_of_range, "Check the amount."},
    {Code::linked_transfer_refused, "See the declined transfer of the group."},
    {Code::idempotency_key_reused, "Another request used this key; use a new one."},
    {Code::debit_account_not_found, "bankctl account list shows the accounts."},
    {Code::credit_account_not_found, "bankctl account list shows the accounts."},
    {Code::origin_not_found, "Check the id of the hold or transfer."},
    {Code::account_not_empty,
     "bankctl account show and bankctl account holds show what remains in the account."},
    {Code::user_not_disabled, "bankctl user disable disables a user."},
    {Code::limit_below_use, "bankctl account show shows the balance."},
    {Code::alarm_cleared, "bankctl alarm list --all shows the decisions."},
    {Code::other_administrator_required, "bankctl alarm list shows who has decided."},
});

std::string next_step(wire::Reply const& reply) {
    if (!reply.code) return "This bankd is newer than this bankctl; upgrade bankctl.";
    auto const code = *reply.code;
    if (code == Code::permission_denied) {
        // A message already names the reason. Without one the object does not allow it.
        if (!reply.message.empty()) return {};
        return "The bank's own accounts and local administrators cannot be changed in this way.";
    }
    if (code == Code::user_not_found) return "bankctl user list shows the users.";
    if (code == Code::account_not_found) return "bankctl account list shows the accounts.";
    if (code == Code::user_name_taken) return "Choose another name.";
    if (code == Code::last_admin) return "Give another user the role admin first.";
    if (code == Code::unknown_currency)
        return "The currencies are set by [bank] currencies in bankd.conf.";
    if (code == Code::outcome_unknown) return "Check whether it was executed before you repeat it.";
    if (code == Code::storage_unavailable)
        return "Check PostgreSQL: bankctl status, journalctl -u bankd.";
    if (code == Code::audit_behind)
        return "Check why records are not sealed: bankctl status, journalctl -u bankd.";
    if (code == Code::bank_halted)
        return "See why, and what to do: bankctl status, bankctl alarm list.";
    if (code == Code::storage_full) return "Free space on the database's disk.";
    if (code == Code::secret_too_weak) return "Choose a longer one that is hard to guess.";
    if (auto const next = what_to_do(code); !next.empty()) return std::string{next};
    if (reply.retry_after_s != 0)
        return fmt::format("Try again in {} seconds.", reply.retry_after_s);
    switch (kind(code)) {
    case CodeKind::throttled:
    case CodeKind::unavailable:
    case CodeKind::timeout: return "Try again shortly.";
    case CodeKind::fault: return "Report it with the request id; journalctl -u bankd has details.";
    case CodeKind::malformed:
    case CodeKind::too_large: return "See --help of the command.";
    case CodeKind::conflict: return "Check the current state first.";
    case CodeKind::not_found: return "Check the id.";
    case CodeKind::done:
    case CodeKind::refused:
    case CodeKind::unsupported:
    case CodeKind::method:
    case CodeKind::length:
    case CodeKind::unauthenticated:
    case CodeKind::forbidden: return {};
    }
    BANK_UNREACHABLE();
}

// As people type it: an input of this command, or else of any.
Input const* input_of(std::string_view argument, Command const* command) {
    auto const has = [&](Command const& one) -> Input const* {
        for (auto const& input : one.inputs) {
            auto const is_typed =
                input.kind != InputKind::secret && input.kind != InputKind::ask_secret;
            if (is_typed && !argument.empty() && input.argument == argument) return &input;
        }
        return nullptr;
    };
    if (command != nullptr) return has(*command);
    for (auto const& one : commands()) {
        if (auto const* input = has(one)) return input;
    }
    return nullptr;
}

// Turns "/arguments/overdraft_limit" into "--overdraft", the name that the user knows. The core
// names the fields of its own requests ("/user_name"), which are named like the arguments.
std::string shown_field(std::string_view pointer, Command const* command) {
    constexpr std::string_view prefix = "/arguments/";
    auto name = pointer.starts_with(prefix) ? pointer.substr(prefix.size()) : pointer;
    if (name.starts_with('/')) name.remove_prefix(1);
    if (auto const* input = input_of(name, command)) {
        return input->option.empty() ? std::string{input->placeholder}
                                     : fmt::format("--{}", input->option);
    }
    std::string text{name};
    std::replace(text.begin(), text.end(), '/', '.');
    return text;
}

}  // namespace

std::string_view what_to_do(Code code) {
    auto const* const found =
        std::find_if(advice.begin(), advice.end(), [&](Advice const& a) { return a.code == code; });
    return found == advice.end() ? std::string_view{} : found->text;
}

Exit exit_of(wire::Reply const& reply) {
    if (reply.is_ok) return Exit::ok;
    if (!reply.code) return Exit::refused;
    if (is_transient(*reply.code)) return Exit::try_later;
    return kind(*reply.code) == CodeKind::fault ? Exit::internal : Exit::refused;
}

Complaint explain(wire::Reply const& reply, Command const* command) {
    Complaint complaint{.exit = exit_of(reply),
                        .code = reply.code_word,
                        .title = reply.message.empty() ? std::string{} : reply.title,
                        .message = reply.message.empty() ? reply.title : reply.message,
                        .field = shown_field(reply.field, command),
                        .request_id = reply.request_id,
                        .is_from_bank = true};
    if (complaint.title == complaint.message) complaint.title.clear();
    if (auto next = next_step(reply); !next.empty()) complaint.next.push_back(std::move(next));
    return complaint;
}

}  // namespace bank::bankctl
