#include "core/service/front_end_api.hpp"

#include <exception>

#include "core/base/log.hpp"

namespace bank::service {
namespace {

Error contained(std::exception const& thrown) {
    log::error("service", "a call threw an exception: {}", thrown.what());
    return {.code = Code::internal_error, .detail = thrown.what()};
}

}  // namespace

// Runs one use case and notes what became of it. What it throws (no memory, a library's surprise)
// becomes internal_error.
template <typename UseCase>
auto FrontEndApi::measured(metrics::Operation operation, UseCase const& use_case)
    -> decltype(use_case()) {
    auto const begun = Meters::Steady::now();
    auto result = [&]() -> decltype(use_case()) {
        try {
            return use_case();
        } catch (std::exception const& thrown) {
            return contained(thrown);
        }
    }();
    meters_.note(operation, outcome_of(result), Meters::Steady::now() - begun);
    return result;
}

api::RateDecision FrontEndApi::admit(api::Caller const& caller, api::RouteClass route) {
    try {
        return to_.admission.admit(from(caller), route);
    } catch (std::exception const& thrown) {
        contained(thrown);
        return {.is_admitted = false, .retry_after_s = 1};
    }
}

void FrontEndApi::submit(api::Caller const& caller, api::TransferRequest request,
                         TransferReply reply) {
    Transfers::Reply const measured_reply(meters_, metrics::Operation::submit, std::move(reply));
    try {
        to_.transfers.submit(from(caller), std::move(request), measured_reply);
    } catch (std::exception const& thrown) {
        measured_reply(contained(thrown));
    }
}

void FrontEndApi::submit_linked(api::Caller const& caller, api::LinkedTransfersRequest request,
                                LinkedReply reply) {
    Transfers::LinkedReply const measured_reply(meters_, metrics::Operation::submit_linked,
                                                std::move(reply));
    try {
        to_.transfers.submit_linked(from(caller), std::move(request), measured_reply);
    } catch (std::exception const& thrown) {
        measured_reply(contained(thrown));
    }
}

api::Readiness FrontEndApi::readiness() {
    return surroundings_.readiness();
}

Result<api::Tokens> FrontEndApi::login(api::Caller const& caller,
                                       api::LoginRequest const& request) {
    return measured(metrics::Operation::login,
                    [&] { return to_.logins.login(from(caller), request); });
}

Result<api::Tokens> FrontEndApi::refresh(api::Caller const& caller,
                                         api::RefreshRequest const& request) {
    return measured(metrics::Operation::refresh,
                    [&] { return to_.logins.refresh(from(caller), request); });
}

Status FrontEndApi::logout(api::Caller const& caller) {
    return measured(metrics::Operation::logout, [&] { return to_.logins.logout(from(caller)); });
}

Result<api::Page<api::Session>> FrontEndApi::list_sessions(
    api::Caller const& caller, api::ListSessionsRequest const& request) {
    return measured(metrics::Operation::list_sessions,
                    [&] { return to_.logins.list_sessions(from(caller), request); });
}

Status FrontEndApi::revoke_session(api::Caller const& caller,
                                   api::RevokeSessionRequest const& request) {
    return measured(metrics::Operation::revoke_session,
                    [&] { return to_.logins.revoke_session(from(caller), request); });
}

Result<api::User> FrontEndApi::who_am_i(api::Caller const& caller) {
    return measured(metrics::Operation::who_am_i,
                    [&] { return to_.logins.who_am_i(from(caller)); });
}

Status FrontEndApi::change_password(api::Caller const& caller,
                                    api::ChangePasswordRequest const& request) {
    return measured(metrics::Operation::change_password,
                    [&] { return to_.logins.change_password(from(caller), request); });
}

Result<api::User> FrontEndApi::add_user(api::Caller const& caller,
                                        api::AddUserRequest const& request) {
    return measured(metrics::Operation::add_user,
                    [&] { return to_.users.add(from(caller), request); });
}

Result<api::Page<api::User>> FrontEndApi::list_users(api::Caller const& caller,
                                                     api::ListUsersRequest const& request) {
    return measured(metrics::Operation::list_users,
                    [&] { return to_.users.list(from(caller), request); });
}

Result<api::User> FrontEndApi::find_user(api::Caller const& caller, UserId user_id) {
    return measured(metrics::Operation::find_user,
                    [&] { return to_.users.find(from(caller), user_id); });
}

Result<api::User> FrontEndApi::set_user_role(api::Caller const& caller,
                                             api::SetUserRoleRequest const& request) {
    return measured(metrics::Operation::set_user_role,
                    [&] { return to_.users.set_role(from(caller), request); });
}

Result<api::User> FrontEndApi::set_user_disabled(api::Caller const& caller,
                                                 api::SetUserDisabledRequest const& request) {
    return measured(metrics::Operation::set_user_disabled,
                    [&] { return to_.users.set_disabled(from(caller), request); });
}

Result<api::OneTimePassword> FrontEndApi::reset_password(api::Caller const& caller,
                                                         UserId user_id) {
    return measured(metrics::Operation::reset_password,
                    [&] { return to_.users.reset_password(from(caller), user_id); });
}

Result<api::User> FrontEndApi::erase_subject(api::Caller const& caller, UserId user_id) {
    return measured(metrics::Operation::erase_subject,
                    [&] { return to_.users.erase_subject(from(caller), user_id); });
}

Result<api::Account> FrontEndApi::open_account(api::Caller const& caller,
                                               api::OpenAccountRequest const& request) {
    return measured(metrics::Operation::open_account,
                    [&] { return to_.accounts.open(from(caller), request); });
}

Result<api::Page<api::Account>> FrontEndApi::list_accounts(
    api::Caller const& caller, api::ListAccountsRequest const& request) {
    return measured(metrics::Operation::list_accounts,
                    [&] { return to_.accounts.list(from(caller), request); });
}

Result<api::Account> FrontEndApi::find_account(api::Caller const& caller, AccountId account_id) {
    return measured(metrics::Operation::find_account,
                    [&] { return to_.accounts.find(from(caller), account_id); });
}

Result<api::Account> FrontEndApi::lock_account(api::Caller const& caller,
                                               api::LockAccountRequest const& request) {
    return measured(metrics::Operation::lock_account,
                    [&] { return to_.accounts.lock(from(caller), request); });
}

Result<api::Account> FrontEndApi::unlock_account(api::Caller const& caller,
                                                 api::UnlockAccountRequest const& request) {
    return measured(metrics::Operation::unlock_account,
                    [&] { return to_.accounts.unlock(from(caller), request); });
}

Result<api::Account> FrontEndApi::close_account(api::Caller const& caller, AccountId account_id) {
    return measured(metrics::Operation::close_account,
                    [&] { return to_.accounts.close(from(caller), account_id); });
}

Result<api::Account> FrontEndApi::set_overdraft(api::Caller const& caller,
                                                api::SetOverdraftRequest const& request) {
    return measured(metrics::Operation::set_overdraft,
                    [&] { return to_.accounts.set_overdraft(from(caller), request); });
}

Result<api::Account> FrontEndApi::set_limits(api::Caller const& caller,
                                             api::SetLimitsRequest const& request) {
    return measured(metrics::Operation::set_limits,
                    [&] { return to_.accounts.set_limits(from(caller), request); });
}

Result<api::Account> FrontEndApi::freeze_account(api::Caller const& caller,
                                                 api::FreezeAccountRequest const& request) {
    return measured(metrics::Operation::freeze_account,
                    [&] { return to_.accounts.freeze(from(caller), request); });
}

Result<std::vector<api::RoleLimits>> FrontEndApi::list_role_limits(api::Caller const& caller) {
    return measured(metrics::Operation::list_role_limits,
                    [&] { return to_.role_limits.list(from(caller)); });
}

Status FrontEndApi::set_role_limits(api::Caller const& caller, api::RoleLimits const& request) {
    return measured(metrics::Operation::set_role_limits,
                    [&] { return to_.role_limits.set(from(caller), request); });
}

Status FrontEndApi::set_pin(api::Caller const& caller, api::SetPinRequest const& request) {
    return measured(metrics::Operation::set_pin,
                    [&] { return to_.accounts.set_pin(from(caller), request); });
}

Result<api::PinAuthorization> FrontEndApi::authorize_pin(api::Caller const& caller,
                                                         api::AuthorizePinRequest const& request) {
    return measured(metrics::Operation::authorize_pin,
                    [&] { return to_.accounts.authorize_pin(from(caller), request); });
}

Result<api::Page<api::HistoryEntry>> FrontEndApi::history(api::Caller const& caller,
                                                          api::HistoryRequest const& request) {
    return measured(metrics::Operation::history,
                    [&] { return to_.accounts.history(from(caller), request); });
}

Result<api::Balance> FrontEndApi::balance(api::Caller const& caller,
                                          api::BalanceRequest const& request) {
    return measured(metrics::Operation::balance,
                    [&] { return to_.accounts.balance(from(caller), request); });
}

Result<api::Page<api::Hold>> FrontEndApi::list_holds(api::Caller const& caller,
                                                     api::ListHoldsRequest const& request) {
    return measured(metrics::Operation::list_holds,
                    [&] { return to_.accounts.list_holds(from(caller), request); });
}

Result<api::Hold> FrontEndApi::find_hold(api::Caller const& caller, TransferId hold_id) {
    return measured(metrics::Operation::find_hold,
                    [&] { return to_.transfers.find_hold(from(caller), hold_id); });
}

Result<api::Transfer> FrontEndApi::find_transfer(api::Caller const& caller,
                                                 TransferId transfer_id) {
    return measured(metrics::Operation::find_transfer,
                    [&] { return to_.transfers.find(from(caller), transfer_id); });
}

Result<api::Page<api::Transfer>> FrontEndApi::list_transfers(
    api::Caller const& caller, api::ListTransfersRequest const& request) {
    return measured(metrics::Operation::list_transfers,
                    [&] { return to_.transfers.list(from(caller), request); });
}

Result<std::optional<api::Receipt>> FrontEndApi::receipt(api::Caller const& caller,
                                                         TransferId transfer_id) {
    return measured(metrics::Operation::receipt,
                    [&] { return to_.transfers.receipt(from(caller), transfer_id); });
}

Result<api::Page<api::AuditRecord>> FrontEndApi::audit(api::Caller const& caller,
                                                       api::AuditRequest const& request) {
    return measured(metrics::Operation::audit,
                    [&] { return to_.oversight.audit(from(caller), request); });
}

Result<std::optional<api::ProvenRange>> FrontEndApi::prove_audit(api::Caller const& caller,
                                                                 api::AuditRange const& range) {
    return measured(metrics::Operation::prove_audit,
                    [&] { return to_.oversight.prove_audit(from(caller), range); });
}

Result<api::LogGrowthProof> FrontEndApi::prove_growth(api::LogGrowth const& growth) {
    return measured(metrics::Operation::prove_growth,
                    [&] { return to_.oversight.prove_growth(growth); });
}

Status FrontEndApi::export_audit(api::Caller const& caller, api::ExportRequest const& request,
                                 api::ExportSink const& sink) {
    return measured(metrics::Operation::export_audit,
                    [&] { return to_.oversight.export_audit(from(caller), request, sink); });
}

Result<api::Archive> FrontEndApi::archive_audit(api::Caller const& caller, Timestamp before,
                                                api::ExportSink const& sink) {
    return measured(metrics::Operation::archive_audit,
                    [&] { return to_.oversight.archive_audit(from(caller), before, sink); });
}

Result<api::Archive> FrontEndApi::prune_audit(api::Caller const& caller,
                                              std::string const& digest) {
    return measured(metrics::Operation::prune_audit,
                    [&] { return to_.oversight.prune_audit(from(caller), digest); });
}

Result<std::string> FrontEndApi::last_checkpoint() {
    return measured(metrics::Operation::last_checkpoint,
                    [&] { return to_.oversight.last_checkpoint(); });
}

Result<std::string> FrontEndApi::checkpoint_keys() {
    return measured(metrics::Operation::checkpoint_keys,
                    [&] { return to_.oversight.checkpoint_keys(); });
}

Result<api::PublicFacts> FrontEndApi::public_facts() {
    return measured(metrics::Operation::public_facts, [&] { return to_.oversight.public_facts(); });
}

Result<api::SystemStatus> FrontEndApi::system_status(api::Caller const& caller) {
    return measured(metrics::Operation::system_status,
                    [&] { return to_.oversight.system_status(from(caller)); });
}

Result<api::Settings> FrontEndApi::list_settings(api::Caller const& caller) {
    return measured(metrics::Operation::list_settings,
                    [&] { return to_.oversight.list_settings(from(caller)); });
}

Result<api::LedgerReport> FrontEndApi::check_ledger(api::Caller const& caller) {
    return measured(metrics::Operation::check_ledger,
                    [&] { return to_.oversight.check_ledger(from(caller)); });
}

Result<api::Metrics> FrontEndApi::metrics() {
    if (front_end_ != FrontEnd::admin) return Code::permission_denied;
    try {
        return to_.figures.collect();
    } catch (std::exception const& thrown) {
        return contained(thrown);
    }
}

Status FrontEndApi::report_metrics(api::Caller const&,
                                   std::vector<api::MetricFamily> const& families) {
    try {
        return to_.figures.report(static_cast<metrics::FrontEnd>(front_end_), families);
    } catch (std::exception const& thrown) {
        return contained(thrown);
    }
}

}  // namespace bank::service
