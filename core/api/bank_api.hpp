// The face of the core: all that a front end can ask. Values in, values out; each could be written
// to a socket.
//
// Threads: every function from any thread. Blocking, but for submit(); each ends within the core's
// own time-outs. Nothing throws.
//
// Every call authenticates `caller`, asks the policy, and leaves an audit record where it changed
// or refused something. Errors common to all: not_authenticated, session_ended, permission_denied,
// rate_limited, overloaded, storage_unavailable, shutting_down, internal_error; and to all but
// logout, who_am_i and change_password: password_change_required, in a session that was opened
// with a one-time password.
#pragma once
#include <functional>
#include <optional>

#include "core/api/accounts.hpp"
#include "core/api/audit.hpp"
#include "core/api/caller.hpp"
#include "core/api/metrics.hpp"
#include "core/api/rate.hpp"
#include "core/api/setting.hpp"
#include "core/api/system.hpp"
#include "core/api/transfers.hpp"
#include "core/api/users.hpp"
#include "core/base/result.hpp"

namespace bank::api {

class BankApi {
public:
    virtual ~BankApi() = default;

    // Takes one request of `route` from the budgets of the caller's source and user. Called once
    // per request, before anything else; the answer is for the RateLimit headers either way.
    virtual RateDecision admit(Caller const& caller, RouteClass route) = 0;

    // Identity. login: login_refused, login_throttled. refresh: refresh_token_reused.
    virtual Result<Tokens> login(Caller const& caller, LoginRequest const& request) = 0;
    virtual Result<Tokens> refresh(Caller const& caller, RefreshRequest const& request) = 0;
    virtual Status logout(Caller const& caller) = 0;
    virtual Result<Page<Session>> list_sessions(Caller const& caller,
                                                ListSessionsRequest const& request) = 0;
    virtual Status revoke_session(Caller const& caller, RevokeSessionRequest const& request) = 0;
    virtual Result<User> who_am_i(Caller const& caller) = 0;
    // password_wrong, secret_too_weak. A one-time password ends with it.
    virtual Status change_password(Caller const& caller, ChangePasswordRequest const& request) = 0;

    virtual Result<User> add_user(Caller const& caller, AddUserRequest const& request) = 0;
    virtual Result<Page<User>> list_users(Caller const& caller,
                                          ListUsersRequest const& request) = 0;
    virtual Result<User> find_user(Caller const& caller, UserId user_id) = 0;
    virtual Result<User> set_user_role(Caller const& caller, SetUserRoleRequest const& request) = 0;
    virtual Result<User> set_user_disabled(Caller const& caller,
                                           SetUserDisabledRequest const& request) = 0;
    // A new one-time password in place of the present one; ends the user's sessions. Not of the
    // caller and not of local administrators: permission_denied.
    virtual Result<OneTimePassword> reset_password(Caller const& caller, UserId user_id) = 0;
    // What the audit trail tells of the user beside its records, which stay and keep their proofs.
    // Cannot be undone. user_not_disabled.
    virtual Result<User> erase_subject(Caller const& caller, UserId user_id) = 0;

    virtual Result<Account> open_account(Caller const& caller,
                                         OpenAccountRequest const& request) = 0;
    virtual Result<Page<Account>> list_accounts(Caller const& caller,
                                                ListAccountsRequest const& request) = 0;
    virtual Result<Account> find_account(Caller const& caller, AccountId account_id) = 0;
    virtual Result<Account> lock_account(Caller const& caller,
                                         LockAccountRequest const& request) = 0;
    virtual Result<Account> unlock_account(Caller const& caller,
                                           UnlockAccountRequest const& request) = 0;
    virtual Result<Account> close_account(Caller const& caller, AccountId account_id) = 0;
    virtual Result<Account> set_overdraft(Caller const& caller,
                                          SetOverdraftRequest const& request) = 0;
    virtual Result<Account> set_limits(Caller const& caller, SetLimitsRequest const& request) = 0;
    virtual Result<Account> freeze_account(Caller const& caller,
                                           FreezeAccountRequest const& request) = 0;
    // Of all roles and currencies that have any. Setting none takes them away.
    virtual Result<std::vector<RoleLimits>> list_role_limits(Caller const& caller) = 0;
    virtual Status set_role_limits(Caller const& caller, RoleLimits const& request) = 0;
    virtual Status set_pin(Caller const& caller, SetPinRequest const& request) = 0;
    // pin_wrong, account_locked, pin_not_set.
    virtual Result<PinAuthorization> authorize_pin(Caller const& caller,
                                                   AuthorizePinRequest const& request) = 0;
    virtual Result<Page<HistoryEntry>> history(Caller const& caller,
                                               HistoryRequest const& request) = 0;
    virtual Result<Balance> balance(Caller const& caller, BalanceRequest const& request) = 0;
    virtual Result<Page<Hold>> list_holds(Caller const& caller,
                                          ListHoldsRequest const& request) = 0;
    virtual Result<Hold> find_hold(Caller const& caller, TransferId hold_id) = 0;

