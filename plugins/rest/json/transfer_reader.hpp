// Reads a movement of money of any kind from the object that stands for it in a body.
//
// Threads: any; nothing is kept.
#pragma once
#include <optional>
#include <string_view>

#include "core/api/transfers.hpp"
#include "plugins/rest/json/body_reader.hpp"
#include "plugins/rest/json/problem.hpp"

namespace bank::rest {

// Printable ASCII without blanks, which a proxy could trim.
[[nodiscard]] bool is_idempotency_key(std::string_view text) noexcept;

// The fields are those of the kind that the object names; without one it is a transfer.
void read_transfer(BodyReader& body, api::TransferRequest& request);

// Parts of it, for operations whose path says the kind.
void read_expiry(BodyReader& body, api::TransferRequest& request);
void read_reference(BodyReader& body, api::TransferRequest& request);
void read_pin(BodyReader& body, api::TransferRequest& request);

}  // namespace bank::rest
