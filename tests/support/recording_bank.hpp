// A bank of a few users, accounts and records in memory, that remembers who asked for what; and the
// host of a plugin that serves it.
//
// Threads: any.
#pragma once
#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "plugins/api/plugin.hpp"
#include "tests/support/scripted_bank.hpp"

namespace bank::test {

struct Asked {
    std::string what;
    api::Caller caller;
};

class RecordingBank : public ScriptedBank {
public:
    RecordingBank() {
        charge = [this](operations::Facts const&) {
            std::scoped_lock const guard{mutex_};
            return rate.value_or(api::RateDecision{});
        };
        script_people();
        script_accounts();
        script_money();
        script_system();
    }

    // All that follows only through locked() while a server runs.

    // Before every call; may block.
    std::function<void(std::string const& what)> before;
    // If set, every call of the core is refused so.
    std::optional<Error> refusal;
    std::optional<Error> metrics_refusal;
    api::Metrics counted;
    std::optional<api::RateDecision> rate;
    api::Readiness state = api::Readiness::ready;
    std::vector<api::User> users;
    std::vector<api::Account> accounts;
    std::vector<api::AuditRecord> records;  // Ascending.
    std::vector<api::RoleLimits> role_limits;
    std::vector<api::Hold> holds;
    // Decides a movement; posted if not set.
    std::function<Result<api::Transfer>(api::TransferRequest const&)> decide;
    api::LedgerReport report;
    std::string last_secret;
    api::AuditRequest last_audit;
    int unsigned_receipts = 0;  // So many questions are too early.
    std::vector<std::string> exported;
    Status export_ends = Done{};
    api::Archive archive{.first = 1000, .end = 2000, .digest = std::string(64, 'a')};

    // The bank, for as long as the value lives kept from those who ask it.
    class Locked {
    public:
        explicit Locked(RecordingBank& bank) : lock_(bank.mutex_), bank_(bank) {}
        RecordingBank* operator->() const { return &bank_; }

    private:
        std::unique_lock<std::recursive_mutex> lock_;
        RecordingBank& bank_;
    };
    Locked locked() { return Locked{*this}; }

    std::vector<Asked> asked() const {
        std::scoped_lock const guard{mutex_};
        return asked_;
    }
    std::vector<std::string> words_asked() const {
        std::vector<std::string> words;
        for (auto const& one : asked()) words.push_back(one.what);
        return words;
    }

    // Two users a page, so that paging shows.
    // In pieces as they stand in `exported`.
    void append(api::AuditRecord record) {
        std::scoped_lock const guard{mutex_};
        record.id.value = static_cast<std::int64_t>(records.size()) + 1;
        records.push_back(std::move(record));
    }

