// What the operations share that move money: their key, the wait for the outcome, its answer.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "plugins/rest/routes/call.hpp"

namespace bank::rest {

[[nodiscard]] std::optional<Problem> read_idempotency_key(Call const& call, std::string& key);

// 201 if it was posted, with its place under `collection` ("/v1/transfers").
[[nodiscard]] Response submit(Call const& call, api::TransferRequest request,
                              std::string_view collection);
[[nodiscard]] Response submit_linked(Call const& call, api::LinkedTransfersRequest request);

}  // namespace bank::rest
