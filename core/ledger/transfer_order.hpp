// A transfer as posted by a lane, after preflight: accounts are resolved, the amount is positive
// and within bounds, the currency is known.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "core/access/acting.hpp"
#include "core/api/transfers.hpp"
#include "core/base/strong_id.hpp"
#include "core/base/uuid.hpp"
#include "core/money/money.hpp"

namespace bank::ledger {

using Digest = std::array<std::uint8_t, 32>;

struct TransferOrder {
    api::TransferKind kind = api::TransferKind::transfer;
    // Unique per actor and Idempotency-Key; see core/service/transfer_shape.cpp.
    Uuid idempotency_id;
    // SHA-256 over the whole request except its PIN.
    Digest request_digest{};
    access::Acting acting;
    AccountId debit_account;   // None for a deposit (the actor's cash account) or with an origin.
    AccountId credit_account;  // None for a withdrawal, or with an origin.
    TransferId origin;         // The hold or transfer to capture, release or reverse.
    money::Money amount;       // With an origin, 0 without a currency means all of it.
    std::string reference;
    std::int64_t expires_in_s = 0;  // Of a hold; never 0.
    // Whether the core found that the customer's session has proven the account's PIN. SQL checks
    // besides that the authorization exists. Tellers and admins need none.
    bool is_pin_proven = false;
    // Whether a request was decided under its idempotency id, which the lane then checks first.
    bool was_decided = false;
    // Number shared by the consecutive orders of one linked group; 0: not linked. Unique during the
    // life of the lanes.
    std::uint64_t group = 0;
};

// As far as the core knows.
[[nodiscard]] inline bool needs_no_pin(TransferOrder const& order) noexcept {
    return order.acting.role != api::Role::customer || order.is_pin_proven;
}

}  // namespace bank::ledger
