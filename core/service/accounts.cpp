#include "core/service/accounts.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/access/credential_rules.hpp"

namespace bank::service {
namespace {

using audit::Action;
using operations::Permission;

constexpr Purpose viewing{Permission::view_account, Action::view_account};

}  // namespace

Result<api::Account> Accounts::open(access::Principal const& who,
                                    api::OpenAccountRequest const& open) {
    Purpose const purpose{Permission::open_account, Action::open_account};
    auto const settings = context_.settings.get();
    auto const& kept = settings->currencies;
    if (std::find(kept.begin(), kept.end(), open.currency) == kept.end()) {
        return context_.gate.refused(who, purpose.action,
                                     {.code = Code::unknown_currency, .field = "/currency"});
    }
    if (!open.pin.empty()) {
        auto const pin = access::check_new_pin(open.pin);
        if (!pin.ok()) return pin.error();
    }
    auto const id = context_.stores.ledger.draw_account_id();
    if (!id.ok()) return id.error();
    std::string pin_record;
    if (!open.pin.empty()) {
        auto const permit = context_.hash_gate.enter();
        if (!permit.ok()) return permit.error();
        pin_record = context_.hasher.hash(pin_of(*id), open.pin);
    }
    return context_.stores.ledger.open_account(who.acting, *id, open, pin_record);
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
    Purpose const purpose{Permission::set_overdraft, Action::set_overdraft};
    auto const currency =
        check_currency_of(who, purpose, change.account_id, change.currency, "/overdraft_limit");
    if (!currency.ok()) return currency.error();
    return context_.stores.ledger.set_overdraft(who.acting, change);
}

Result<api::Account> Accounts::set_limits(access::Principal const& who,
                                          api::SetLimitsRequest const& change) {
    Purpose const purpose{Permission::set_limits, Action::set_limits};
    auto const currency =
        check_currency_of(who, purpose, change.account_id, change.currency, "/minimum_balance");
    if (!currency.ok()) return currency.error();
    return context_.stores.ledger.set_limits(who.acting, change);
}

Result<api::Account> Accounts::freeze(access::Principal const& who,
                                      api::FreezeAccountRequest const& freeze) {
    auto const is_thaw = !freeze.is_debit_frozen && !freeze.is_credit_frozen;
    if (!is_thaw && freeze.reason.empty()) {
        return Error{.code = Code::invalid_field,
                     .field = "/reason",
                     .message = "Required to freeze an account."};
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
            return context_.hasher.verify(pin_of(change.account_id), change.current_pin, record);
        };
    }
    return context_.stores.pins.set_pin(
        who.acting, change.account_id,
        context_.hasher.hash(pin_of(change.account_id), change.new_pin), verify_current,
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
    return context_.pin_authorizations.authorize(
        who, authorize.account_id,
        [&](std::string_view record) {
            return context_.hasher.verify(pin_of(authorize.account_id), authorize.pin, record);
        },
        {.lifetime = settings->pin_authorization_lifetime,
         .attempts_max = settings->pin_attempts_max,
         .only_for = {}});
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
