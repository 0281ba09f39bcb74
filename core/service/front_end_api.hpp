// BankApi as one front end sees it: passes each call to its use case, and lets no exception out.
#pragma once
#include "core/api/bank_api.hpp"
#include "core/service/accounts.hpp"
#include "core/service/admission.hpp"
#include "core/service/figures.hpp"
#include "core/service/logins.hpp"
#include "core/service/oversight.hpp"
#include "core/service/role_limits.hpp"
#include "core/service/transfers.hpp"
#include "core/service/users.hpp"

namespace bank::service {

struct UseCases {
    // All must outlive it.
    UseCases(Context& context, ledger::PostingLanes& lanes, Surroundings const& surroundings)
        : admission(context),
          logins(context),
          users(context),
          accounts(context),
          role_limits(context),
          transfers(context, lanes),
          oversight(context, lanes, surroundings),
          figures(context, lanes, surroundings) {}

    Admission admission;
    Logins logins;
    Users users;
    Accounts accounts;
    RoleLimits role_limits;
    Transfers transfers;
    Oversight oversight;
    Figures figures;
};

class FrontEndApi final : public api::BankApi {
public:
    // All must outlive it.
    FrontEndApi(FrontEnd front_end, UseCases& use_cases, Surroundings const& surroundings,
                Meters& meters)
        : front_end_(front_end), to_(use_cases), surroundings_(surroundings), meters_(meters) {}

    api::RateDecision admit(api::Caller const& caller, api::RouteClass route) override;

    Result<api::Tokens> login(api::Caller const& caller, api::LoginRequest const& request) override;
    Result<api::Tokens> refresh(api::Caller const& caller,
                                api::RefreshRequest const& request) override;
    Status logout(api::Caller const& caller) override;
    Result<api::Page<api::Session>> list_sessions(api::Caller const& caller,
                                                  api::ListSessionsRequest const& request) override;
    Status revoke_session(api::Caller const& caller,
                          api::RevokeSessionRequest const& request) override;
    Result<api::User> who_am_i(api::Caller const& caller) override;
    Status change_password(api::Caller const& caller,
                           api::ChangePasswordRequest const& request) override;

    Result<api::User> add_user(api::Caller const& caller,
                               api::AddUserRequest const& request) override;
    Result<api::Page<api::User>> list_users(api::Caller const& caller,
                                            api::ListUsersRequest const& request) override;
    Result<api::User> find_user(api::Caller const& caller, UserId user_id) override;
    Result<api::User> set_user_role(api::Caller const& caller,
                                    api::SetUserRoleRequest const& request) override;
    Result<api::User> set_user_disabled(api::Caller const& caller,
                                        api::SetUserDisabledRequest const& request) override;
    Result<api::OneTimePassword> reset_password(api::Caller const& caller, UserId user_id) override;
    Result<api::User> erase_subject(api::Caller const& caller, UserId user_id) override;

    Result<api::Account> open_account(api::Caller const& caller,
                                      api::OpenAccountRequest const& request) override;
    Result<api::Page<api::Account>> list_accounts(api::Caller const& caller,
                                                  api::ListAccountsRequest const& request) override;
    Result<api::Account> find_account(api::Caller const& caller, AccountId account_id) override;
    Result<api::Account> lock_account(api::Caller const& caller,
                                      api::LockAccountRequest const& request) override;
    Result<api::Account> unlock_account(api::Caller const& caller,
                                        api::UnlockAccountRequest const& request) override;
    Result<api::Account> close_account(api::Caller const& caller, AccountId account_id) override;
    Result<api::Account> set_overdraft(api::Caller const& caller,
                                       api::SetOverdraftRequest const& request) override;
    Result<api::Account> set_limits(api::Caller const& caller,
                                    api::SetLimitsRequest const& request) override;
    Result<api::Account> freeze_account(api::Caller const& caller,
                                        api::FreezeAccountRequest const& request) override;
    Result<std::vector<api::RoleLimits>> list_role_limits(api::Caller const& caller) override;
    Status set_role_limits(api::Caller const& caller, api::RoleLimits const& request) override;
    Status set_pin(api::Caller const& caller, api::SetPinRequest const& request) override;
    Result<api::PinAuthorization> authorize_pin(api::Caller const& caller,
                                                api::AuthorizePinRequest const& request) override;
    Result<api::Page<api::HistoryEntry>> history(api::Caller const& caller,
                                                 api::HistoryRequest const& request) override;
    Result<api::Balance> balance(api::Caller const& caller,
                                 api::BalanceRequest const& request) override;
    Result<api::Page<api::Hold>> list_holds(api::Caller const& caller,
                                            api::ListHoldsRequest const& request) override;
    Result<api::Hold> find_hold(api::Caller const& caller, TransferId hold_id) override;

    void submit(api::Caller const& caller, api::TransferRequest request,
                TransferReply reply) override;
    void submit_linked(api::Caller const& caller, api::LinkedTransfersRequest request,
                       LinkedReply reply) override;
    Result<api::Transfer> find_transfer(api::Caller const& caller, TransferId transfer_id) override;
    Result<api::Page<api::Transfer>> list_transfers(
        api::Caller const& caller, api::ListTransfersRequest const& request) override;
    Result<std::optional<api::Receipt>> receipt(api::Caller const& caller,
                                                TransferId transfer_id) override;

    Result<api::Page<api::AuditRecord>> audit(api::Caller const& caller,
                                              api::AuditRequest const& request) override;
    Result<std::optional<api::ProvenRange>> prove_audit(api::Caller const& caller,
                                                        api::AuditRange const& range) override;
    Result<api::LogGrowthProof> prove_growth(api::LogGrowth const& growth) override;
    Status export_audit(api::Caller const& caller, api::ExportRequest const& request,
                        api::ExportSink const& sink) override;
    Result<api::Archive> archive_audit(api::Caller const& caller, Timestamp before,
                                       api::ExportSink const& sink) override;
    Result<api::Archive> prune_audit(api::Caller const& caller, std::string const& digest) override;
    Result<std::string> last_checkpoint() override;
    Result<std::string> checkpoint_keys() override;
    api::Readiness readiness() override;
    Result<api::PublicFacts> public_facts() override;
    Result<api::SystemStatus> system_status(api::Caller const& caller) override;
    Result<api::Settings> list_settings(api::Caller const& caller) override;
    Result<api::LedgerReport> check_ledger(api::Caller const& caller) override;
    Result<api::Metrics> metrics() override;
    Status report_metrics(api::Caller const& caller,
                          std::vector<api::MetricFamily> const& families) override;

private:
    [[nodiscard]] Request from(api::Caller const& caller) const { return {front_end_, caller}; }

    template <typename UseCase>
    auto measured(metrics::Operation operation, UseCase const& use_case) -> decltype(use_case());

    FrontEnd const front_end_;
    UseCases& to_;
    Surroundings const& surroundings_;
    Meters& meters_;
};

}  // namespace bank::service
