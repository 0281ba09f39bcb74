// The fields of every value that crosses the wire, once for both directions. A field that is added
// to a struct and not here does not compile; neither does an enumerator.
#pragma once
#include <concepts>
#include <type_traits>

#include "core/api/bank_api.hpp"
#include "core/base/code.hpp"

namespace bank::wire {

template <typename Value, typename T>
concept Like = std::same_as<std::remove_const_t<Value>, T>;

// NOLINTBEGIN(cppcoreguidelines-macro-usage)
// Not inlined: one copy a struct, not one for each operation that carries it.
#define BANK_FIELDS(Type, ...)                                      \
    template <typename Archive, Like<Type> Value>                   \
    [[gnu::noinline]] void fields(Archive& archive, Value& value) { \
        auto& [__VA_ARGS__] = value;                                \
        archive(__VA_ARGS__);                                       \
    }
// NOLINTEND(cppcoreguidelines-macro-usage)

BANK_FIELDS(Timestamp, us)
BANK_FIELDS(Uuid, bytes)
BANK_FIELDS(money::Money, amount, currency)

// `detail` stays where it arose: it is for that side's log.
template <typename Archive, Like<Error> Value>
void fields(Archive& archive, Value& value) {
    auto& [code, detail, field, message, retry_after_s] = value;
    static_cast<void>(detail);
    archive(code, field, message, retry_after_s);
}

BANK_FIELDS(api::LocalPeer, uid, gid, pid)
BANK_FIELDS(api::Caller, access_token, local_peer, source_ip, user_agent, request_id)
BANK_FIELDS(api::PageRequest, limit, cursor)
template <typename Archive, typename T>
void fields(Archive& archive, api::Page<T> const& value) {
    auto& [items, next_cursor] = value;
    archive(items, next_cursor);
}
template <typename Archive, typename T>
void fields(Archive& archive, api::Page<T>& value) {
    auto& [items, next_cursor] = value;
    archive(items, next_cursor);
}
BANK_FIELDS(api::RateDecision, is_admitted, quota, window_s, remaining, reset_s, retry_after_s)

BANK_FIELDS(api::User, id, user_name, role, is_disabled, created_at, password_state,
            password_expires_at)
BANK_FIELDS(api::Session, id, user_id, user_name, role, ip, user_agent, created_at, expires_at,
            is_current)
BANK_FIELDS(api::LoginRequest, user_name, password)
BANK_FIELDS(api::Tokens, access_token, refresh_token, expires_in_s, session_id, user, may_move_cash)
BANK_FIELDS(api::RefreshRequest, refresh_token)
BANK_FIELDS(api::ListSessionsRequest, user_id, page)
BANK_FIELDS(api::RevokeSessionRequest, session_id)
BANK_FIELDS(api::ChangePasswordRequest, current_password, new_password)
BANK_FIELDS(api::AddUserRequest, user_name, role, password)
BANK_FIELDS(api::OneTimePassword, user, password)
BANK_FIELDS(api::ListUsersRequest, name_prefix, role, page)
BANK_FIELDS(api::SetUserRoleRequest, user_id, role)
BANK_FIELDS(api::SetUserDisabledRequest, user_id, is_disabled)

BANK_FIELDS(api::Limits, per_transfer, per_day, per_week, per_month)
BANK_FIELDS(api::Spending, today, this_week, this_month)
BANK_FIELDS(api::Account, id, account_no, name, kind, user_id, owner, currency, balance, held,
            available, overdraft_limit, minimum_balance, limits, spending, has_pin, is_locked,
            lock_reason, is_debit_frozen, is_credit_frozen, freeze_reason, is_closed, created_at)
BANK_FIELDS(api::OpenAccountRequest, owner, name, currency, overdraft_limit, pin)
BANK_FIELDS(api::ListAccountsRequest, owner, account_no, search, kind, page)
BANK_FIELDS(api::LockAccountRequest, account_id, reason)
BANK_FIELDS(api::UnlockAccountRequest, account_id, reason)
BANK_FIELDS(api::SetPinRequest, account_id, current_pin, new_pin)
BANK_FIELDS(api::SetOverdraftRequest, account_id, overdraft_limit)
BANK_FIELDS(api::SetLimitsRequest, account_id, limits, minimum_balance)
BANK_FIELDS(api::FreezeAccountRequest, account_id, is_debit_frozen, is_credit_frozen, reason)
BANK_FIELDS(api::RoleLimits, role, currency, limits)
BANK_FIELDS(api::BalanceRequest, account_id, at)
BANK_FIELDS(api::Balance, account_id, currency, balance, entry_id, at)
BANK_FIELDS(api::AuthorizePinRequest, account_id, pin)
BANK_FIELDS(api::PinAuthorization, expires_at)
BANK_FIELDS(api::HistoryEntry, id, transfer_id, account_id, type, amount, balance,
            counterparty_account_no, reference, timestamp)
BANK_FIELDS(api::HistoryRequest, account_id, from, until, page)

BANK_FIELDS(api::TransferRequest, kind, idempotency_key, debit_account_no, credit_account_no,
            origin, amount, reference, expires_in_s, pin)
BANK_FIELDS(api::Transfer, id, kind, status, debit_account_no, credit_account_no, origin, amount,
            reference, expires_at, balance, available, balance_currency, entry_id, created_at,
            is_replay)
BANK_FIELDS(api::ListTransfersRequest, account_id, kind, status, page)
BANK_FIELDS(api::LinkedTransfersRequest, idempotency_key, transfers)
BANK_FIELDS(api::LinkedTransfers, transfers, refused_index)
BANK_FIELDS(api::Hold, id, state, debit_account_no, credit_account_no, amount, captured_amount,
            reference, created_at, expires_at, settled_by)
BANK_FIELDS(api::ListHoldsRequest, account_id, page)

BANK_FIELDS(api::AuditRecord, id, timestamp, actor, action, outcome, details, ip, user_agent,
            request_id)
BANK_FIELDS(api::AuditRequest, actor, action, outcome, ip, request_id, account_id, from, until,
            after, page)
BANK_FIELDS(api::Revealed, salt, text)
BANK_FIELDS(api::Receipt, record, number, tree_size, proof, checkpoint, reference)
BANK_FIELDS(api::AuditRange, first, last)
BANK_FIELDS(api::ProvenRecord, id, leaf, record, subject, details)
BANK_FIELDS(api::ProvenRange, first_number, tree_size, records, proof, checkpoint)
BANK_FIELDS(api::LogGrowth, older, newer)
BANK_FIELDS(api::Archive, first, end, digest)
BANK_FIELDS(api::ExportRequest, from, is_resumed)

BANK_FIELDS(api::SystemStatus, version, readiness, started_at, schema_version, transfers_posted,
            transfers_refused, batches, queue_depth, lanes, database_connections_busy,
            database_connections, audit_undelivered, audit_sealing_lag_ms)
BANK_FIELDS(api::PublicFacts, forgotten_password_text)
BANK_FIELDS(api::Setting, section, name, text, default_value, description, needs_restart)
BANK_FIELDS(api::Settings, file, items)
BANK_FIELDS(api::MetricSeries, labels, values)
BANK_FIELDS(api::MetricFamily, metric, series)
BANK_FIELDS(api::Metrics, version, families)
BANK_FIELDS(api::LedgerFinding, what)
BANK_FIELDS(api::LedgerReport::Sum, currency, entries, balances)
BANK_FIELDS(api::LedgerReport, is_sound, sums, accounts, transfers, entries, findings)

#undef BANK_FIELDS

// Whether a number is one of the enumeration.
#define BANK_ENUM(Type, ...)                            \
    [[nodiscard]] constexpr bool is_known(Type value) { \
        using enum Type;                                \
        switch (value) { __VA_ARGS__ return true; }     \
        return false;                                   \
    }
// clang-format off
BANK_ENUM(api::Role, case customer: case teller: case admin: case auditor:)
BANK_ENUM(api::PasswordState, case none: case chosen: case one_time: case expired:)
BANK_ENUM(api::AccountKind, case customer: case cash: case suspense: case fees:)
BANK_ENUM(api::HoldState, case open: case captured: case released: case expired:)
BANK_ENUM(api::RouteClass, case login: case read: case write: case money:)
BANK_ENUM(api::Readiness, case starting: case ready: case draining: case database_away:
          case schema_mismatch: case storage_full:)
// clang-format on
[[nodiscard]] constexpr bool is_known(api::TransferKind value) {
    return static_cast<std::size_t>(value) < api::kinds_count;
}
#undef BANK_ENUM

[[nodiscard]] constexpr bool is_known(Code value) {
    switch (value) {
#define BANK_CODE(number, word, kind, title) case Code::word:
#include "core/base/codes.def"
#undef BANK_CODE
        return true;
    }
    return false;
}

}  // namespace bank::wire
