// Movements of money.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/code.hpp"
#include "core/base/secret.hpp"
#include "core/base/strong_id.hpp"
#include "core/base/time.hpp"
#include "core/money/money.hpp"

namespace bank::api {

// A deposit debits the cash account of whoever takes the money, a withdrawal credits it.
enum class TransferKind : std::uint8_t { deposit, withdrawal, transfer };

[[nodiscard]] std::string_view to_string(TransferKind kind) noexcept;
[[nodiscard]] std::optional<TransferKind> parse_transfer_kind(std::string_view text) noexcept;

struct TransferRequest {
    TransferKind kind = TransferKind::transfer;
    std::string idempotency_key;  // 1..bounds::idempotency_key_size_max printable ASCII characters.
    std::string debit_account_no;   // Empty for a deposit.
    std::string credit_account_no;  // Empty for a withdrawal.
    money::Money amount;            // 1..bounds::amount_max minor units.
    std::string reference;          // Free text for people; may be empty.
    Secret pin;  // A customer's account PIN; empty if the session holds a PinAuthorization.
};

// A request that was decided. It never changes.
struct Transfer {
    TransferId id;
    TransferKind kind = TransferKind::transfer;
    Code status = Code::posted;  // posted, or why it was refused; see is_transfer_status().
    std::string debit_account_no;
    std::string credit_account_no;
    money::Money amount;
    std::string reference;
    // The caller's side after posting: the debit account's, or of a deposit the credit account's.
    // Equal to the balance before if refused; 0 where the account does not exist.
    std::int64_t balance = 0;
    std::int64_t available = 0;
    EntryId entry_id;  // That side's entry: its place in the ledger. None if refused.
    Timestamp created_at;
    bool is_replay = false;  // Answered before; nothing moved now.
};

}  // namespace bank::api
