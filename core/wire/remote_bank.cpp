// Every function of BankApi as a call; the work is in Link.
#include "core/wire/remote_bank.hpp"

#include <condition_variable>
#include <mutex>
#include <optional>

#include "core/wire/archive.hpp"
#include "core/wire/export_stream.hpp"
#include "core/wire/link.hpp"

namespace bank::wire {
namespace {

// Where the answer of a call is put. Shared, because both sides leave at their own time.
template <typename Answer>
class Outcome {
public:
    void set(Answer answer) {
        {
            std::lock_guard const lock(mutex_);
            answer_.emplace(std::move(answer));
        }
        is_set_.notify_one();
    }
    Answer wait() {
        std::unique_lock lock(mutex_);
        is_set_.wait(lock, [&] { return answer_.has_value(); });
        return std::move(*answer_);
    }

private:
    std::mutex mutex_;
    std::condition_variable is_set_;
    std::optional<Answer> answer_;
};

template <typename Link, typename Answer, typename... Arguments>
void send(Link& link, Operation operation, std::function<void(Answer)> reply,
          Arguments const&... arguments) {
    auto answered = [reply = std::move(reply), operation](std::string_view payload,
                                                          Error const* lost) {
        if (lost != nullptr) {
            reply(*lost);
            return true;
        }
        Reader reader(payload);
        auto answer = reader.get_result<typename ValueOf<Answer>::type>();
        bool const is_sound = reader.is_finished();
        if (is_sound) {
            reply(std::move(answer));
        } else {
            reply(Error{.code = changes(operation) ? Code::outcome_unknown : Code::internal_error,
                        .detail = "the core's answer makes no sense"});
        }
        return is_sound;
    };
    link.send(operation, encode(operation, arguments...), std::move(answered));
}

// Waits for the answer.
template <Operation operation, typename Link, typename... A>
auto call(Link& link, A const&... arguments) {
    using Types = Call<operation>;
    static_assert(std::is_same_v<std::tuple<A...>, typename Types::Arguments>);
    using Answer = typename Types::Answer;
    auto const outcome = std::make_shared<Outcome<Answer>>();
    send<Link, Answer>(
        link, operation, [outcome](Answer answer) { outcome->set(std::move(answer)); },
        arguments...);
    return outcome->wait();
}

// The same for what comes in parts.
template <Operation operation, typename... A>
auto stream(RemoteBank::Settings const& settings, api::ExportSink const& sink,
            A const&... arguments) -> typename Call<operation>::Answer {
    using Types = Call<operation>;
    static_assert(std::is_same_v<std::tuple<A...>, typename Types::Arguments>);
    auto const payload = stream_export(settings, encode(operation, arguments...), sink);
    if (!payload.ok()) return payload.error();
    Reader reader(*payload);
    auto answer = reader.get_result<typename ValueOf<typename Types::Answer>::type>();
    if (!reader.is_finished()) return Code::internal_error;
    return answer;
}

}  // namespace

RemoteBank::RemoteBank(Settings settings, std::function<void(std::string const& sentence)> say)
    : link_(std::make_unique<Link>(std::move(settings), std::move(say))) {}

RemoteBank::~RemoteBank() = default;

void RemoteBank::start() {
    link_->start();
}

void RemoteBank::stop() {
    link_->stop();
}

bool RemoteBank::is_connected() const {
    return link_->is_connected();
}

std::chrono::milliseconds RemoteBank::silence() const {
    return link_->silence();
}

// The calls after it need the core as well, and say that it is away.
api::RateDecision RemoteBank::admit(api::Caller const& caller, api::RouteClass route) {
    auto const decision = call<Operation::admit>(*link_, caller, route);
    return decision.ok() ? decision.value() : api::RateDecision{};
}

api::Readiness RemoteBank::readiness() {
    auto const without_core = [&] {
        return link_->is_core_leaving() ? api::Readiness::draining : api::Readiness::starting;
    };
    if (!link_->is_connected()) return without_core();
    auto const readiness = call<Operation::readiness>(*link_);
    if (readiness.ok()) return readiness.value();
    return readiness.code() == Code::shutting_down ? api::Readiness::draining : without_core();
}

void RemoteBank::submit(api::Caller const& caller, api::TransferRequest request,
                        TransferReply reply) {
    send<Link, Result<api::Transfer>>(*link_, Operation::submit, std::move(reply), caller, request);
}

void RemoteBank::submit_linked(api::Caller const& caller, api::LinkedTransfersRequest request,
                               LinkedReply reply) {
    send<Link, Result<api::LinkedTransfers>>(*link_, Operation::submit_linked, std::move(reply),
                                             caller, request);
}

Status RemoteBank::export_audit(api::Caller const& caller, api::ExportRequest const& request,
                                api::ExportSink const& sink) {
    return stream<Operation::export_audit>(link_->settings(), sink, caller, request);
}

Result<api::Archive> RemoteBank::archive_audit(api::Caller const& caller, Timestamp before,
                                               api::ExportSink const& sink) {
    return stream<Operation::archive_audit>(link_->settings(), sink, caller, before);
}

Result<api::Archive> RemoteBank::prune_audit(api::Caller const& caller, std::string const& digest) {
    return call<Operation::prune_audit>(*link_, caller, digest);
}

Result<api::User> RemoteBank::erase_subject(api::Caller const& caller, UserId user_id) {
    return call<Operation::erase_subject>(*link_, caller, user_id);
}

Result<api::Tokens> RemoteBank::login(api::Caller const& caller, api::LoginRequest const& request) {
    return call<Operation::login>(*link_, caller, request);
}

Result<api::Tokens> RemoteBank::refresh(api::Caller const& caller,
                                        api::RefreshRequest const& request) {
    return call<Operation::refresh>(*link_, caller, request);
}

Status RemoteBank::logout(api::Caller const& caller) {
    return call<Operation::logout>(*link_, caller);
}

Result<api::Page<api::Session>> RemoteBank::list_sessions(api::Caller const& caller,
                                                          api::ListSessionsRequest const& request) {
    return call<Operation::list_sessions>(*link_, caller, request);
}

Status RemoteBank::revoke_session(api::Caller const& caller,
                                  api::RevokeSessionRequest const& request) {
    return call<Operation::revoke_session>(*link_, caller, request);
}

Result<api::User> RemoteBank::who_am_i(api::Caller const& caller) {
    return call<Operation::who_am_i>(*link_, caller);
}

Status RemoteBank::change_password(api::Caller const& caller,
                                   api::ChangePasswordRequest const& request) {
    return call<Operation::change_password>(*link_, caller, request);
}

Result<api::User> RemoteBank::add_user(api::Caller const& caller,
                                       api::AddUserRequest const& request) {
    return call<Operation::add_user>(*link_, caller, request);
}

Result<api::Page<api::User>> RemoteBank::list_users(api::Caller const& caller,
                                                    api::ListUsersRequest const& request) {
    return call<Operation::list_users>(*link_, caller, request);
}

Result<api::User> RemoteBank::find_user(api::Caller const& caller, UserId user_id) {
    return call<Operation::find_user>(*link_, caller, user_id);
}

Result<api::User> RemoteBank::set_user_role(api::Caller const& caller,
                                            api::SetUserRoleRequest const& request) {
    return call<Operation::set_user_role>(*link_, caller, request);
}

Result<api::User> RemoteBank::set_user_disabled(api::Caller const& caller,
                                                api::SetUserDisabledRequest const& request) {
    return call<Operation::set_user_disabled>(*link_, caller, request);
}

Result<api::Account> RemoteBank::open_account(api::Caller const& caller,
                                              api::OpenAccountRequest const& request) {
    return call<Operation::open_account>(*link_, caller, request);
}

Result<api::Page<api::Account>> RemoteBank::list_accounts(api::Caller const& caller,
                                                          api::ListAccountsRequest const& request) {
    return call<Operation::list_accounts>(*link_, caller, request);
}

Result<api::Account> RemoteBank::find_account(api::Caller const& caller, AccountId account_id) {
    return call<Operation::find_account>(*link_, caller, account_id);
}

Result<api::Account> RemoteBank::lock_account(api::Caller const& caller,
                                              api::LockAccountRequest const& request) {
    return call<Operation::lock_account>(*link_, caller, request);
}

Result<api::Account> RemoteBank::unlock_account(api::Caller const& caller,
                                                api::UnlockAccountRequest const& request) {
    return call<Operation::unlock_account>(*link_, caller, request);
}

Result<api::Account> RemoteBank::close_account(api::Caller const& caller, AccountId account_id) {
    return call<Operation::close_account>(*link_, caller, account_id);
}

Result<api::Account> RemoteBank::set_overdraft(api::Caller const& caller,
                                               api::SetOverdraftRequest const& request) {
    return call<Operation::set_overdraft>(*link_, caller, request);
}

Result<api::Account> RemoteBank::set_limits(api::Caller const& caller,
                                            api::SetLimitsRequest const& request) {
    return call<Operation::set_limits>(*link_, caller, request);
}

Result<api::Account> RemoteBank::freeze_account(api::Caller const& caller,
                                                api::FreezeAccountRequest const& request) {
    return call<Operation::freeze_account>(*link_, caller, request);
}

Result<std::vector<api::RoleLimits>> RemoteBank::list_role_limits(api::Caller const& caller) {
    return call<Operation::list_role_limits>(*link_, caller);
}

Status RemoteBank::set_role_limits(api::Caller const& caller, api::RoleLimits const& request) {
    return call<Operation::set_role_limits>(*link_, caller, request);
}

Status RemoteBank::set_pin(api::Caller const& caller, api::SetPinRequest const& request) {
    return call<Operation::set_pin>(*link_, caller, request);
}

Result<api::PinAuthorization> RemoteBank::authorize_pin(api::Caller const& caller,
                                                        api::AuthorizePinRequest const& request) {
    return call<Operation::authorize_pin>(*link_, caller, request);
}

Result<api::Page<api::HistoryEntry>> RemoteBank::history(api::Caller const& caller,
                                                         api::HistoryRequest const& request) {
    return call<Operation::history>(*link_, caller, request);
}

Result<api::Balance> RemoteBank::balance(api::Caller const& caller,
                                         api::BalanceRequest const& request) {
    return call<Operation::balance>(*link_, caller, request);
}

Result<api::Page<api::Hold>> RemoteBank::list_holds(api::Caller const& caller,
                                                    api::ListHoldsRequest const& request) {
    return call<Operation::list_holds>(*link_, caller, request);
}

Result<api::Hold> RemoteBank::find_hold(api::Caller const& caller, TransferId hold_id) {
    return call<Operation::find_hold>(*link_, caller, hold_id);
}

Result<api::Transfer> RemoteBank::find_transfer(api::Caller const& caller, TransferId transfer_id) {
    return call<Operation::find_transfer>(*link_, caller, transfer_id);
}

Result<api::Receipt> RemoteBank::receipt(api::Caller const& caller, TransferId transfer_id) {
    return call<Operation::receipt>(*link_, caller, transfer_id);
}

Result<api::Page<api::AuditRecord>> RemoteBank::audit(api::Caller const& caller,
                                                      api::AuditRequest const& request) {
    return call<Operation::audit>(*link_, caller, request);
}

Result<api::ProvenRange> RemoteBank::prove_audit(api::Caller const& caller,
                                                 api::AuditRange const& range) {
    return call<Operation::prove_audit>(*link_, caller, range);
}

Result<std::vector<std::string>> RemoteBank::prove_growth(api::LogGrowth const& growth) {
    return call<Operation::prove_growth>(*link_, growth);
}

Result<std::string> RemoteBank::last_checkpoint() {
    return call<Operation::last_checkpoint>(*link_);
}

Result<std::string> RemoteBank::checkpoint_keys() {
    return call<Operation::checkpoint_keys>(*link_);
}

Result<api::SystemStatus> RemoteBank::system_status(api::Caller const& caller) {
    return call<Operation::system_status>(*link_, caller);
}

Result<std::vector<api::Setting>> RemoteBank::list_settings(api::Caller const& caller) {
    return call<Operation::list_settings>(*link_, caller);
}

Result<api::LedgerReport> RemoteBank::check_ledger(api::Caller const& caller) {
    return call<Operation::check_ledger>(*link_, caller);
}

Result<api::Metrics> RemoteBank::metrics() {
    return call<Operation::metrics>(*link_);
}

Status RemoteBank::report_metrics(api::Caller const& caller,
                                  std::vector<api::MetricFamily> const& families) {
    return call<Operation::report_metrics>(*link_, caller, families);
}

}  // namespace bank::wire
