// BankApi at the other end of the core's socket.
//
// Many threads share one pipelined connection; an export has one of its own, so that its pace holds
// up nobody. While the core is away calls wait for it, but none for longer than `patience` after it
// went; then they fail at once with storage_unavailable. A call that was sent and whose answer is
// lost fails with outcome_unknown if it may have changed something.
//
// Threads: every function from any, but start() and stop(): from one. Callbacks run on the thread
// of the connection, or on the caller's.
#pragma once
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "core/wire/operation.hpp"

namespace bank::wire {

class RemoteBank final : public api::BankApi {
public:
    struct Settings {
        std::string socket;  // Path.
        FrontEnd front_end = FrontEnd::rest;
        std::string version;
        std::chrono::milliseconds patience{2000};
        std::chrono::milliseconds call_max{60'000};  // An answer that takes longer is lost.
        std::size_t calls_max = 4096;                // That wait; beyond, calls are overloaded.
    };

    // `say` hears one sentence whenever the connection comes or goes.
    RemoteBank(Settings settings, std::function<void(std::string const& sentence)> say);
    ~RemoteBank() override;

    void start();
    // What waits fails with shutting_down. Idempotent.
    void stop();

    [[nodiscard]] bool is_connected() const;
    // For how long the connection's thread has given no sign of life.
    [[nodiscard]] std::chrono::milliseconds silence() const;

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
    Result<api::OneTimePassword> reset_password(api::Caller const& caller, UserId user_id) override;
    Result<api::User> erase_subject(api::Caller const& caller, UserId user_id) override;
    Result<api::Archive> archive_audit(api::Caller const& caller, Timestamp before,
                                       api::ExportSink const& sink) override;
    Result<api::Archive> prune_audit(api::Caller const& caller, std::string const& digest) override;
    Result<std::string> last_checkpoint() override;
    Result<std::string> checkpoint_keys() override;
    // While the core is away: draining until it has gone, starting until it is back.
    api::Readiness readiness() override;
    Result<api::PublicFacts> public_facts() override;
    Result<api::SystemStatus> system_status(api::Caller const& caller) override;
    Result<api::Settings> list_settings(api::Caller const& caller) override;
    Result<api::LedgerReport> check_ledger(api::Caller const& caller) override;
    Result<api::Metrics> metrics() override;
    Status report_metrics(api::Caller const& caller,
                          std::vector<api::MetricFamily> const& families) override;

private:
    class Link;
    std::unique_ptr<Link> link_;
};

}  // namespace bank::wire
