#include "plugins/admin/shapes.hpp"

namespace bank::admin {
namespace {

void write_money(JsonWriter& json, std::int64_t amount, money::Currency currency) {
    json.begin_object();
    json.key("amount").number(amount).key("currency").text(currency.code());
    json.end_object();
}

void text_or_null(JsonWriter& json, std::string_view text) {
    if (text.empty()) {
        json.null();
    } else {
        json.text(text);
    }
}

template <typename Tag>
void id_or_null(JsonWriter& json, StrongId<Tag> id) {
    if (id) {
        json.number(id.value);
    } else {
        json.null();
    }
}

void number_or_null(JsonWriter& json, std::optional<std::int64_t> number) {
    if (number) {
        json.number(*number);
    } else {
        json.null();
    }
}

void write_limits(JsonWriter& json, api::Limits const& limits) {
    json.key("per_transfer");
    number_or_null(json, limits.per_transfer);
    json.key("per_day");
    number_or_null(json, limits.per_day);
    json.key("per_week");
    number_or_null(json, limits.per_week);
    json.key("per_month");
    number_or_null(json, limits.per_month);
}

void write_spending(JsonWriter& json, api::Spending const& spending) {
    json.begin_object();
    json.key("today").number(spending.today);
    json.key("this_week").number(spending.this_week);
    json.key("this_month").number(spending.this_month);
    json.end_object();
}

}  // namespace

void write(JsonWriter& json, api::User const& user) {
    json.begin_object();
    json.key("id").number(user.id.value);
    json.key("user_name").text(user.user_name);
    json.key("role").text(to_string(user.role));
    json.key("is_disabled").boolean(user.is_disabled);
    json.key("created_at").text(to_string(user.created_at));
    json.key("password_state").text(to_string(user.password_state));
    json.key("password_expires_at");
    text_or_null(json, user.password_expires_at ? to_string(*user.password_expires_at) : "");
    json.end_object();
}

void write(JsonWriter& json, api::OneTimePassword const& set) {
    json.begin_object();
    json.key("user");
    write(json, set.user);
    json.key("password").text(set.password.reveal());
    json.end_object();
}

void write(JsonWriter& json, api::Session const& session) {
    json.begin_object();
    json.key("id").number(session.id.value);
    json.key("user_id").number(session.user_id.value);
    json.key("user_name").text(session.user_name);
    json.key("role").text(to_string(session.role));
    json.key("ip").text(session.ip);
    json.key("user_agent").text(session.user_agent);
    json.key("created_at").text(to_string(session.created_at));
    json.key("expires_at").text(to_string(session.expires_at));
    json.key("is_current").boolean(session.is_current);
    json.end_object();
}

void write(JsonWriter& json, api::Account const& account) {
    json.begin_object();
    json.key("id").number(account.id.value);
    json.key("account_no").text(account.account_no);
    json.key("name").text(account.name);
    json.key("kind").text(to_string(account.kind));
    json.key("owner");
    text_or_null(json, account.owner);
    json.key("user_id");
    id_or_null(json, account.user_id);
    json.key("currency").text(account.currency.code());
    json.key("balance");
    write_money(json, account.balance, account.currency);
    json.key("held");
    write_money(json, account.held, account.currency);
    json.key("available");
    write_money(json, account.available, account.currency);
    json.key("overdraft_limit");
    write_money(json, account.overdraft_limit, account.currency);
    json.key("minimum_balance");
    write_money(json, account.minimum_balance, account.currency);
    json.key("limits").begin_object();
    write_limits(json, account.limits);
    json.end_object();
    json.key("spending");
    write_spending(json, account.spending);
    json.key("has_pin").boolean(account.has_pin);
    json.key("is_locked").boolean(account.is_locked);
    json.key("lock_reason");
    text_or_null(json, account.lock_reason);
    json.key("is_debit_frozen").boolean(account.is_debit_frozen);
    json.key("is_credit_frozen").boolean(account.is_credit_frozen);
    json.key("freeze_reason");
    text_or_null(json, account.freeze_reason);
    json.key("is_closed").boolean(account.is_closed);
    json.key("created_at").text(to_string(account.created_at));
    json.end_object();
}

void write(JsonWriter& json, api::Transfer const& transfer) {
    json.begin_object();
    json.key("id").number(transfer.id.value);
    json.key("kind").text(to_string(transfer.kind));
    json.key("status").text(word(transfer.status));
    json.key("debit_account_no").text(transfer.debit_account_no);
    json.key("credit_account_no").text(transfer.credit_account_no);
    json.key("origin_id");
    id_or_null(json, transfer.origin);
    json.key("amount");
    write_money(json, transfer.amount.amount, transfer.amount.currency);
    json.key("reference").text(transfer.reference);
    json.key("expires_at");
    if (transfer.expires_at) {
        json.text(to_string(*transfer.expires_at));
    } else {
        json.null();
    }
    json.key("balance");
    write_money(json, transfer.balance, transfer.balance_currency);
    json.key("available");
    write_money(json, transfer.available, transfer.balance_currency);
    json.key("entry_id");
    id_or_null(json, transfer.entry_id);
    json.key("created_at").text(to_string(transfer.created_at));
    json.end_object();
}

void write(JsonWriter& json, api::Balance const& balance) {
    json.begin_object();
    json.key("account_id").number(balance.account_id.value);
    json.key("balance");
    write_money(json, balance.balance, balance.currency);
    json.key("entry_id");
    id_or_null(json, balance.entry_id);
    json.key("at").text(to_string(balance.at));
    json.end_object();
}

void write(JsonWriter& json, api::Hold const& hold) {
    json.begin_object();
    json.key("id").number(hold.id.value);
    json.key("state").text(to_string(hold.state));
    json.key("debit_account_no").text(hold.debit_account_no);
    json.key("credit_account_no").text(hold.credit_account_no);
    json.key("amount");
    write_money(json, hold.amount.amount, hold.amount.currency);
    json.key("captured_amount");
    write_money(json, hold.captured_amount, hold.amount.currency);
    json.key("reference").text(hold.reference);
    json.key("created_at").text(to_string(hold.created_at));
    json.key("expires_at").text(to_string(hold.expires_at));
    json.key("settled_by");
    id_or_null(json, hold.settled_by);
    json.end_object();
}

void write(JsonWriter& json, api::HistoryEntry const& entry, money::Currency currency) {
    json.begin_object();
    json.key("id").number(entry.id.value);
    json.key("transfer_id").number(entry.transfer_id.value);
    json.key("account_id").number(entry.account_id.value);
    json.key("type").text(entry.type);
    json.key("amount");
    write_money(json, entry.amount, currency);
    json.key("balance");
    write_money(json, entry.balance, currency);
    json.key("counterparty_account_no").text(entry.counterparty_account_no);
    json.key("reference").text(entry.reference);
    json.key("timestamp").text(to_string(entry.timestamp));
    json.end_object();
}

void write(JsonWriter& json, api::RoleLimits const& limits) {
    json.begin_object();
    json.key("role").text(to_string(limits.role));
    json.key("currency").text(limits.currency.code());
    write_limits(json, limits.limits);
    json.end_object();
}

void write(JsonWriter& json, api::Receipt const& receipt) {
    json.begin_object();
    json.key("record").text(receipt.record);
    json.key("number").number(receipt.number);
    json.key("tree_size").number(receipt.tree_size);
    json.key("proof").begin_array();
    for (auto const& hash : receipt.proof) json.text(hash);
    json.end_array();
    json.key("checkpoint").text(receipt.checkpoint);
    json.key("reference");
    if (receipt.reference) {
        json.begin_object();
        json.key("salt").text(to_hex(receipt.reference->salt));
        json.key("value").text(receipt.reference->value);
        json.end_object();
    } else {
        json.null();
    }
    json.end_object();
}

void write(JsonWriter& json, api::AuditRecord const& record) {
    json.begin_object();
    json.key("id").number(record.id.value);
    json.key("timestamp").text(to_string(record.timestamp));
    json.key("actor").text(record.actor);
    json.key("action").text(record.action);
    json.key("outcome").text(record.outcome);
    json.key("details").raw(record.details.empty() ? "{}" : record.details);
    json.key("ip").text(record.ip);
    json.key("user_agent").text(record.user_agent);
    json.key("request_id").text(record.request_id);
    json.end_object();
}

void write(JsonWriter& json, api::Archive const& archive) {
    json.begin_object();
    json.key("first").number(archive.first);
    json.key("end").number(archive.end);
    json.key("sha256").text(archive.digest);
    json.end_object();
}

void write_fields(JsonWriter& json, api::SystemStatus const& status) {
    json.key("version").text(status.version);
    json.key("readiness").text(to_string(status.readiness));
    json.key("started_at").text(to_string(status.started_at));
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
}

void write(JsonWriter& json, api::LedgerReport const& report) {
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

}  // namespace bank::admin
