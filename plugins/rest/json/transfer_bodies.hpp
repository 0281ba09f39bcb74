// The bodies that ask for movements of money, described once for the reader and the contract: the
// members of api::TransferRequest that a kind of movement has, as kinds.def says.
//
// Threads: any; nothing is kept.
#pragma once
#include <string_view>

#include "core/api/transfers.hpp"

namespace bank::rest {

// Printable ASCII without blanks, which a proxy could trim.
[[nodiscard]] bool is_idempotency_key(std::string_view text) noexcept;

// Of the route of one kind, whose path has the origin. Precondition: clients may ask for it.
[[nodiscard]] api::Type const& route_body(api::TransferKind kind);

// One of a list: its first field is the kind, which says which of the others it has.
[[nodiscard]] api::Type const& listed_transfer();

// An api::LinkedTransfersRequest.
[[nodiscard]] api::Type const& linked_body();

// Lines of a batch, with their idempotency keys.
[[nodiscard]] api::Type const& batch_transfer();  // An api::TransferRequest.
[[nodiscard]] api::Type const& batch_group();     // An api::LinkedTransfersRequest.

}  // namespace bank::rest
