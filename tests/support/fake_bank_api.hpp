// A scripted bank for the tests of front ends: it returns the answers and errors that the test has
// set, and records its calls. And a host that provides it to a plugin.
//
// Threads: any; a test sets the answers before the first call.
#pragma once
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "plugins/api/plugin.hpp"

namespace bank::test {

inline money::Currency const eur{{'E', 'U', 'R'}};

inline api::User sample_user() {
    return {.id = UserId{7}, .user_name = "alice", .created_at = {1'772'366'400'000'000}};
}

inline api::Account sample_account() {
    api::Account account;
    account.id = AccountId{12};
    account.account_no = "DE87999999990000000012";
    account.name = "Household";
    account.user_id = UserId{7};
    account.owner = "alice";
    account.currency = eur;
    account.balance = 12345;
    account.available = 12345;
    account.has_pin = true;
    account.created_at = {1'772'366'400'000'000};
    return account;
}

class FakeBankApi : public api::BankApi {
public:
    struct Call {
        std::string name;
        api::Caller caller;
        std::string argument;  // The part of the request that a test may check.
    };

    // Runs at the start of each call except admit(); may throw or wait.
    std::function<void(std::string const& name)> before;
    std::optional<Error> error;           // The error of every use case.
    std::optional<Error> transfer_error;  // The error of each transfer.
    std::optional<api::RateDecision> rate;
    std::atomic<api::Readiness> state = api::Readiness::ready;
    api::User user = sample_user();  // The caller.
    Code transfer_status = Code::posted;
    bool is_replay = false;
    bool is_signed = true;  // False: no checkpoint covers anything yet.
    bool replies = true;    // False: submit() keeps the reply in `kept`.
    std::vector<TransferReply> kept;
    // Overrides all of the above: receives each transfer and its reply, and nothing is recorded.
    std::function<void(api::TransferRequest, TransferReply)> take;
    std::string next_cursor;

    [[nodiscard]] std::vector<Call> calls() const {
        std::lock_guard const lock(mutex_);
        return calls_;
    }
    [[nodiscard]] std::vector<std::string> names() const {
        std::vector<std::string> names;
        for (auto const& call : calls()) names.push_back(call.name);
        return names;
    }

    api::RateDecision admit(api::Caller const&, api::RouteClass route) override {
        std::lock_guard const lock(mutex_);
        admitted_.push_back(route);
        return rate.value_or(api::RateDecision{true, 600, 60, 599, 1, 0});
    }
    [[nodiscard]] std::vector<api::RouteClass> admitted() const {
        std::lock_guard const lock(mutex_);
        return admitted_;
    }

    Result<api::Tokens> login(api::Caller const& c, api::LoginRequest const& r) override {
        return answer(c, "login", r.user_name + ":" + std::string(r.password.reveal()), tokens());
    }
    Result<api::Tokens> refresh(api::Caller const& c, api::RefreshRequest const& r) override {
        return answer(c, "refresh", std::string(r.refresh_token.reveal()), tokens());
    }
    Status logout(api::Caller const& c) override { return answer(c, "logout", "", Done{}); }
    Result<api::Page<api::Session>> list_sessions(api::Caller const& c,
                                                  api::ListSessionsRequest const& r) override {
        api::Session session;
        session.id = SessionId{3};
        session.user_id = UserId{7};
        return answer(c, "list_sessions", std::to_string(r.user_id.value), page(session));
    }
    Status revoke_session(api::Caller const& c, api::RevokeSessionRequest const& r) override {
        return answer(c, "revoke_session", std::to_string(r.session_id.value), Done{});
    }
    Result<api::User> who_am_i(api::Caller const& c) override {
        return answer(c, "who_am_i", "", user);
    }
    Status change_password(api::Caller const& c, api::ChangePasswordRequest const& r) override {
        auto const both =
            std::string(r.current_password.reveal()) + ":" + std::string(r.new_password.reveal());
        return answer(c, "change_password", both, Done{});
    }

    Result<api::User> add_user(api::Caller const& c, api::AddUserRequest const& r) override {
        return answer(c, "add_user", r.user_name + ":" + std::string(to_string(r.role)),
                      sample_user());
    }
    Result<api::Page<api::User>> list_users(api::Caller const& c,
                                            api::ListUsersRequest const& r) override {
        return answer(c, "list_users", r.name_prefix + ":" + std::to_string(r.page.limit),
                      page(sample_user()));
    }
    Result<api::User> find_user(api::Caller const& c, UserId id) override {
        return answer(c, "find_user", std::to_string(id.value), sample_user());
    }
    Result<api::User> set_user_role(api::Caller const& c,
                                    api::SetUserRoleRequest const& r) override {
        return answer(c, "set_user_role", std::string(to_string(r.role)), sample_user());
    }
    Result<api::User> set_user_disabled(api::Caller const& c,
                                        api::SetUserDisabledRequest const& r) override {
        return answer(c, "set_user_disabled", r.is_disabled ? "yes" : "no", sample_user());
    }
    Result<api::OneTimePassword> reset_password(api::Caller const& c, UserId id) override {
        return answer(c, "reset_password", std::to_string(id.value),
                      api::OneTimePassword{sample_user(), Secret("k7mp-x2wn-9hqe-r4tz")});
    }
    Result<api::User> erase_subject(api::Caller const& c, UserId id) override {
        return answer(c, "erase_subject", std::to_string(id.value), sample_user());
    }

    Result<api::Account> open_account(api::Caller const& c,
                                      api::OpenAccountRequest const& r) override {
        return account(c, "open_account",
                       r.owner + ":" + std::string(r.currency.code()) + ":" +
                           std::to_string(r.overdraft_limit));
    }
    Result<api::Page<api::Account>> list_accounts(api::Caller const& c,
                                                  api::ListAccountsRequest const& r) override {
        return answer(c, "list_accounts", r.owner + ":" + r.account_no, page(sample_account()));
    }
    Result<api::Account> find_account(api::Caller const& c, AccountId id) override {
        return account(c, "find_account", std::to_string(id.value));
    }
    Result<api::Account> lock_account(api::Caller const& c,
                                      api::LockAccountRequest const& r) override {
        return account(c, "lock_account", r.reason);
    }
    Result<api::Account> unlock_account(api::Caller const& c,
                                        api::UnlockAccountRequest const& r) override {
        return account(c, "unlock_account", r.reason);
    }
    Result<api::Account> close_account(api::Caller const& c, AccountId id) override {
        return account(c, "close_account", std::to_string(id.value));
    }
    Result<api::Account> set_overdraft(api::Caller const& c,
                                       api::SetOverdraftRequest const& r) override {
        return account(c, "set_overdraft", std::to_string(r.overdraft_limit));
    }
    Result<api::Account> set_limits(api::Caller const& c, api::SetLimitsRequest const& r) override {
        return account(c, "set_limits",
                       text_of(r.limits) + ":" + std::to_string(r.minimum_balance));
    }
    Result<api::Account> freeze_account(api::Caller const& c,
                                        api::FreezeAccountRequest const& r) override {
        return account(c, "freeze_account",
                       std::string(r.is_debit_frozen ? "debit:" : "") +
                           (r.is_credit_frozen ? "credit:" : "") + r.reason);
    }
    Result<std::vector<api::RoleLimits>> list_role_limits(api::Caller const& c) override {
        return answer(c, "list_role_limits", "",
                      std::vector<api::RoleLimits>{{.role = api::Role::teller, .currency = eur}});
    }
    Status set_role_limits(api::Caller const& c, api::RoleLimits const& r) override {
        return answer(c, "set_role_limits",
                      std::string(to_string(r.role)) + ":" + std::string(r.currency.code()) + ":" +
                          text_of(r.limits),
                      Done{});
    }
    Status set_pin(api::Caller const& c, api::SetPinRequest const& r) override {
        return answer(c, "set_pin", std::string(r.new_pin.reveal()), Done{});
    }
    Result<api::PinAuthorization> authorize_pin(api::Caller const& c,
                                                api::AuthorizePinRequest const& r) override {
        return answer(c, "authorize_pin", std::string(r.pin.reveal()), api::PinAuthorization{});
    }
    Result<api::Page<api::HistoryEntry>> history(api::Caller const& c,
                                                 api::HistoryRequest const& r) override {
        api::HistoryEntry entry;
        entry.id = EntryId{201};
        entry.type = "deposit";
        entry.currency = eur;
        entry.amount = -2500;
        return answer(c, "history", std::to_string(r.account_id.value), page(entry));
    }

    Result<api::Balance> balance(api::Caller const& c, api::BalanceRequest const& r) override {
        return answer(c, "balance", r.at ? std::to_string(r.at->us) : "",
                      api::Balance{.account_id = r.account_id, .currency = eur, .balance = 12345});
    }
    Result<api::Page<api::Hold>> list_holds(api::Caller const& c,
                                            api::ListHoldsRequest const& r) override {
        return answer(c, "list_holds", std::to_string(r.account_id.value), page(hold()));
    }
    Result<api::Hold> find_hold(api::Caller const& c, TransferId id) override {
        return answer(c, "find_hold", std::to_string(id.value), hold());
    }

    void submit(api::Caller const& c, api::TransferRequest r, TransferReply reply) override {
        if (take) return take(std::move(r), std::move(reply));
        remember(c, "submit", r.idempotency_key + ":" + text_of(r));
        if (before) before("submit");
        if (!replies) {
            kept.push_back(std::move(reply));
        } else if (error) {
            reply(*error);
        } else {
            reply(transfer());
        }
    }
    void submit_linked(api::Caller const& c, api::LinkedTransfersRequest r,
                       LinkedReply reply) override {
        auto argument = r.idempotency_key;
        for (auto const& transfer : r.transfers) argument += " " + text_of(transfer);
        remember(c, "submit_linked", std::move(argument));
        if (before) before("submit_linked");
        if (error || transfer_error) return reply(error ? *error : *transfer_error);
        api::LinkedTransfers linked;
        linked.transfers.resize(r.transfers.size(), transfer());
        if (transfer_status != Code::posted) linked.refused_index = r.transfers.size() - 1;
        reply(std::move(linked));
    }
    Result<api::Transfer> find_transfer(api::Caller const& c, TransferId id) override {
        return answer(c, "find_transfer", std::to_string(id.value), transfer());
    }
    Result<api::Page<api::Transfer>> list_transfers(api::Caller const& c,
                                                    api::ListTransfersRequest const&) override {
        return answer(c, "list_transfers", "", api::Page<api::Transfer>{});
    }
    Result<std::optional<api::Receipt>> receipt(api::Caller const& c, TransferId id) override {
        return answer(c, "receipt", std::to_string(id.value), signed_or_not(receipt()));
    }

    Result<api::Page<api::AuditRecord>> audit(api::Caller const& c,
                                              api::AuditRequest const& r) override {
        api::AuditRecord record;
        record.id = AuditId{5};
        record.details = R"({"account_id":12})";
        return answer(c, "audit", r.actor + ":" + std::to_string(r.after.value), page(record));
    }
    Result<std::optional<api::ProvenRange>> prove_audit(api::Caller const& c,
                                                        api::AuditRange const& r) override {
        return answer(c, "prove_audit", fmt::format("{}-{}", r.first.value, r.last.value),
                      signed_or_not(range()));
    }
    Result<api::LogGrowthProof> prove_growth(api::LogGrowth const& g) override {
        return answer({}, "prove_growth", fmt::format("{}-{}", g.older, g.newer),
                      api::LogGrowthProof{g.older, g.newer, {"aGFzaA=="}});
    }
    Status export_audit(api::Caller const& c, api::ExportRequest const& r,
                        api::ExportSink const&) override {
        return answer(c, "export_audit", std::to_string(r.from), Done{});
    }
    Result<api::Archive> archive_audit(api::Caller const& c, Timestamp limit,
                                       api::ExportSink const&) override {
        return answer(c, "archive_audit", to_string(limit), archive());
    }
    Result<api::Archive> prune_audit(api::Caller const& c, std::string const& digest) override {
        return answer(c, "prune_audit", digest, archive());
    }
    Result<std::string> last_checkpoint() override {
        return answer({}, "last_checkpoint", "", std::string("log\n1\n"));
    }
    Result<std::string> checkpoint_keys() override {
        return answer({}, "checkpoint_keys", "", std::string("log+00000000+AA==\n"));
    }
    api::Readiness readiness() override { return state; }
    Result<api::SystemStatus> system_status(api::Caller const& c) override {
        return answer(c, "system_status", "", api::SystemStatus{});
    }
    Result<api::PublicFacts> public_facts() override {
        return answer({}, "public_facts", "", api::PublicFacts{"Ask <b>us</b>."});
    }
    Result<api::Settings> list_settings(api::Caller const& c) override {
        api::Setting setting{.section = "bank", .name = "currencies", .value = "EUR,USD"};
        return answer(c, "list_settings", "",
                      api::Settings{"/etc/bankd/bankd.conf", {std::move(setting)}});
    }
    Result<api::LedgerReport> check_ledger(api::Caller const& c) override {
        api::LedgerReport report;
        report.is_sound = true;
        report.sums.push_back({eur, 0, 0});
        return answer(c, "check_ledger", "", std::move(report));
    }
    Result<api::Metrics> metrics() override { return answer({}, "metrics", "", api::Metrics{}); }
    Status report_metrics(api::Caller const& c, std::vector<api::MetricFamily> const&) override {
        return answer(c, "report_metrics", "", Done{});
    }

    static api::Archive archive() { return {.first = 10, .end = 20, .digest = "ab"}; }
    static api::Receipt receipt() {
        return {.record = "transfer/1\t0",
                .number = 17,
                .tree_size = 18,
                .proof = {"aGFzaA=="},
                .checkpoint = "log\n18\n",
                .reference = api::Revealed{Bytes(16, 7), "rent"}};
    }
    static api::ProvenRange range() {
        return {.first_number = 17,
                .tree_size = 19,
                .records = {{.id = AuditId{5},
                             .leaf = "aGFzaA==",
                             .record = "event/1\t0",
                             .subject = api::Revealed{Bytes(16, 7), "4\tann\t-\t"},
                             .details = {}}},
                .proof = {"aGFzaA=="},
                .checkpoint = "log\n19\n"};
    }
    static api::Hold hold() {
        return {.id = TransferId{98}, .amount = {2500, eur}, .expires_at = {1'772'366'400'000'000}};
    }
    [[nodiscard]] api::Transfer transfer() const {
        api::Transfer transfer;
        transfer.id = TransferId{99};
        transfer.status = transfer_status;
        transfer.amount = {2500, eur};
        transfer.balance_currency = eur;
        transfer.is_replay = is_replay;
        if (transfer_status == Code::posted) transfer.entry_id = EntryId{201};
        return transfer;
    }

    // "A:B:5:4711" of a transfer; "capture:98:0:" and "hold:A:B:5::60" of other kinds.
    static std::string text_of(api::TransferRequest const& r) {
        using api::TransferKind;
        std::string text;
        auto const is_plain = r.kind <= TransferKind::transfer;
        if (!is_plain) text += std::string(to_string(r.kind)) + ":";
        text += api::has_origin(r.kind) ? std::to_string(r.origin.value)
                                        : r.debit_account_no + ":" + r.credit_account_no;
        text += ":" + std::to_string(r.amount.amount) + ":" + std::string(r.pin.reveal());
        if (r.expires_in_s != 0) text += ":" + std::to_string(r.expires_in_s);
        return text;
    }

private:
    static std::string text_of(api::Limits const& limits) {
        std::string text;
        for (auto const& limit :
             {limits.per_transfer, limits.per_day, limits.per_week, limits.per_month}) {
            if (!text.empty()) text += "/";
            text += limit ? std::to_string(*limit) : "-";
        }
        return text;
    }
    static api::Tokens tokens() {
        api::Tokens tokens;
        tokens.access_token = Secret("access-token-text");
        tokens.refresh_token = Secret("refresh-token-text");
        tokens.expires_in_s = 600;
        tokens.session_id = SessionId{3};
        tokens.user = sample_user();
        tokens.may_move_cash = true;
        return tokens;
    }
    template <typename T>
    api::Page<T> page(T item) const {
        api::Page<T> page;
        page.items.push_back(std::move(item));
        page.next_cursor = next_cursor;
        return page;
    }
    void remember(api::Caller const& caller, std::string name, std::string argument) {
        std::lock_guard const lock(mutex_);
        calls_.push_back({std::move(name), caller, std::move(argument)});
    }
    template <typename T>
    std::optional<T> signed_or_not(T proof) const {
        return is_signed ? std::optional{std::move(proof)} : std::nullopt;
    }
    template <typename T>
    Result<T> answer(api::Caller const& caller, std::string const& name, std::string argument,
                     T value) {
        remember(caller, name, std::move(argument));
        if (before) before(name);
        if (error) return *error;
        return value;
    }
    Result<api::Account> account(api::Caller const& caller, std::string const& name,
                                 std::string argument) {
        return answer(caller, name, std::move(argument), sample_account());
    }

    mutable std::mutex mutex_;
    std::vector<Call> calls_;
    std::vector<api::RouteClass> admitted_;
};

class FakeHost : public plugin::Host {
public:
    FakeBankApi api;
    std::map<std::string, std::string, std::less<>> settings;
    std::optional<int> listener;

    [[nodiscard]] std::string log_text() const {
        std::lock_guard const lock(mutex_);
        return log_;
    }

    api::BankApi& bank() override { return api; }
    std::string setting(std::string_view key) const override {
        auto const found = settings.find(key);
        if (found == settings.end()) throw std::out_of_range(std::string(key));
        return found->second;
    }
    std::int64_t setting_integer(std::string_view key) const override {
        return std::stoll(setting(key));
    }
    bool setting_boolean(std::string_view key) const override { return setting(key) == "yes"; }
    std::optional<int> take_listener(std::string_view) override {
        return std::exchange(listener, std::nullopt);
    }
    void log(log::Level, std::string_view message) override {
        std::lock_guard const lock(mutex_);
        log_.append(message).append("\n");
    }
    std::string describe_configuration() const override { return {}; }
    plugin::ConfigurationFindings check_configuration() const override { return {}; }

private:
    mutable std::mutex mutex_;
    std::string log_;
};

}  // namespace bank::test
