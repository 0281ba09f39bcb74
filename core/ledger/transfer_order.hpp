// One movement of money on its way through a lane, after preflight: accounts are resolved, the
// amount is positive and within bounds, the currency is known.
#pragma once
#include <array>
#include <cstdint>
#include <string>

#include "core/api/transfers.hpp"
#include "core/base/strong_id.hpp"
#include "core/base/uuid.hpp"
#include "core/money/money.hpp"
#include "core/storage/acting.hpp"

namespace bank::ledger {

using Digest = std::array<std::uint8_t, 32>;

struct TransferOrder {
    api::TransferKind kind = api::TransferKind::transfer;
    // Unique per actor and Idempotency-Key; see core/service/transfer_shape.cpp.
    Uuid idempotency_id;
    // SHA-256 over everything that the request asks for, but not over its PIN.
    Digest request_digest{};
    storage::Acting acting;
    AccountId debit_account;   // None for a deposit (the actor's cash account) or with an origin.
    AccountId credit_account;  // None for a withdrawal, or with an origin.
    TransferId origin;         // The hold or transfer that a capture, release or reversal is of.
    money::Money amount;       // With an origin, 0 of no currency is all of it.
    std::string reference;
    std::int64_t expires_in_s = 0;  // Of a hold; not 0.
    // A request was decided under its idempotency id: the lane looks there before all else.
    bool was_decided = false;
    // Orders of one group follow each other in a batch and carry its number; 0 stands alone. A
    // number is used once in the life of the lanes.
    std::uint64_t group = 0;
};

}  // namespace bank::ledger
