// Rules for one order, given the current state of the batch. Their words, and by number their
// order, are those of core/base/codes.def; SQL applies the same rules again.
#pragma once
#include <optional>

#include "core/ledger/working_batch.hpp"

namespace bank::ledger {

// Errors of the order itself: missing accounts or origins, authority, PIN. These codes are not
// stored. Session and idempotency id are checked before.
[[nodiscard]] std::optional<Code> missing_or_forbidden(PreparedOrder const& prepared);

// A transfer status: posted, or the code of the first violated rule. No side effects.
// Precondition: nothing is missing_or_forbidden().
[[nodiscard]] Code decide(PreparedOrder const& prepared);

// Applies the order to balances, holds, spending and origin.
// Precondition: decide() returned posted.
void apply(PreparedOrder const& prepared);

}  // namespace bank::ledger
