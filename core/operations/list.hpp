// Every operation, in the order of their numbers.
#pragma once
#include <cstddef>
#include <span>
#include <type_traits>

#include "core/operations/accounts.hpp"
#include "core/operations/audit.hpp"
#include "core/operations/operation.hpp"
#include "core/operations/sessions.hpp"
#include "core/operations/system.hpp"
#include "core/operations/transfers.hpp"
#include "core/operations/users.hpp"

namespace bank::operations {

template <typename... Op>
struct List {
    static constexpr std::size_t size = sizeof...(Op);
};

using All =
    List<ReserveBatch, Login, Refresh, Logout, ListSessions, RevokeSession, WhoAmI, ChangePassword,
         AddUser, ListUsers, FindUser, SetUserRole, SetUserDisabled, OpenAccount, ListAccounts,
         FindAccount, LockAccount, UnlockAccount, CloseAccount, SetOverdraft, SetLimits,
         FreezeAccount, ListRoleLimits, SetRoleLimits, SetPin, AuthorizePin, History, Balance,
         ListHolds, FindHold, Submit, SubmitLinked, FindTransfer, TransferReceipt, ListAuditRecords,
         ExportAudit, AuditCheckpoint, Readiness, SystemStatus, CheckLedger, EraseSubject,
         ArchiveAudit, PruneAudit, AuditKeys, Metrics, ReportMetrics, AuditRange, AuditConsistency,
         ListSettings, ResetPassword, PublicFacts, ListTransfers>;

// Of facts.number, null if there is none. Threads: any.
[[nodiscard]] Operation const* find(std::uint16_t number) noexcept;
[[nodiscard]] std::span<Operation const* const> all() noexcept;

// The place in all(); below All::size.
[[nodiscard]] std::size_t place_of(Facts const& facts) noexcept;

}  // namespace bank::operations
