#include "core/service/accounts.hpp"

#include <algorithm>

#include "core/auth/credential_rules.hpp"
#include "core/base/text.hpp"

namespace bank::service {
namespace {

using audit::Action;
using policy::Permission;

constexpr Purpose viewing{Permission::view_account, Action::view_account};

Error invalid(std::string field, std::string message) {
    return {.code = Code::invalid_field, .field = std::move(field), .message = std::move(message)};
}

Status check_limit(std::int64_t limit) {
    if (limit >= 0 && limit <= bounds::amount_max) return Done{};
    return invalid("/overdraft_limit", "From 0 to 9007199254740991 minor units.");
}

Status check_name(std::string const& name) {
    if (!name.empty() && name.size() <= bounds::name_size_max && is_plain_text(name)) return Done{};
    return invalid("/name", "1 to 140 bytes of text without control characters.");
}

}  // namespace

Result<api::Account> Accounts::open(Request const& request, api::OpenAccountRequest const& open) {
    Purpose const purpose{Permission::open_account, Action::open_account};
    auto const principal = context_.guard.enter(request, purpose);
    if (!principal.ok()) return principal.error();
    auto const name = check_name(open.name);
    if (!name.ok()) return name.error();
    auto const limit = check_limit(open.overdraft_limit);
    if (!limit.ok()) return limit.error();
    auto const settings = context_.settings.get();
    auto const& kept = settings->currencies;
    if (std::find(kept.begin(), kept.end(), open.currency) == kept.end()) {
        return context_.guard.refused(*principal, purpose.action,
                                      {.code = Code::unknown_currency, .field = "/currency"});
    }
    std::string pin_record;
    if (!open.pin.empty()) {
        auto const pin = auth::check_new_pin(open.pin);
        if (!pin.ok()) return pin.error();
        auto const permit = context_.hash_gate.enter();
        if (!permit.ok()) return permit.error();
        pin_record = context_.hasher.hash(open.pin);
    }
    return context_.guard.heeded(
        *principal, context_.stores.ledger.open_account(principal->acting, open, pin_record));
}

Result<api::Page<api::Account>> Accounts::list(Request const& request,
                                               api::ListAccountsRequest const& list) {
    auto const principal = context_.guard.enter(request, viewing);
    if (!principal.ok()) return principal.error();
    return context_.guard.heeded(*principal,
                                 context_.stores.ledger.list_accounts(principal->acting, list));
}

Result<api::Account> Accounts::reach(auth::Principal const& principal, Purpose purpose,
                                     AccountId id) {
    auto account = context_.stores.ledger.find_account(principal.acting, id);
    if (!account.ok()) {
        context_.guard.heed(principal, account.error());
        if (account.code() != Code::account_not_found) return account;
        return context_.guard.refused(principal, purpose.action, account.error());
    }
    auto const allowed = context_.guard.may(principal, purpose, account->user_id);
    if (!allowed.ok()) return Code::account_not_found;
    return account;
}

Result<api::Account> Accounts::find(Request const& request, AccountId id) {
    auto const principal = context_.guard.enter(request, viewing);
    if (!principal.ok()) return principal.error();
    return reach(*principal, viewing, id);
}

Result<api::Account> Accounts::lock(Request const& request, api::LockAccountRequest const& lock) {
    auto const principal =
        context_.guard.enter(request, {Permission::lock_account, Action::lock_account});
    if (!principal.ok()) return principal.error();
    if (lock.reason.empty() || lock.reason.size() > bounds::reason_size_max ||
        !is_plain_text(lock.reason)) {
        return invalid("/reason", "1 to 200 bytes of text without control characters.");
    }
    return context_.guard.heeded(*principal,
                                 context_.stores.ledger.lock_account(principal->acting, lock));
}

Result<api::Account> Accounts::unlock(Request const& request, AccountId id) {
    auto const principal =
        context_.guard.enter(request, {Permission::unlock_account, Action::unlock_account});
    if (!principal.ok()) return principal.error();
    return context_.guard.heeded(*principal,
                                 context_.stores.ledger.unlock_account(principal->acting, id));
}

Result<api::Account> Accounts::close(Request const& request, AccountId id) {
    auto const principal =
        context_.guard.enter(request, {Permission::close_account, Action::close_account});
    if (!principal.ok()) return principal.error();
    return context_.guard.heeded(*principal,
                                 context_.stores.ledger.close_account(principal->acting, id));
}

Result<api::Account> Accounts::set_overdraft(Request const& request,
                                             api::SetOverdraftRequest const& change) {
    auto const principal =
        context_.guard.enter(request, {Permission::set_overdraft, Action::set_overdraft});
    if (!principal.ok()) return principal.error();
    auto const limit = check_limit(change.overdraft_limit);
    if (!limit.ok()) return limit.error();
    return context_.guard.heeded(*principal,
                                 context_.stores.ledger.set_overdraft(principal->acting, change));
}

Status Accounts::set_pin(Request const& request, api::SetPinRequest const& change) {
    Purpose const purpose{Permission::set_pin, Action::set_pin};
    auto const principal = context_.guard.enter(request, purpose);
    if (!principal.ok()) return principal.error();
    auto const pin = auth::check_new_pin(change.new_pin);
    if (!pin.ok()) {
        auto error = pin.error();
        error.field = "/new_pin";
        return error;
    }
    auto const account = reach(*principal, purpose, change.account_id);
    if (!account.ok()) return account.error();
    auto const permit = context_.hash_gate.enter();
    if (!permit.ok()) return permit.error();
    auth::PinVerifier verify_current;
    if (!change.current_pin.empty()) {
        verify_current = [&](std::string_view record) {
            return context_.hasher.verify(change.current_pin, record);
        };
    }
    return context_.guard.heeded(
        *principal, context_.stores.pins.set_pin(
                        principal->acting, change.account_id, context_.hasher.hash(change.new_pin),
                        verify_current, context_.settings.get()->pin_attempts_max));
}

Result<api::PinAuthorization> Accounts::authorize_pin(Request const& request,
                                                      api::AuthorizePinRequest const& authorize) {
    Purpose const purpose{Permission::authorize_pin, Action::authorize_pin};
    auto const principal = context_.guard.enter(request, purpose);
    if (!principal.ok()) return principal.error();
    auto const account = reach(*principal, purpose, authorize.account_id);
    if (!account.ok()) return account.error();
    auto const permit = context_.hash_gate.enter();
    if (!permit.ok()) return permit.error();
    auto const settings = context_.settings.get();
    auto authorized = context_.stores.pins.authorize(
        principal->acting, authorize.account_id,
        [&](std::string_view record) { return context_.hasher.verify(authorize.pin, record); },
        settings->pin_attempts_max, {.lifetime = settings->pin_authorization_lifetime});
    if (!authorized.ok()) context_.guard.heed(*principal, authorized.error());
    return authorized;
}

Result<api::Page<api::HistoryEntry>> Accounts::history(Request const& request,
                                                       api::HistoryRequest const& history) {
    Purpose const purpose{Permission::view_history, Action::view_account};
    auto const principal = context_.guard.enter(request, purpose);
    if (!principal.ok()) return principal.error();
    auto const account = reach(*principal, purpose, history.account_id);
    if (!account.ok()) return account.error();
    return context_.guard.heeded(*principal,
                                 context_.stores.ledger.history(principal->acting, history));
}

}  // namespace bank::service