    // Decides and posts one movement of money. `reply` runs exactly once, on a thread of the core
    // or before submit() returns, and only after the outcome is durable. A refusal that the ledger
    // decided is a Transfer with that status; an Error means that nothing was kept, except
    // outcome_unknown. `reply` must not block.
    using TransferReply = std::function<void(Result<Transfer>)>;
    virtual void submit(Caller const& caller, TransferRequest request, TransferReply reply) = 0;
    // The same for a group that is posted whole or not at all. An Error names the field of the
    // transfer that it is about ("/transfers/2/amount").
    using LinkedReply = std::function<void(Result<LinkedTransfers>)>;
    virtual void submit_linked(Caller const& caller, LinkedTransfersRequest request,
                               LinkedReply reply) = 0;
    virtual Result<Transfer> find_transfer(Caller const& caller, TransferId transfer_id) = 0;
    // For those who may see any transfer. It reads newest first until the page is full: a filter
    // that matches little reads much, within the time that a statement may take.
    virtual Result<Page<Transfer>> list_transfers(Caller const& caller,
                                                  ListTransfersRequest const& request) = 0;
    // Nothing: no checkpoint covers the record yet, and one is on its way; ask again in
    // checkpoint_wait_s. receipt_pending: none is to be expected soon, because signing is behind.
    // record_archived: the record is there no longer.
    virtual Result<std::optional<Receipt>> receipt(Caller const& caller,
                                                   TransferId transfer_id) = 0;

    virtual Result<Page<AuditRecord>> audit(Caller const& caller, AuditRequest const& request) = 0;
    // As receipt(): nothing if nothing of it is signed yet. not_found, invalid_field for too long a
    // range, receipt_pending.
    virtual Result<std::optional<ProvenRange>> prove_audit(Caller const& caller,
                                                           AuditRange const& range) = 0;
    // That the log of the newer size begins with all of the older one, for everybody.
    // invalid_field.
    virtual Result<LogGrowthProof> prove_growth(LogGrowth const& growth) = 0;
    // The whole trail with the accounts' balances, for whoever proves it elsewhere. Calls `sink` on
    // the caller's thread, for as long as it takes.
    virtual Status export_audit(Caller const& caller, ExportRequest const& request,
                                ExportSink const& sink) = 0;
    // What was sealed before that instant and is signed, delivered and old enough to be pruned, to
    // be kept elsewhere: as an export, without balances. nothing_to_archive.
    virtual Result<Archive> archive_audit(Caller const& caller, Timestamp before,
                                          ExportSink const& sink) = 0;
    // Removes the records of an archive that somebody still has: `digest` proves it. The tree
    // stays, and with it every proof. The oldest first. archive_not_found.
    virtual Result<Archive> prune_audit(Caller const& caller, std::string const& digest) = 0;
    // The newest signed note, for everybody. not_found: there is none yet.
    virtual Result<std::string> last_checkpoint() = 0;
    // The public keys that sign the notes, for everybody: name+id+key (C2SP), one a line. Who got
    // them on another way compares.
    virtual Result<std::string> checkpoint_keys() = 0;

    // readiness() needs no caller and no database.
    virtual Readiness readiness() = 0;
    // For everybody; needs no database.
    virtual Result<PublicFacts> public_facts() = 0;
    virtual Result<SystemStatus> system_status(Caller const& caller) = 0;
    // As they are in force, without secrets.
    virtual Result<Settings> list_settings(Caller const& caller) = 0;
    virtual Result<LedgerReport> check_ledger(Caller const& caller) = 0;

    // What the core has counted, and what its front ends reported last. Needs no caller and no
    // database: it tells of nobody, and is wanted most when something is away.
    virtual Result<Metrics> metrics() = 0;
    // What this front end has counted since its start, in place of its report before. The caller
    // is nobody. invalid_field: it holds what is not this front end's to report; nothing is kept.
    virtual Status report_metrics(Caller const& caller,
                                  std::vector<MetricFamily> const& families) = 0;
};

}  // namespace bank::api
