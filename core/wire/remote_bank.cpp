// Every function of BankApi as a call; the work is in Link.
#include "core/wire/remote_bank.hpp"

#include <condition_variable>
#include <mutex>
#include <optional>

#include "core/codec/binary.hpp"
#include "core/wire/export_stream.hpp"
#include "core/wire/link.hpp"

namespace bank::wire {
namespace {

// One call that its caller waits for. Shared with the sockets' thread, because both leave at their
// own time; what `decode` fills is the caller's, who stays until it is filled.
class Exchange {
public:
    // Reads an answer out of a payload; false if it makes no sense, and then nothing is filled.
    using Decode = bool (*)(std::string_view payload, void* answer);

    Exchange(Decode decode, void* answer) : decode_(decode), answer_(answer) {}

    bool settle(std::string_view payload, Error const* lost, Operation operation) {
        auto const is_sound = lost != nullptr || decode_(payload, answer_);
        std::lock_guard const lock(mutex_);
        if (lost != nullptr) {
            error_ = *lost;
        } else if (!is_sound) {
            error_ = senseless(operation);
        }
        is_settled_ = true;
        settled_.notify_one();
        return is_sound;
    }

    // What became of it instead of an answer.
    std::optional<Error> wait() {
        std::unique_lock lock(mutex_);
        settled_.wait(lock, [&] { return is_settled_; });
        return std::move(error_);
    }

    static Error senseless(Operation operation) {
        return {.code = changes(operation) ? Code::outcome_unknown : Code::internal_error,
                .detail = "the core's answer is malformed"};
    }

private:
    Decode decode_;
    void* answer_;
    std::mutex mutex_;
    std::condition_variable settled_;
    std::optional<Error> error_;
    bool is_settled_ = false;
};

template <typename Link>
std::optional<Error> exchange(Link& link, Operation operation, std::string payload,
                              Exchange::Decode decode, void* answer) {
    auto const under_way = std::make_shared<Exchange>(decode, answer);
    link.send(operation, std::move(payload),
              [under_way, operation](std::string_view received, Error const* lost) {
                  return under_way->settle(received, lost, operation);
              });
    return under_way->wait();
}

template <typename Answer>
bool decode(std::string_view payload, Answer& answer) {
    codec::Reader reader(payload);
    auto read = reader.get_result<typename ValueOf<Answer>::type>();
    if (!reader.is_finished()) return false;
    answer = std::move(read);
    return true;
}

// Waits for the answer.
template <Operation operation, typename Link, typename... A>
auto call(Link& link, A const&... arguments) {
    using Types = Call<operation>;
    static_assert(std::is_same_v<std::tuple<A...>, typename Types::Arguments>);
    using Answer = typename Types::Answer;
    Answer answer = Code::internal_error;
    auto lost = exchange(
        link, operation, codec::encode(operation, arguments...),
        [](std::string_view payload, void* into) {
            return decode(payload, *static_cast<Answer*>(into));
        },
        &answer);
    if (lost) answer = std::move(*lost);
    return answer;
}

// Calls `reply` once there is an answer.
template <Operation operation, typename Link, typename... A>
void send(Link& link, std::function<void(typename Call<operation>::Answer)> reply,
          A const&... arguments) {
    using Types = Call<operation>;
    static_assert(std::is_same_v<std::tuple<A...>, typename Types::Arguments>);
    link.send(operation, codec::encode(operation, arguments...),
              [reply = std::move(reply)](std::string_view payload, Error const* lost) {
                  typename Types::Answer answer = Exchange::senseless(operation);
                  if (lost != nullptr) answer = *lost;
                  auto const is_sound = lost != nullptr || decode(payload, answer);
                  reply(std::move(answer));
                  return is_sound;
              });
}

// The same for what comes in parts.
template <Operation operation, typename... A>
auto stream(RemoteBank::Settings const& settings, api::ExportSink const& sink,
            A const&... arguments) -> typename Call<operation>::Answer {
    using Types = Call<operation>;
    static_assert(std::is_same_v<std::tuple<A...>, typename Types::Arguments>);
    auto const payload = stream_export(settings, codec::encode(operation, arguments...), sink);
    if (!payload.ok()) return payload.error();
    typename Types::Answer answer = Code::internal_error;
    static_cast<void>(decode(*payload, answer));
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
    send<Operation::submit>(*link_, std::move(reply), caller, request);
}

void RemoteBank::submit_linked(api::Caller const& caller, api::LinkedTransfersRequest request,
                               LinkedReply reply) {
    send<Operation::submit_linked>(*link_, std::move(reply), caller, request);
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

Result<api::OneTimePassword> RemoteBank::reset_password(api::Caller const& caller, UserId user_id) {
    return call<Operation::reset_password>(*link_, caller, user_id);
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

Result<api::Page<api::Transfer>> RemoteBank::list_transfers(
    api::Caller const& caller, api::ListTransfersRequest const& request) {
    return call<Operation::list_transfers>(*link_, caller, request);
}

Result<std::optional<api::Receipt>> RemoteBank::receipt(api::Caller const& caller,
                                                        TransferId transfer_id) {
    return call<Operation::receipt>(*link_, caller, transfer_id);
}

Result<api::Page<api::AuditRecord>> RemoteBank::audit(api::Caller const& caller,
                                                      api::AuditRequest const& request) {
    return call<Operation::audit>(*link_, caller, request);
}

Result<std::optional<api::ProvenRange>> RemoteBank::prove_audit(api::Caller const& caller,
                                                                api::AuditRange const& range) {
    return call<Operation::prove_audit>(*link_, caller, range);
}

Result<api::LogGrowthProof> RemoteBank::prove_growth(api::LogGrowth const& growth) {
    return call<Operation::prove_growth>(*link_, growth);
}

Result<std::string> RemoteBank::last_checkpoint() {
    return call<Operation::last_checkpoint>(*link_);
}

Result<std::string> RemoteBank::checkpoint_keys() {
    return call<Operation::checkpoint_keys>(*link_);
}

Result<api::PublicFacts> RemoteBank::public_facts() {
    return call<Operation::public_facts>(*link_);
}

Result<api::SystemStatus> RemoteBank::system_status(api::Caller const& caller) {
    return call<Operation::system_status>(*link_, caller);
}

Result<api::Settings> RemoteBank::list_settings(api::Caller const& caller) {
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
