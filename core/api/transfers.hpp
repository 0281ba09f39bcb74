// Transactions and holds.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/api/page.hpp"
#include "core/api/transfer_kind.hpp"
#include "core/api/type.hpp"
#include "core/base/code.hpp"
#include "core/base/secret.hpp"
#include "core/base/strong_id.hpp"
#include "core/base/time.hpp"
#include "core/base/uuid.hpp"
#include "core/money/money.hpp"

namespace bank::api {

struct TransferRequest {
    TransferKind kind = TransferKind::transfer;
    std::string idempotency_key;  // 1..bounds::idempotency_key_size_max printable ASCII characters.
    std::string debit_account_no;   // Empty for a deposit, and where there is an origin.
    std::string credit_account_no;  // Empty for a withdrawal, and where there is an origin.
    TransferId origin;              // The hold to capture or release, the transfer to reverse.
    // 1..bounds::amount_max minor units. For a capture or reversal 0 without a currency means all
    // of it; for a release it is always 0.
    money::Money amount;
    std::string reference;  // Free text for people; may be empty.
    // Of a hold, 1..bounds::hold_lifetime_s_max; 0 is bounds::hold_lifetime_s_default.
    std::int64_t expires_in_s = 0;
    Secret pin;  // A customer's account PIN; empty if the session holds a PinAuthorization.
};

// A request that was decided. It never changes.
struct Transfer {
    TransferId id;
    TransferKind kind = TransferKind::transfer;
    Code status = Code::posted;  // posted, or why it was refused; see is_transfer_status().
    std::string debit_account_no;
    std::string credit_account_no;
    TransferId origin;    // Of a capture, release, expiry or reversal.
    money::Money amount;  // Of a release or expiry: the amount that is available again.
    std::string reference;
    std::optional<Timestamp> expires_at;  // Of a posted hold.
    // The side of answers_credit_side() after posting. Unchanged if refused; 0 if the account does
    // not exist.
    std::int64_t balance = 0;
    std::int64_t available = 0;
    // The currency of that account; of the request if there is no account.
    money::Currency balance_currency;
    EntryId entry_id;  // That side's entry: its place in the ledger. None if refused or unmoved.
    Timestamp created_at;
    bool is_replay = false;  // The answer to an earlier request, repeated.
};

struct TransferById {
    TransferId transfer_id;
};

struct HoldById {
    TransferId hold_id;  // Of the transfer of kind hold that made it.
};

// Pays in advance for calls of a batch: each call that names it uses one.
struct BatchPermit {
    Uuid id;
    std::uint32_t calls = 0;
};

// Decided requests, declined ones too, newest first.
struct ListTransfersRequest {
    AccountId account_id;  // Debited or credited; none: any account.
    std::optional<TransferKind> kind;
    std::optional<Code> status;  // See is_transfer_status().
    PageRequest page;
};

// An ordered group, posted whole or not at all. Each transfer sees the effects of those before it.
struct LinkedTransfersRequest {
    std::string idempotency_key;             // Of the group; its transfers have no keys.
    std::vector<TransferRequest> transfers;  // 1..bounds::linked_transfers_max.
};

struct LinkedTransfers {
    std::vector<Transfer> transfers;           // In the order of the request.
    std::optional<std::size_t> refused_index;  // The first transfer that could not be posted.
};

enum class HoldState : std::uint8_t { open, captured, released, expired };

[[nodiscard]] std::string_view to_string(HoldState state) noexcept;
[[nodiscard]] std::optional<HoldState> parse_hold_state(std::string_view text) noexcept;

struct Hold {
    TransferId id;  // Of the transfer of kind hold that made it.
    HoldState state = HoldState::open;
    std::string debit_account_no;
    std::string credit_account_no;
    money::Money amount;
    std::int64_t captured_amount = 0;  // Minor units.
    std::string reference;
    Timestamp created_at;
    Timestamp expires_at;
    TransferId settled_by;  // The capture, release or expiry; none while open.
};

struct ListHoldsRequest {
    AccountId account_id;  // The account to debit.
    PageRequest page;      // Open ones only, oldest first.
};

// The descriptions of all of these.
[[nodiscard]] Type const& describe(std::type_identity<TransferRequest>);
[[nodiscard]] Type const& describe(std::type_identity<Transfer>);
[[nodiscard]] Type const& describe(std::type_identity<TransferById>);
[[nodiscard]] Type const& describe(std::type_identity<HoldById>);
[[nodiscard]] Type const& describe(std::type_identity<BatchPermit>);
[[nodiscard]] Type const& describe(std::type_identity<ListTransfersRequest>);
[[nodiscard]] Type const& describe(std::type_identity<LinkedTransfersRequest>);
[[nodiscard]] Type const& describe(std::type_identity<LinkedTransfers>);
[[nodiscard]] Type const& describe(std::type_identity<Hold>);
[[nodiscard]] Type const& describe(std::type_identity<ListHoldsRequest>);

}  // namespace bank::api