    api::Readiness readiness() override {
        std::scoped_lock const guard{mutex_};
        return state;
    }

private:
    static api::Transfer transfer_of(TransferId id) {
        auto const euro = *money::parse_currency("EUR");
        return api::Transfer{.id = id,
                             .debit_account_no = "DE01",
                             .credit_account_no = "DE02",
                             .amount = {123'456, euro},
                             .reference = "rent",
                             .balance_currency = euro,
                             .entry_id = {9}};
    }
    void script_people() {
        on<operations::ListSessions>(
            [this](auto const& c, auto& r) -> Result<api::Page<api::Session>> {
                if (auto error = note(c, fmt::format("list_sessions {}", r.user_id.value)))
                    return *error;
                api::Page<api::Session> page;
                page.items.push_back({.id = {7},
                                      .user_id = r.user_id,
                                      .user_name = "bob",
                                      .ip = "192.0.2.1",
                                      .user_agent = "Browser\x1b[2J",
                                      .created_at = {1},
                                      .expires_at = {2}});
                return page;
            });
        on<operations::RevokeSession>([this](auto const& c, auto& r) -> Result<Done> {
            if (auto error = note(c, fmt::format("revoke_session {}", r.session_id.value)))
                return *error;
            return Done{};
        });
        on<operations::AddUser>([this](auto const& c, auto& r) -> Result<api::User> {
            if (auto error = note(c, fmt::format("add_user {} {}", r.user_name, to_string(r.role))))
                return *error;
            std::scoped_lock const guard{mutex_};
            last_secret = r.password.reveal();
            users.push_back({.id = {static_cast<std::int64_t>(users.size()) + 1},
                             .user_name = r.user_name,
                             .role = r.role,
                             .is_disabled = false,
                             .created_at = {1'000'000}});
            return users.back();
        });
        on<operations::ListUsers>([this](auto const& c, auto& r) -> Result<api::Page<api::User>> {
            if (auto error = note(c, fmt::format("list_users {}", r.name_prefix))) return *error;
            std::scoped_lock const guard{mutex_};
            std::vector<api::User> found;
            for (auto const& user : users) {
                if (user.user_name.starts_with(r.name_prefix) && (!r.role || *r.role == user.role))
                    found.push_back(user);
            }
            auto const first =
                r.page.cursor.empty() ? 0U : static_cast<std::size_t>(std::stoul(r.page.cursor));
            api::Page<api::User> page;
            for (auto i = first; i < found.size() && page.items.size() < std::min(2U, r.page.limit);
                 ++i) {
                page.items.push_back(found[i]);
            }
            auto const next = first + page.items.size();
            if (next < found.size()) page.next_cursor = std::to_string(next);
            return page;
        });
        on<operations::FindUser>([this](auto const& c, auto& r) -> Result<api::User> {
            if (auto error = note(c, fmt::format("find_user {}", r.user_id.value))) return *error;
            std::scoped_lock const guard{mutex_};
            return change_user(r.user_id, [](api::User&) {});
        });
        on<operations::SetUserRole>([this](auto const& c, auto& r) -> Result<api::User> {
            auto const what =
                fmt::format("set_user_role {} {}", r.user_id.value, to_string(r.role));
            if (auto error = note(c, what)) return *error;
            std::scoped_lock const guard{mutex_};
            return change_user(r.user_id, [&](api::User& user) { user.role = r.role; });
        });
        on<operations::SetUserDisabled>([this](auto const& c, auto& r) -> Result<api::User> {
            auto const what =
                fmt::format("set_user_disabled {} {}", r.user_id.value, r.is_disabled);
            if (auto error = note(c, what)) return *error;
            std::scoped_lock const guard{mutex_};
            return change_user(r.user_id,
                               [&](api::User& user) { user.is_disabled = r.is_disabled; });
        });
        on<operations::ResetPassword>(
            [this](auto const& c, auto& r) -> Result<api::OneTimePassword> {
                if (auto error = note(c, fmt::format("reset_password {}", r.user_id.value)))
                    return *error;
                std::scoped_lock const guard{mutex_};
                auto user = change_user(r.user_id, [](api::User& changed) {
                    changed.password_state = api::PasswordState::one_time;
                    changed.password_expires_at = Timestamp{2'000'000};
                });
                if (!user) return user.error();
                return api::OneTimePassword{*user, Secret("k7mp-x2wn-9hqe-r4tz")};
            });
        on<operations::EraseSubject>([this](auto const& c, auto& r) -> Result<api::User> {
            if (auto error = note(c, fmt::format("erase_subject {}", r.user_id.value)))
                return *error;
            std::scoped_lock const guard{mutex_};
            return change_user(r.user_id, [](api::User&) {});
        });
    }
    void script_accounts() {
        on<operations::OpenAccount>([this](auto const& c, auto& r) -> Result<api::Account> {
            auto const what = fmt::format("open_account {} {} {} {}", r.owner, r.name,
                                          r.currency.code(), r.overdraft_limit);
            if (auto error = note(c, what)) return *error;
            std::scoped_lock const guard{mutex_};
            last_secret = r.pin.reveal();
            return api::Account{.id = {18},
                                .account_no = "DE77",
                                .name = r.name,
                                .owner = r.owner,
                                .currency = r.currency,
                                .overdraft_limit = r.overdraft_limit,
                                .has_pin = !r.pin.empty()};
        });
        on<operations::ListAccounts>(
            [this](auto const& c, auto& r) -> Result<api::Page<api::Account>> {
                if (auto error = note(c, fmt::format("list_accounts {} {}", r.owner, r.account_no)))
                    return *error;
                std::scoped_lock const guard{mutex_};
                api::Page<api::Account> page;
                for (auto const& account : accounts) {
                    if (r.account_no.empty() || r.account_no == account.account_no)
                        page.items.push_back(account);
                }
                return page;
            });
        on<operations::FindAccount>([this](auto const& c, auto& r) -> Result<api::Account> {
            if (auto error = note(c, fmt::format("find_account {}", r.account_id.value)))
                return *error;
            std::scoped_lock const guard{mutex_};
            return change_account(r.account_id, [](api::Account&) {});
        });
        on<operations::LockAccount>([this](auto const& c, auto& r) -> Result<api::Account> {
            if (auto error =
                    note(c, fmt::format("lock_account {} {}", r.account_id.value, r.reason)))
                return *error;
            std::scoped_lock const guard{mutex_};
            return change_account(r.account_id, [&](api::Account& a) {
                a.is_locked = true, a.lock_reason = r.reason;
            });
        });
        on<operations::UnlockAccount>([this](auto const& c, auto& r) -> Result<api::Account> {
            if (auto error =
                    note(c, fmt::format("unlock_account {} {}", r.account_id.value, r.reason)))
                return *error;
            std::scoped_lock const guard{mutex_};
            return change_account(r.account_id, [](api::Account& a) { a.is_locked = false; });
        });
        on<operations::CloseAccount>([this](auto const& c, auto& r) -> Result<api::Account> {
            if (auto error = note(c, fmt::format("close_account {}", r.account_id.value)))
                return *error;
            std::scoped_lock const guard{mutex_};
            return change_account(r.account_id, [](api::Account& a) { a.is_closed = true; });
        });
        on<operations::SetOverdraft>([this](auto const& c, auto& r) -> Result<api::Account> {
            auto const what =
                fmt::format("set_overdraft {} {}", r.account_id.value, r.overdraft_limit);
            if (auto error = note(c, what)) return *error;
            std::scoped_lock const guard{mutex_};
            return change_account(r.account_id,
                                  [&](api::Account& a) { a.overdraft_limit = r.overdraft_limit; });
        });
        on<operations::SetLimits>([this](auto const& c, auto& r) -> Result<api::Account> {
            if (auto error = note(c, fmt::format("set_limits {}", r.account_id.value)))
                return *error;
            std::scoped_lock const guard{mutex_};
            return change_account(r.account_id, [&](api::Account& a) {
                a.limits = r.limits;
                a.minimum_balance = r.minimum_balance;
            });
        });
        on<operations::RenameAccount>([this](auto const& c, auto& r) -> Result<api::Account> {
            auto const what = fmt::format("rename_account {} {}", r.account_id.value, r.name);
            if (auto error = note(c, what)) return *error;
            std::scoped_lock const guard{mutex_};
            return change_account(r.account_id, [&](api::Account& a) { a.name = r.name; });
        });
        on<operations::FreezeAccount>([this](auto const& c, auto& r) -> Result<api::Account> {
            auto const what = fmt::format("freeze_account {} {} {} {}", r.account_id.value,
                                          r.is_debit_frozen, r.is_credit_frozen, r.reason);
            if (auto error = note(c, what)) return *error;
            std::scoped_lock const guard{mutex_};
            return change_account(r.account_id, [&](api::Account& a) {
                a.is_debit_frozen = r.is_debit_frozen;
                a.is_credit_frozen = r.is_credit_frozen;
                a.freeze_reason = r.reason;
            });
        });
        on<operations::ListRoleLimits>(
            [this](auto const& c, auto&) -> Result<std::vector<api::RoleLimits>> {
                if (auto error = note(c, "list_role_limits")) return *error;
                std::scoped_lock const guard{mutex_};
                return role_limits;
            });
        on<operations::SetRoleLimits>([this](auto const& c, auto& r) -> Result<Done> {
            auto const what =
                fmt::format("set_role_limits {} {}", to_string(r.role), r.currency.code());
            if (auto error = note(c, what)) return *error;
            std::scoped_lock const guard{mutex_};
            std::erase_if(role_limits, [&](api::RoleLimits const& had) {
                return had.role == r.role && had.currency == r.currency;
            });
            role_limits.push_back(r);
            return Done{};
        });
        on<operations::History>(
            [this](auto const& c, auto& r) -> Result<api::Page<api::HistoryEntry>> {
                auto const instant = [](std::optional<Timestamp> const& time) {
                    return time ? to_string(*time) : std::string{"any"};
                };
                auto const what = fmt::format("history {} {} {}", r.account_id.value,
                                              instant(r.from), instant(r.until));
                if (auto error = note(c, what)) return *error;
                return api::Page<api::HistoryEntry>{
                    .items = {{.id = {9},
                               .transfer_id = {7},
                               .account_id = r.account_id,
                               .kind = api::TransferKind::transfer,
                               .currency = *money::parse_currency("EUR"),
                               .amount = -1250,
                               .balance = 98'750,
                               .counterparty_account_no = "DE41210501700012345679",
                               .reference = "rent",
                               .created_at = {1'000'000}}},
                    .next_cursor = {}};
            });
        on<operations::Balance>([this](auto const& c, auto& r) -> Result<api::Balance> {
            auto const what = fmt::format("balance {} {}", r.account_id.value,
                                          r.at ? to_string(*r.at) : std::string{"now"});
            if (auto error = note(c, what)) return *error;
            std::scoped_lock const guard{mutex_};
            auto const account = change_account(r.account_id, [](api::Account&) {});
            if (!account) return account.error();
            return api::Balance{.account_id = r.account_id,
                                .currency = account->currency,
                                .balance = account->balance,
                                .entry_id = {9},
                                .at = r.at.value_or(Timestamp{1'000'000})};
        });
        on<operations::ListHolds>([this](auto const& c, auto& r) -> Result<api::Page<api::Hold>> {
            if (auto error = note(c, fmt::format("list_holds {}", r.account_id.value)))
                return *error;
            std::scoped_lock const guard{mutex_};
            api::Page<api::Hold> page;
            page.items = holds;
            return page;
        });
    }
    void script_money() {
        on<operations::FindHold>([this](auto const& c, auto& r) -> Result<api::Hold> {
            if (auto error = note(c, fmt::format("find_hold {}", r.hold_id.value))) return *error;
            std::scoped_lock const guard{mutex_};
            for (auto const& hold : holds) {
                if (hold.id == r.hold_id) return hold;
            }
            return Code::origin_not_found;
        });
        on_reply<operations::SubmitLinked>([this](auto const& c, auto r, auto reply) {
            auto const what =
                fmt::format("submit_linked {} {}", r.idempotency_key, r.transfers.size());
            if (auto error = note(c, what)) return reply(*error);
            api::LinkedTransfers group;
            for (auto const& request : r.transfers) {
                auto transfer = decided(request);
                if (!transfer) return reply(transfer.error());
                auto const is_refused = transfer->status != Code::posted;
                if (is_refused && !group.refused_index)
                    group.refused_index = group.transfers.size();
                group.transfers.push_back(std::move(transfer).value());
            }
            reply(std::move(group));
        });
        on_reply<operations::Submit>([this](auto const& c, auto r, auto reply) {
            auto const what = fmt::format("submit {} {} {} {}", to_string(r.kind),
                                          r.idempotency_key, r.origin.value, r.amount.amount);
            if (auto error = note(c, what)) return reply(*error);
            reply(decided(r));
        });
        on<operations::FindTransfer>([this](auto const& c, auto& r) -> Result<api::Transfer> {
            if (auto error = note(c, fmt::format("find_transfer {}", r.transfer_id.value)))
                return *error;
            if (!r.transfer_id || r.transfer_id.value > 1'000'000) return Code::not_found;
            return transfer_of(r.transfer_id);
        });
        on<operations::ListTransfers>(
            [this](auto const& c, auto& r) -> Result<api::Page<api::Transfer>> {
                auto const what = fmt::format("list_transfers {} {} {} {}", r.account_id.value,
                                              r.kind ? to_string(*r.kind) : "any",
                                              r.status ? word(*r.status) : "any", r.page.limit);
                if (auto error = note(c, what)) return *error;
                return api::Page<api::Transfer>{.items = {transfer_of(TransferId{7})},
                                                .next_cursor = {}};
            });
        on<operations::TransferReceipt>(
            [this](auto const& c, auto& r) -> Result<std::optional<api::Receipt>> {
                if (auto error = note(c, fmt::format("receipt {}", r.transfer_id.value)))
                    return *error;
                if (!r.transfer_id || r.transfer_id.value > 1'000'000) return Code::not_found;
                if (unsigned_receipts > 0) {
                    --unsigned_receipts;
                    return std::optional<api::Receipt>{};
                }
                return std::optional{api::Receipt{.record = "transfer/1\t0",
                                                  .number = 17,
                                                  .tree_size = 18,
                                                  .proof = {"aGFzaA=="},
                                                  .checkpoint = "log\n18\n",
                                                  .reference = {}}};
            });
    }
    void script_system() {
        on<operations::ListAuditRecords>(
            [this](auto const& c, auto& r) -> Result<api::Page<api::AuditRecord>> {
                if (auto error = note(c, fmt::format("audit after {}", r.after.value)))
                    return *error;
                std::scoped_lock const guard{mutex_};
                last_audit = r;
                api::Page<api::AuditRecord> page;
                if (r.after) {
                    for (auto const& record : records) {
                        if (record.id > r.after && page.items.size() < r.page.limit)
                            page.items.push_back(record);
                    }
                } else {
                    for (auto i = records.rbegin();
                         i != records.rend() && page.items.size() < r.page.limit; ++i) {
                        page.items.push_back(*i);
                    }
                }
                return page;
            });
        on<operations::AuditRange>([this](auto const&, auto&) { return Code::not_found; });
        on<operations::AuditConsistency>(
            [this](auto const&, auto&) { return Code::invalid_field; });
        on_parts<operations::ExportAudit>(
            [this](auto const& c, auto& r, auto const& sink) -> Result<Done> {
                auto const what =
                    fmt::format("export from {}{}", r.from, r.is_resumed ? " resumed" : "");
                if (auto error = note(c, what)) return *error;
                for (auto const& piece : exported) {
                    if (auto const sent = sink(piece); !sent) return sent;
                }
                return export_ends;
            });
        on_parts<operations::ArchiveAudit>(
            [this](auto const& c, auto& r, auto const& sink) -> Result<api::Archive> {
                if (auto error = note(c, fmt::format("archive before {}", to_string(r.before)))) {
                    return *error;
                }
                for (auto const& piece : exported) {
                    if (auto const sent = sink(piece); !sent) return sent.error();
                }
                if (!export_ends) return export_ends.error();
                return archive;
            });
        on<operations::PruneAudit>([this](auto const& c, auto& r) -> Result<api::Archive> {
            if (auto error = note(c, fmt::format("prune {}", r.digest))) return *error;
            if (r.digest != archive.digest) return Code::archive_not_found;
            return archive;
        });
        on<operations::SystemStatus>([this](auto const& c, auto&) -> Result<api::SystemStatus> {
            if (auto error = note(c, "system_status")) return *error;
            std::scoped_lock const guard{mutex_};
            return api::SystemStatus{.version = "1.2.3",
                                     .readiness = state,
                                     .started_at = {1'000'000},
                                     .database_connections_busy = 3,
                                     .database_connections = 16};
        });
        on<operations::ListSettings>([this](auto const&, auto&) { return api::Settings{}; });
        on<operations::CheckLedger>([this](auto const& c, auto&) -> Result<api::LedgerReport> {
            if (auto error = note(c, "check_ledger")) return *error;
            std::scoped_lock const guard{mutex_};
            return report;
        });
        on<operations::CheckSchema>([this](auto const& c, auto&) -> Result<api::SchemaReport> {
            if (auto error = note(c, "check_schema")) return *error;
            api::SchemaReport altered;
            altered.objects = 974;
            altered.difference_count = altered.grave_count = 1;
            altered.differences.push_back({"index bank.transfers_idempotency_id of bank.transfers",
                                           "CREATE UNIQUE INDEX", "CREATE INDEX", true});
            return altered;
        });
        on<operations::ListAlarms>([this](auto const& c, auto&) -> Result<std::vector<api::Alarm>> {
            if (auto error = note(c, "list_alarms")) return *error;
            return std::vector<api::Alarm>{};
        });
        on<operations::ClearAlarm>([this](auto const& c, auto& r) -> Result<api::Alarm> {
            if (auto error = note(c, fmt::format("clear_alarm {} {}", r.alarm_id.value, r.reason)))
                return *error;
            return api::Alarm{.id = r.alarm_id};
        });
        on<operations::Metrics>([this](auto const&, auto&) -> Result<api::Metrics> {
            std::scoped_lock const guard{mutex_};
            if (metrics_refusal) return *metrics_refusal;
            return counted;
        });
        on<operations::ReportMetrics>([this](auto const& c, auto&) -> Result<Done> {
            if (auto error = note(c, "report_metrics")) return *error;
            return Done{};
        });
    }

    std::optional<Error> note(api::Caller const& caller, std::string what) {
        auto const first = locked()->before;
        if (first) first(what);  // Without the lock: it may block.
        std::scoped_lock const guard{mutex_};
        asked_.push_back({std::move(what), caller});
        return refusal;
    }
    // Posted unless the test decides otherwise; a key that was answered is answered again.
    Result<api::Transfer> decided(api::TransferRequest const& request) {
        std::scoped_lock const guard{mutex_};
        auto const key = request.idempotency_key;
        if (auto const known = answered_.find(key); !key.empty() && known != answered_.end()) {
            auto again = known->second;
            again.is_replay = true;
            return again;
        }
        auto transfer = decide ? decide(request) : api::Transfer{};
        if (!transfer) return transfer;
        transfer->id = {static_cast<std::int64_t>(answered_.size()) + 100};
        transfer->kind = request.kind;
        transfer->debit_account_no = request.debit_account_no;
        transfer->credit_account_no = request.credit_account_no;
        transfer->origin = request.origin;
        transfer->amount = request.amount;
        transfer->balance_currency = request.amount.currency;
        transfer->reference = request.reference;
        if (!key.empty()) answered_.emplace(key, *transfer);
        return transfer;
    }
    template <typename Change>
    Result<api::User> change_user(UserId id, Change change) {
        for (auto& user : users) {
            if (user.id == id) return change(user), Result<api::User>{user};
        }
        return Code::user_not_found;
    }
    template <typename Change>
    Result<api::Account> change_account(AccountId id, Change change) {
        for (auto& account : accounts) {
            if (account.id == id) return change(account), Result<api::Account>{account};
        }
        return Code::account_not_found;
    }

    mutable std::recursive_mutex mutex_;
    std::vector<Asked> asked_;
    std::map<std::string, api::Transfer, std::less<>> answered_;
};

class RecordingHost : public plugin::Host {
public:
    RecordingBank recording;
    std::map<std::string, std::string, std::less<>> settings;
    std::optional<int> listener;
    std::optional<int> metrics_listener;

    operations::BankApi& bank() override { return recording; }
    std::string setting(std::string_view key) const override { return settings.find(key)->second; }
    std::int64_t setting_integer(std::string_view key) const override {
        return std::stoll(setting(key));
    }
    bool setting_boolean(std::string_view key) const override { return setting(key) == "yes"; }
    std::optional<int> take_listener(std::string_view name) override {
        return std::exchange(name == "admin-metrics" ? metrics_listener : listener, std::nullopt);
    }
    void log(log::Level, std::string_view message) override {
        std::scoped_lock const guard{mutex_};
        log_ += message;
        log_ += '\n';
    }
    std::string describe_configuration() const override {
        return "[bank]\ncountry = DE  # bankd.conf:3\n";
    }
    plugin::ConfigurationFindings check_configuration() const override {
        std::scoped_lock const guard{mutex_};
        return findings_;
    }
    void set_findings(plugin::ConfigurationFindings findings) {
        std::scoped_lock const guard{mutex_};
        findings_ = std::move(findings);
    }

    std::string logged() const {
        std::scoped_lock const guard{mutex_};
        return log_;
    }

private:
    mutable std::mutex mutex_;
    std::string log_;
    plugin::ConfigurationFindings findings_;
};

}  // namespace bank::test
