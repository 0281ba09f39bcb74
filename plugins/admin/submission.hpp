// Movements of money handed to the core and waited for: a handler answers when all is durable.
#pragma once
#include <variant>
#include <vector>

#include "plugins/admin/command.hpp"

namespace bank::admin {

using Submitted = std::variant<api::TransferRequest, api::LinkedTransfersRequest>;
using Outcome = std::variant<Result<api::Transfer>, Result<api::LinkedTransfers>>;

// Hands over all of them without waiting in between, so that they share the core's batches. The
// outcome of each, in their order. Blocks until the core has answered every one.
[[nodiscard]] std::vector<Outcome> submit_all(Context const& context,
                                              std::vector<Submitted> requests);

[[nodiscard]] Result<api::Transfer> submit(Context const& context, api::TransferRequest request);

}  // namespace bank::admin
