#include "plugins/rest/printers.hpp"

namespace bank::rest {
namespace {

void text_or_null(JsonWriter& json, std::string_view key, std::string_view text) {
    json.key(key);
    text.empty() ? json.null() : json.text(text);
}

void number_or_null(JsonWriter& json, std::string_view key, std::int64_t number) {
    json.key(key);
    number == 0 ? json.null() : json.number(number);
}

void money_member(JsonWriter& json, std::string_view key, std::int64_t amount,
                  money::Currency currency) {
    json.key(key);
    print(json, money::Money{amount, currency});
}

void instant(JsonWriter& json, std::string_view key, Timestamp time) {
    json.key(key).text(to_string(time));
}

void instant_or_null(JsonWriter& json, std::string_view key, std::optional<Timestamp> time) {
    json.key(key);
    time ? json.text(to_string(*time)) : json.null();
}

void limit(JsonWriter& json, std::string_view key, std::optional<std::int64_t> amount) {
    json.key(key);
    amount ? json.number(*amount) : json.null();
}

// Minor units of the currency that stands beside them, as they are set.
void limit_members(JsonWriter& json, api::Limits const& limits) {
    limit(json, "per_transfer", limits.per_transfer);
    limit(json, "per_day", limits.per_day);
    limit(json, "per_week", limits.per_week);
    limit(json, "per_month", limits.per_month);
}

void limits_and_spending(JsonWriter& json, api::Account const& account) {
    json.key("limits").begin_object();
    limit_members(json, account.limits);
    json.end_object();
    json.key("spending").begin_object();
    json.key("today").number(account.spending.today);
    json.key("this_week").number(account.spending.this_week);
    json.key("this_month").number(account.spending.this_month);
    json.end_object();
}

void texts(JsonWriter& json, std::string_view key, std::vector<std::string> const& values) {
    json.key(key).begin_array();
    for (auto const& value : values) json.text(value);
    json.end_array();
}

void revealed_or_null(JsonWriter& json, std::string_view key,
                      std::optional<api::Revealed> const& revealed) {
    json.key(key);
    if (!revealed) {
        json.null();
        return;
    }
    json.begin_object();
    json.key("salt").text(to_hex(revealed->salt));
    json.key("value").text(revealed->value);
    json.end_object();
}

void access_token_members(JsonWriter& json, api::Tokens const& tokens) {
    json.key("access_token").text(tokens.access_token.reveal());
    json.key("token_type").text("Bearer");
    json.key("expires_in").number(std::uint64_t{tokens.expires_in_s});
}

void session_members(JsonWriter& json, api::Tokens const& tokens) {
    json.key("session_id").number(tokens.session_id.value);
    json.key("user");
    print(json, tokens.user);
    json.key("may_move_cash").boolean(tokens.may_move_cash);
}

}  // namespace

void print(JsonWriter& json, money::Money money) {
    json.begin_object();
    json.key("amount").number(money.amount);
    json.key("currency").text(money.currency.code());
    json.end_object();
}

void print(JsonWriter& json, api::User const& user) {
    json.begin_object();
    json.key("id").number(user.id.value);
    json.key("user_name").text(user.user_name);
    json.key("role").text(to_string(user.role));
    json.key("is_disabled").boolean(user.is_disabled);
    instant(json, "created_at", user.created_at);
    json.key("password_state").text(to_string(user.password_state));
    instant_or_null(json, "password_expires_at", user.password_expires_at);
    json.end_object();
}

void print(JsonWriter& json, api::OneTimePassword const& set) {
    json.begin_object();
    json.key("user");
    print(json, set.user);
    json.key("password").text(set.password.reveal());
    json.end_object();
}

void print(JsonWriter& json, api::Session const& session) {
    json.begin_object();
    json.key("id").number(session.id.value);
    json.key("user_id").number(session.user_id.value);
    json.key("user_name").text(session.user_name);
    json.key("role").text(to_string(session.role));
    json.key("ip").text(session.ip);
    json.key("user_agent").text(session.user_agent);
    instant(json, "created_at", session.created_at);
    instant(json, "expires_at", session.expires_at);
    json.key("is_current").boolean(session.is_current);
    json.end_object();
}

void print(JsonWriter& json, api::Tokens const& tokens) {
    json.begin_object();
    access_token_members(json, tokens);
    json.key("refresh_token").text(tokens.refresh_token.reveal());
    session_members(json, tokens);
    json.end_object();
}

std::string web_tokens_to_json(api::Tokens const& tokens) {
    JsonWriter json;
    json.begin_object();
    access_token_members(json, tokens);
    session_members(json, tokens);
    json.end_object();
    return std::move(json).take();
}

void print(JsonWriter& json, api::Account const& account) {
    json.begin_object();
    json.key("id").number(account.id.value);
    json.key("account_no").text(account.account_no);
    json.key("name").text(account.name);
    json.key("kind").text(to_string(account.kind));
    text_or_null(json, "owner", account.owner);
    number_or_null(json, "user_id", account.user_id.value);
    json.key("currency").text(account.currency.code());
    money_member(json, "balance", account.balance, account.currency);
    money_member(json, "held", account.held, account.currency);
    money_member(json, "available", account.available, account.currency);
    money_member(json, "overdraft_limit", account.overdraft_limit, account.currency);
    money_member(json, "minimum_balance", account.minimum_balance, account.currency);
    limits_and_spending(json, account);
    json.key("has_pin").boolean(account.has_pin);
    json.key("is_locked").boolean(account.is_locked);
    text_or_null(json, "lock_reason", account.lock_reason);
    json.key("is_debit_frozen").boolean(account.is_debit_frozen);
    json.key("is_credit_frozen").boolean(account.is_credit_frozen);
    text_or_null(json, "freeze_reason", account.freeze_reason);
    json.key("is_closed").boolean(account.is_closed);
    instant(json, "created_at", account.created_at);
    json.end_object();
}

void print(JsonWriter& json, api::PinAuthorization const& authorization) {
    json.begin_object();
    instant(json, "expires_at", authorization.expires_at);
    json.end_object();
}

void print(JsonWriter& json, api::RoleLimits const& limits) {
    json.begin_object();
    json.key("role").text(to_string(limits.role));
    json.key("currency").text(limits.currency.code());
    limit_members(json, limits.limits);
    json.end_object();
}

void print(JsonWriter& json, api::Balance const& balance) {
    json.begin_object();
    json.key("account_id").number(balance.account_id.value);
    money_member(json, "balance", balance.balance, balance.currency);
    number_or_null(json, "entry_id", balance.entry_id.value);
    instant(json, "at", balance.at);
    json.end_object();
}

void print(JsonWriter& json, api::Transfer const& transfer) {
    json.begin_object();
    json.key("id").number(transfer.id.value);
    json.key("kind").text(to_string(transfer.kind));
    json.key("status").text(word(transfer.status));
    json.key("debit_account_no").text(transfer.debit_account_no);
    json.key("credit_account_no").text(transfer.credit_account_no);
    number_or_null(json, "origin_id", transfer.origin.value);
    json.key("amount");
    print(json, transfer.amount);
    json.key("reference").text(transfer.reference);
    instant_or_null(json, "expires_at", transfer.expires_at);
    money_member(json, "balance", transfer.balance, transfer.balance_currency);
    money_member(json, "available", transfer.available, transfer.balance_currency);
    number_or_null(json, "entry_id", transfer.entry_id.value);
    instant(json, "created_at", transfer.created_at);
    json.end_object();
}

void print_compact(JsonWriter& json, api::Transfer const& transfer) {
    json.begin_object();
    json.key("id").number(transfer.id.value);
    json.key("status").text(word(transfer.status));
    money_member(json, "balance", transfer.balance, transfer.balance_currency);
    money_member(json, "available", transfer.available, transfer.balance_currency);
    number_or_null(json, "entry_id", transfer.entry_id.value);
    if (transfer.expires_at) instant(json, "expires_at", *transfer.expires_at);
    instant(json, "created_at", transfer.created_at);
    json.end_object();
}

void print(JsonWriter& json, api::LinkedTransfers const& linked) {
    json.begin_object();
    json.key("transfers").begin_array();
    for (auto const& transfer : linked.transfers) print(json, transfer);
    json.end_array();
    json.end_object();
}

void print(JsonWriter& json, api::Hold const& hold) {
    json.begin_object();
    json.key("id").number(hold.id.value);
    json.key("state").text(to_string(hold.state));
    json.key("debit_account_no").text(hold.debit_account_no);
    json.key("credit_account_no").text(hold.credit_account_no);
    json.key("amount");
    print(json, hold.amount);
    money_member(json, "captured_amount", hold.captured_amount, hold.amount.currency);
    json.key("reference").text(hold.reference);
    instant(json, "created_at", hold.created_at);
    instant(json, "expires_at", hold.expires_at);
    number_or_null(json, "settled_by", hold.settled_by.value);
    json.end_object();
}

void print(JsonWriter& json, api::AuditRecord const& record) {
    json.begin_object();
    json.key("id").number(record.id.value);
    instant(json, "timestamp", record.timestamp);
    json.key("actor").text(record.actor);
    json.key("action").text(record.action);
    json.key("outcome").text(record.outcome);
    json.key("details").raw(record.details.empty() ? "{}" : record.details);
    json.key("ip").text(record.ip);
    json.key("user_agent").text(record.user_agent);
    json.key("request_id").text(record.request_id);
    json.end_object();
}

void print(JsonWriter& json, api::Receipt const& receipt) {
    json.begin_object();
    json.key("record").text(receipt.record);
    json.key("number").number(receipt.number);
    json.key("tree_size").number(receipt.tree_size);
    texts(json, "proof", receipt.proof);
    json.key("checkpoint").text(receipt.checkpoint);
    revealed_or_null(json, "reference", receipt.reference);
    json.end_object();
}

void print(JsonWriter& json, api::ProvenRange const& range) {
    json.begin_object();
    json.key("first_number").number(range.first_number);
    json.key("tree_size").number(range.tree_size);
    json.key("checkpoint").text(range.checkpoint);
    json.key("records").begin_array();
    for (auto const& record : range.records) {
        json.begin_object();
        json.key("id").number(record.id.value);
        json.key("leaf").text(record.leaf);
        json.key("record").text(record.record);
        revealed_or_null(json, "subject", record.subject);
        revealed_or_null(json, "details", record.details);
        json.end_object();
    }
    json.end_array();
    texts(json, "proof", range.proof);
    json.end_object();
}

void print(JsonWriter& json, api::LogGrowth const& growth, std::vector<std::string> const& proof) {
    json.begin_object();
    json.key("older").number(growth.older);
    json.key("newer").number(growth.newer);
    texts(json, "proof", proof);
    json.end_object();
}

void print(JsonWriter& json, api::LedgerReport const& report) {
    json.begin_object();
    json.key("is_sound").boolean(report.is_sound);
    json.key("sums").begin_array();
    for (auto const& sum : report.sums) {
        json.begin_object();
        json.key("currency").text(sum.currency.code());
        json.key("entries").number(sum.entries);
        json.key("balances").number(sum.balances);
        json.end_object();
    }
    json.end_array();
    json.key("accounts").number(report.accounts);
    json.key("transfers").number(report.transfers);
    json.key("entries").number(report.entries);
    json.key("findings").begin_array();
    for (auto const& finding : report.findings) json.text(finding.what);
    json.end_array();
    json.end_object();
}

void print(JsonWriter& json, api::Settings const& settings) {
    json.begin_object();
    json.key("file").text(settings.file);
    json.key("items").begin_array();
    for (auto const& setting : settings.items) {
        json.begin_object();
        json.key("section").text(setting.section);
        json.key("name").text(setting.name);
        json.key("value").text(setting.value);
        json.key("default").text(setting.default_value);
        json.key("description").text(setting.description);
        json.key("needs_restart").boolean(setting.needs_restart);
        json.end_object();
    }
    json.end_array();
    json.end_object();
}

void print(JsonWriter& json, api::PublicFacts const& facts) {
    json.begin_object();
    json.key("forgotten_password_text").text(facts.forgotten_password_text);
    json.end_object();
}

void print(JsonWriter& json, api::SystemStatus const& status) {
    json.begin_object();
    json.key("version").text(status.version);
    json.key("readiness").text(to_string(status.readiness));
    instant(json, "started_at", status.started_at);
    json.key("schema_version").number(status.schema_version);
    json.key("transfers_posted").number(status.transfers_posted);
    json.key("transfers_refused").number(status.transfers_refused);
    json.key("batches").number(status.batches);
    json.key("queue_depth").number(status.queue_depth);
    json.key("lanes").number(status.lanes);
    json.key("database_connections_busy").number(status.database_connections_busy);
    json.key("database_connections").number(status.database_connections);
    json.key("audit_undelivered").number(status.audit_undelivered);
    json.key("audit_sealing_lag_ms").number(status.audit_sealing_lag_ms);
    json.end_object();
}

void print_entry(JsonWriter& json, api::HistoryEntry const& entry, money::Currency currency) {
    json.begin_object();
    json.key("id").number(entry.id.value);
    json.key("transfer_id").number(entry.transfer_id.value);
    json.key("account_id").number(entry.account_id.value);
    json.key("type").text(entry.type);
    money_member(json, "amount", entry.amount, currency);
    money_member(json, "balance", entry.balance, currency);
    json.key("counterparty_account_no").text(entry.counterparty_account_no);
    json.key("reference").text(entry.reference);
    instant(json, "timestamp", entry.timestamp);
    json.end_object();
}

void print_role_limits(JsonWriter& json, std::vector<api::RoleLimits> const& all) {
    json.begin_object();
    json.key("items").begin_array();
    for (auto const& limits : all) print(json, limits);
    json.end_array();
    json.end_object();
}

std::string transfers_to_json(std::vector<api::Transfer> const& transfers) {
    JsonWriter json;
    json.begin_array();
    for (auto const& transfer : transfers) print(json, transfer);
    json.end_array();
    return std::move(json).take();
}

void print_currencies(JsonWriter& json) {
    json.begin_object();
    json.key("items").begin_array();
    for (auto const& facts : money::currencies()) {
        json.begin_object();
        json.key("code").text(facts.currency.code());
        json.key("exponent").number(std::int64_t{facts.exponent});
        json.key("name").text(facts.name);
        json.end_object();
    }
    json.end_array();
    json.end_object();
}

}  // namespace bank::rest
