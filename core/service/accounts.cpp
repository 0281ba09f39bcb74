#include "core/service/accounts.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/access/credential_rules.hpp"
#include "core/base/bounds.hpp"
#include "core/base/text.hpp"
#include "core/service/role_limits.hpp"

namespace bank::service {
namespace {

using audit::Action;
using operations::Permission;

constexpr Purpose viewing{Permission::view_account, Action::view_account};

Error invalid(std::string field, std::string message) {
    return {.code = Code::invalid_field, .field = std::move(field), .message = std::move(message)};
}

Status check_amount(std::int64_t amount, std::string field) {
    if (amount >= 0 && amount <= bounds::amount_max) return Done{};
    return invalid(std::move(field),
                   fmt::format("Must be from 0 to {} minor units.", bounds::amount_max));
}

Status check_reason(std::string const& reason) {
    if (is_legible_text(reason) && has_visible_text(reason) &&
        count_characters(reason) <= bounds::reason_size_max) {
        return Done{};
    }
    return invalid(
        "/reason",
        "Must be 1 to 200 characters, at least one of them visible, without characters that "
        "are hidden or change the direction of others.");
}

Status check_name(std::string const& name) {
    if (is_legible_text(name) && has_visible_text(name) &&
        count_characters(name) <= bounds::name_size_max) {
        return Done{};
    }
    return invalid(
        "/name",
        "Must be 1 to 140 characters, at least one of them visible, without characters that "
        "are hidden or change the direction of others.");
}

}  // namespace

Result<api::Account> Accounts::open(access::Principal const& who,
                                    api::OpenAccountRequest const& open) {
    Purpose const purpose{Permission::open_account, Action::open_account};
    auto const name = check_name(open.name);
    if (!name.ok()) return name.error();
    auto const limit = check_amount(open.overdraft_limit, "/overdraft_limit");
    if (!limit.ok()) return limit.error();
    auto const settings = context_.settings.get();
    auto const& kept = settings->currencies;
    if (std::find(kept.begin(), kept.end(), open.currency) == kept.end()) {
        return context_.gate.refused(who, purpose.action,
                                     {.code = Code::unknown_currency, .field = "/currency"});
    }
    std::string pin_record;
    if (!open.pin.empty()) {
        auto const pin = access::check_new_pin(open.pin);
        if (!pin.ok()) return pin.error();
        auto const permit = context_.hash_gate.enter();
        if (!permit.ok()) return permit.error();
        pin_record = context_.hasher.hash(open.pin);
    }
    return context_.stores.ledger.open_account(who.acting, open, pin_record);
}

Result<api::Page<api::Account>> Accounts::list(access::Principal const& who,
                                               api::ListAccountsRequest const& list) {
    return context_.stores.ledger.list_accounts(who.acting, list);
}

Result<api::Account> Accounts::reach(access::Principal const& principal, Purpose purpose,
                                     AccountId id) {
    auto account = context_.stores.ledger.find_account(principal.acting, id);
    if (!account.ok()) {
        if (account.code() != Code::account_not_found) return account;
        return context_.gate.refused(principal, purpose.action, account.error());
    }
    auto const allowed = context_.gate.may(principal, purpose, account->user_id);
    if (!allowed.ok()) return Code::account_not_found;
    return account;
}

Result<api::Account> Accounts::find(access::Principal const& who, api::AccountById const& wanted) {
    return reach(who, viewing, wanted.account_id);
}

Result<api::Account> Accounts::lock(access::Principal const& who,
                                    api::LockAccountRequest const& lock) {
    if (auto const reason = check_reason(lock.reason); !reason.ok()) return reason.error();
    return context_.stores.ledger.lock_account(who.acting, lock);
}

Result<api::Account> Accounts::unlock(access::Principal const& who,
                                      api::UnlockAccountRequest const& unlock) {
    if (auto const reason = check_reason(unlock.reason); !reason.ok()) return reason.error();
    return context_.stores.ledger.unlock_account(who.acting, unlock);
}

Result<api::Account> Accounts::close(access::Principal const& who, api::AccountById const& wanted) {
    return context_.stores.ledger.close_account(who.acting, wanted.account_id);
}

// Whether an amount is in the account's currency. An account that cannot be read is left to the
// change itself, which refuses and records it.
Status Accounts::check_currency_of(access::Principal const& who, Purpose purpose, AccountId id,
                                   money::Currency given, std::string_view field) {
    auto const account = context_.stores.ledger.find_account(who.acting, id);
    if (!account.ok()) return Done{};
    if (given == account->currency) return Done{};
    return context_.gate.refused(
        who, purpose.action,
        {.code = Code::currency_mismatch,
         .field = fmt::format("{}/currency", field),
         .message = fmt::format("Must be {}, the account's currency.", account->currency.code())});
}

Result<api::Account> Accounts::set_overdraft(access::Principal const& who,
                                             api::SetOverdraftRequest const& change) {
    auto const limit = check_amount(change.overdraft_limit, "/overdraft_limit");
    if (!limit.ok()) return limit.error();
    Purpose const purpose{Permission::set_overdraft, Action::set_overdraft};
    auto const currency =
        check_currency_of(who, purpose, change.account_id, change.currency, "/overdraft_limit");
    if (!currency.ok()) return currency.error();
    return context_.stores.ledger.set_overdraft(who.acting, change);
}

Result<api::Account> Accounts::set_limits(access::Principal const& who,
                                          api::SetLimitsRequest const& change) {
    if (auto const limits = check_limits(change.limits); !limits.ok()) return limits.error();
    auto const minimum = check_amount(change.minimum_balance, "/minimum_balance");
    if (!minimum.ok()) return minimum.error();
    Purpose const purpose{Permission::set_limits, Action::set_limits};
    auto const currency =
        check_currency_of(who, purpose, change.account_id, change.currency, "/minimum_balance");
    if (!currency.ok()) return currency.error();
    return context_.stores.ledger.set_limits(who.acting, change);
}

Result<api::Account> Accounts::freeze(access::Principal const& who,
                                      api::FreezeAccountRequest const& freeze) {
    auto const is_thaw = !freeze.is_debit_frozen && !freeze.is_credit_frozen;
    if (!is_thaw || !freeze.reason.empty()) {
        if (auto const reason = check_reason(freeze.reason); !reason.ok()) return reason.error();
    }
    return context_.stores.ledger.freeze_account(who.acting, freeze);
}

Status Accounts::set_pin(access::Principal const& who, api::SetPinRequest const& change) {
    Purpose const purpose{Permission::set_pin, Action::set_pin};
    auto const pin = access::check_new_pin(change.new_pin);
    if (!pin.ok()) {
        auto error = pin.error();
        error.field = "/new_pin";
        return error;
    }
    auto const account = reach(who, purpose, change.account_id);
    if (!account.ok()) return account.error();
    auto const permit = context_.hash_gate.enter();
    if (!permit.ok()) return permit.error();
    access::PinVerifier verify_current;
    if (!change.current_pin.empty()) {
        verify_current = [&](std::string_view record) {
            return context_.hasher.verify(change.current_pin, record);
        };
    }
    return context_.stores.pins.set_pin(who.acting, change.account_id,
                                        context_.hasher.hash(change.new_pin), verify_current,
                                        context_.settings.get()->pin_attempts_max);
}

Result<api::PinAuthorization> Accounts::authorize_pin(access::Principal const& who,
                                                      api::AuthorizePinRequest const& authorize) {
    Purpose const purpose{Permission::authorize_pin, Action::authorize_pin};
    auto const account = reach(who, purpose, authorize.account_id);
    if (!account.ok()) return account.error();
    auto const permit = context_.hash_gate.enter();
    if (!permit.ok()) return permit.error();
    auto const settings = context_.settings.get();
    return context_.stores.pins.authorize(
        who.acting, authorize.account_id,
        [&](std::string_view record) { return context_.hasher.verify(authorize.pin, record); },
        settings->pin_attempts_max, {.lifetime = settings->pin_authorization_lifetime});
}

Result<api::Page<api::HistoryEntry>> Accounts::history(access::Principal const& who,
                                                       api::HistoryRequest const& history) {
    Purpose const purpose{Permission::view_history, Action::view_account};
    auto const account = reach(who, purpose, history.account_id);
    if (!account.ok()) return account.error();
    auto page = context_.stores.ledger.history(who.acting, history);
    if (page.ok()) {
        for (auto& entry : page->items) entry.currency = account->currency;
    }
    return page;
}

Result<api::Balance> Accounts::balance(access::Principal const& who,
                                       api::BalanceRequest const& balance) {
    auto const account = reach(who, viewing, balance.account_id);
    if (!account.ok()) return account.error();
    return context_.stores.ledger.balance(who.acting, balance);
}

Result<api::Page<api::Hold>> Accounts::list_holds(access::Principal const& who,
                                                  api::ListHoldsRequest const& list) {
    Purpose const purpose{Permission::view_history, Action::view_account};
    auto const account = reach(who, purpose, list.account_id);
    if (!account.ok()) return account.error();
    return context_.stores.ledger.list_holds(who.acting, list);
}

}  // namespace bank::service
