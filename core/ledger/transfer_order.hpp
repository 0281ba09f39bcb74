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
    // The first 128 bits of SHA-256 over actor and Idempotency-Key: a key is unique per actor.
    Uuid idempotency_id;
    // SHA-256 over everything that the request asks for, but not over its PIN.
    Digest request_digest{};
    storage::Acting acting;
    AccountId debit_account;   // None for a deposit: the actor's cash account.
    AccountId credit_account;  // None for a withdrawal: the actor's cash account.
    money::Money amount;
    std::string reference;
};

}  // namespace bank::ledger
