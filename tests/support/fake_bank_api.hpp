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
#include "tests/support/scripted_bank.hpp"

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

class FakeBankApi : public ScriptedBank {
public:
    FakeBankApi() {
        charge = [this](operations::Facts const& facts) {
            std::lock_guard const lock(mutex_);
            charged_.push_back(*facts.budget);
            return rate.value_or(api::RateDecision{true, 600, 60, 599, 1, 0});
        };
        script_people();
        script_accounts();
        script_money();
        script_system();
    }

    using TransferReply = ReplyOf<operations::Submit>;
    struct Call {
        std::string name;
        api::Caller caller;
        std::string argument;  // The part of the request that a test may check.
    };

    // Runs at the start of each call; may throw or wait.
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

    [[nodiscard]] std::vector<operations::Budget> charged() const {
        std::lock_guard const lock(mutex_);
        return charged_;
    }

    api::Readiness readiness() override { return state; }
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
    void script_people() {
        on<operations::Login>([this](auto const& c, auto& r) {
            return answer(c, "login", r.user_name + ":" + std::string(r.password.reveal()),
                          tokens());
        });
        on<operations::Refresh>([this](auto const& c, auto& r) {
            return answer(c, "refresh", std::string(r.refresh_token.reveal()), tokens());
        });
        on<operations::Logout>(
            [this](auto const& c, auto&) { return answer(c, "logout", "", Done{}); });
        on<operations::ListSessions>([this](auto const& c, auto& r) {
            api::Session session;
            session.id = SessionId{3};
            session.user_id = UserId{7};
            return answer(c, "list_sessions", std::to_string(r.user_id.value), page(session));
        });
        on<operations::RevokeSession>([this](auto const& c, auto& r) {
            return answer(c, "revoke_session", std::to_string(r.session_id.value), Done{});
        });
        on<operations::WhoAmI>(
            [this](auto const& c, auto&) { return answer(c, "who_am_i", "", user); });
        on<operations::ChangePassword>([this](auto const& c, auto& r) {
            auto const both = std::string(r.current_password.reveal()) + ":" +
                              std::string(r.new_password.reveal());
            return answer(c, "change_password", both, Done{});
        });
        on<operations::AddUser>([this](auto const& c, auto& r) {
            return answer(c, "add_user", r.user_name + ":" + std::string(to_string(r.role)),
                          sample_user());
        });
        on<operations::ListUsers>([this](auto const& c, auto& r) {
            return answer(c, "list_users", r.name_prefix + ":" + std::to_string(r.page.limit),
                          page(sample_user()));
        });
        on<operations::FindUser>([this](auto const& c, auto& r) {
            return answer(c, "find_user", std::to_string(r.user_id.value), sample_user());
        });
        on<operations::SetUserRole>([this](auto const& c, auto& r) {
            return answer(c, "set_user_role", std::string(to_string(r.role)), sample_user());
        });
        on<operations::SetUserDisabled>([this](auto const& c, auto& r) {
            return answer(c, "set_user_disabled", r.is_disabled ? "yes" : "no", sample_user());
        });
        on<operations::ResetPassword>([this](auto const& c, auto& r) {
            return answer(c, "reset_password", std::to_string(r.user_id.value),
                          api::OneTimePassword{sample_user(), Secret("k7mp-x2wn-9hqe-r4tz")});
        });
        on<operations::EraseSubject>([this](auto const& c, auto& r) {
            return answer(c, "erase_subject", std::to_string(r.user_id.value), sample_user());
        });
    }
    void script_accounts() {
        on<operations::OpenAccount>([this](auto const& c, auto& r) {
            return account(c, "open_account",
                           r.owner + ":" + std::string(r.currency.code()) + ":" +
                               std::to_string(r.overdraft_limit));
        });
        on<operations::ListAccounts>([this](auto const& c, auto& r) {
            return answer(c, "list_accounts", r.owner + ":" + r.account_no, page(sample_account()));
        });
        on<operations::FindAccount>([this](auto const& c, auto& r) {
            return account(c, "find_account", std::to_string(r.account_id.value));
        });
        on<operations::LockAccount>(
            [this](auto const& c, auto& r) { return account(c, "lock_account", r.reason); });
        on<operations::UnlockAccount>(
            [this](auto const& c, auto& r) { return account(c, "unlock_account", r.reason); });
        on<operations::CloseAccount>([this](auto const& c, auto& r) {
            return account(c, "close_account", std::to_string(r.account_id.value));
        });
        on<operations::SetOverdraft>([this](auto const& c, auto& r) {
            return account(c, "set_overdraft", std::to_string(r.overdraft_limit));
        });
        on<operations::SetLimits>([this](auto const& c, auto& r) {
            return account(c, "set_limits",
                           text_of(r.limits) + ":" + std::to_string(r.minimum_balance));
        });
        on<operations::RenameAccount>(
            [this](auto const& c, auto& r) { return account(c, "rename_account", r.name); });
        on<operations::FreezeAccount>([this](auto const& c, auto& r) {
            return account(c, "freeze_account",
                           std::string(r.is_debit_frozen ? "debit:" : "") +
                               (r.is_credit_frozen ? "credit:" : "") + r.reason);
        });
        on<operations::ListRoleLimits>([this](auto const& c, auto&) {
            return answer(
                c, "list_role_limits", "",
                std::vector<api::RoleLimits>{{.role = api::Role::teller, .currency = eur}});
        });
        on<operations::SetRoleLimits>([this](auto const& c, auto& r) {
            return answer(c, "set_role_limits",
                          std::string(to_string(r.role)) + ":" + std::string(r.currency.code()) +
                              ":" + text_of(r.limits),
                          Done{});
        });
        on<operations::SetPin>([this](auto const& c, auto& r) {
            return answer(c, "set_pin", std::string(r.new_pin.reveal()), Done{});
        });
        on<operations::AuthorizePin>([this](auto const& c, auto& r) {
            return answer(c, "authorize_pin", std::string(r.pin.reveal()), api::PinAuthorization{});
        });
        on<operations::History>([this](auto const& c, auto& r) {
            api::HistoryEntry entry;
            entry.id = EntryId{201};
            entry.kind = api::TransferKind::deposit;
            entry.currency = eur;
            entry.amount = -2500;
            return answer(c, "history", std::to_string(r.account_id.value), page(entry));
        });
        on<operations::Balance>([this](auto const& c, auto& r) {
            return answer(
                c, "balance", r.at ? std::to_string(r.at->us) : "",
                api::Balance{.account_id = r.account_id, .currency = eur, .balance = 12345});
        });
        on<operations::ListHolds>([this](auto const& c, auto& r) {
            return answer(c, "list_holds", std::to_string(r.account_id.value), page(hold()));
        });
    }
    void script_money() {
        on<operations::ReserveBatch>([this](auto const& c, auto&) {
            return answer(c, "reserve_batch", "", api::BatchPermit{{}, 100});
        });
        on<operations::FindHold>([this](auto const& c, auto& r) {
            return answer(c, "find_hold", std::to_string(r.hold_id.value), hold());
        });
        on_reply<operations::Submit>([this](auto const& c, auto r, auto reply) {
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
        });
        on_reply<operations::SubmitLinked>([this](auto const& c, auto r, auto reply) {
            auto argument = r.idempotency_key;
            for (auto const& transfer : r.transfers) argument += " " + text_of(transfer);
            remember(c, "submit_linked", std::move(argument));
            if (before) before("submit_linked");
            if (error || transfer_error) return reply(error ? *error : *transfer_error);
            api::LinkedTransfers linked;
            linked.transfers.resize(r.transfers.size(), transfer());
            if (transfer_status != Code::posted) linked.refused_index = r.transfers.size() - 1;
            reply(std::move(linked));
        });
        on<operations::FindTransfer>([this](auto const& c, auto& r) {
            return answer(c, "find_transfer", std::to_string(r.transfer_id.value), transfer());
        });
        on<operations::ListTransfers>([this](auto const& c, auto&) {
            return answer(c, "list_transfers", "", api::Page<api::Transfer>{});
        });
        on<operations::TransferReceipt>([this](auto const& c, auto& r) {
            return answer(c, "receipt", std::to_string(r.transfer_id.value),
                          signed_or_not(receipt()));
        });
    }
    void script_system() {
        on<operations::ListAuditRecords>([this](auto const& c, auto& r) {
            api::AuditRecord record;
            record.id = AuditId{5};
            record.details = R"({"account_id":12})";
            return answer(c, "audit", r.actor + ":" + std::to_string(r.after.value), page(record));
        });
        on<operations::AuditRange>([this](auto const& c, auto& r) {
            return answer(c, "prove_audit", fmt::format("{}-{}", r.first.value, r.last.value),
                          signed_or_not(range()));
        });
        on<operations::AuditConsistency>([this](auto const&, auto& g) {
            return answer({}, "prove_growth", fmt::format("{}-{}", g.older, g.newer),
                          api::LogGrowthProof{g.older, g.newer, {"aGFzaA=="}});
        });
        on_parts<operations::ExportAudit>([this](auto const& c, auto& r, auto const&) {
            return answer(c, "export_audit", std::to_string(r.from), Done{});
        });
        on_parts<operations::ArchiveAudit>([this](auto const& c, auto& r, auto const&) {
            return answer(c, "archive_audit", to_string(r.before), archive());
        });
        on<operations::PruneAudit>([this](auto const& c, auto& r) {
            return answer(c, "prune_audit", r.digest, archive());
        });
        on<operations::AuditCheckpoint>([this](auto const&, auto&) {
            return answer({}, "last_checkpoint", "", std::string("log\n1\n"));
        });
        on<operations::AuditKeys>([this](auto const&, auto&) {
            return answer({}, "checkpoint_keys", "", std::string("log+00000000+AA==\n"));
        });
        on<operations::SystemStatus>([this](auto const& c, auto&) {
            return answer(c, "system_status", "", api::SystemStatus{});
        });
        on<operations::PublicFacts>([this](auto const&, auto&) {
            return answer({}, "public_facts", "", api::PublicFacts{"Ask <b>us</b>."});
        });
        on<operations::ListSettings>([this](auto const& c, auto&) {
            api::Setting setting{.section = "bank", .name = "currencies", .value = "EUR,USD"};
            return answer(c, "list_settings", "",
                          api::Settings{"/etc/bankd/bankd.conf", {std::move(setting)}});
        });
        on<operations::CheckLedger>([this](auto const& c, auto&) {
            api::LedgerReport report;
            report.is_sound = true;
            report.sums.push_back({eur, 0, 0});
            return answer(c, "check_ledger", "", std::move(report));
        });
        on<operations::CheckSchema>([this](auto const& c, auto&) {
            api::SchemaReport report;
            report.is_as_built = true;
            report.objects = 974;
            return answer(c, "check_schema", "", std::move(report));
        });
        on<operations::ListAlarms>([this](auto const& c, auto& wanted) {
            auto alarm = alarm_of(AuditId{1700});
            if (!wanted.include_cleared) alarm.decisions.pop_back();
            return answer(c, "list_alarms", wanted.include_cleared ? "all" : "",
                          std::vector{std::move(alarm)});
        });
        on<operations::ClearAlarm>([this](auto const& c, auto& request) {
            return answer(c, "clear_alarm",
                          fmt::format("{} {}", request.alarm_id.value, request.reason),
                          alarm_of(request.alarm_id));
        });
        on<operations::Metrics>(
            [this](auto const&, auto&) { return answer({}, "metrics", "", api::Metrics{}); });
        on<operations::ReportMetrics>(
            [this](auto const& c, auto&) { return answer(c, "report_metrics", "", Done{}); });
    }

    static api::Alarm alarm_of(AuditId id) {
        api::Alarm alarm;
        alarm.id = id;
        alarm.raised_at = {1'000'000};
        alarm.is_halting = true;
        alarm.sentence = "The database schema was altered.";
        alarm.details = R"({"differences":1,"objects":["table bank.users"]})";
        alarm.decisions = {{"os:0", {2'000'000}, "an index"}, {"root-admin", {3'000'000}, "so"}};
        return alarm;
    }
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
    std::vector<operations::Budget> charged_;
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

    operations::BankApi& bank() override { return api; }
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
