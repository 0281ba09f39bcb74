// The rules that one order must pass, given the batch as it stands. core/base/codes.def has their
// words and, by its numbers, their order; SQL judges by the same again.
#pragma once
#include <optional>

#include "core/ledger/working_batch.hpp"

namespace bank::ledger {

// What is wrong with the order itself: things it names that are not there, authority, PIN. Such an
// answer is not kept. Session and idempotency id are looked at before.
[[nodiscard]] std::optional<Code> missing_or_forbidden(PreparedOrder const& prepared);

// A transfer status: posted, or the first rule that says no. Changes nothing.
// Precondition: nothing is missing_or_forbidden().
[[nodiscard]] Code judge(PreparedOrder const& prepared);

// Makes the order's effect on balances, holds, spending and origin.
// Precondition: judge() says posted.
void apply(PreparedOrder const& prepared);

}  // namespace bank::ledger
