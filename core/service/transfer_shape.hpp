// What can be said of a transfer request by looking at it alone.
#pragma once
#include <cstddef>

#include "core/api/transfers.hpp"
#include "core/base/result.hpp"
#include "core/ledger/transfer_order.hpp"

namespace bank::service {

// invalid_field, idempotency_key_missing.
[[nodiscard]] Status check_shape(api::TransferRequest const& transfer);
[[nodiscard]] Status check_shape(api::LinkedTransfersRequest const& linked);

// `error` of the transfer at `index` of a linked group: its field named from the group's root.
[[nodiscard]] Error at_leg(Error error, std::size_t index);

// Where a transfer stands in a linked group; the default stands alone.
struct LegPlace {
    std::size_t index = 0;
    std::size_t count = 0;
};

// Over all that the request asks for, but not over its PIN: a digest of a PIN could be searched.
[[nodiscard]] ledger::Digest digest_of(api::TransferRequest const& transfer, LegPlace place = {});

// Unique per actor, key and place. Of a key that is a UUID of version 7 the id keeps the time at
// its head, so that the ids of one moment lie together in the database's index: with such keys
// posting stays as fast in a large ledger as in a small one.
[[nodiscard]] Uuid idempotency_id_of(UserId actor, std::string const& idempotency_key,
                                     LegPlace place = {});

}  // namespace bank::service
