// What can be said of a transfer request by looking at it alone.
#pragma once
#include "core/api/transfers.hpp"
#include "core/base/result.hpp"
#include "core/ledger/transfer_order.hpp"

namespace bank::service {

// invalid_field, idempotency_key_missing.
[[nodiscard]] Status check_shape(api::TransferRequest const& transfer);

// Over all that the request asks for, but not over its PIN: a digest of a PIN could be searched.
[[nodiscard]] ledger::Digest digest_of(api::TransferRequest const& transfer);

[[nodiscard]] Uuid idempotency_id_of(UserId actor, std::string const& idempotency_key);

}  // namespace bank::service
