// A movement of money as the gate sees it. The gate calls a step only if the earlier ones require
// it.
//
// Threads: that of its call.
#pragma once
#include "core/access/principal.hpp"
#include "core/audit/action.hpp"
#include "core/base/result.hpp"
#include "core/operations/permission.hpp"

namespace bank::access {

// The permission that a call needs, and the action that its records name.
struct Purpose {
    operations::Permission permission;
    audit::Action action;
};

// Its shape has been checked.
class Movement {
public:
    [[nodiscard]] virtual Purpose purpose() const = 0;
    // Refusals known before the ledger decides: a missing account, an unknown currency, cash that
    // only staff may move.
    [[nodiscard]] virtual Status preflight(Principal const& who) = 0;
    // Whether its idempotency key has been decided: the ledger then repeats its first answer.
    [[nodiscard]] virtual Result<bool> replay() = 0;
    // Whether it contains a PIN that has to be verified.
    [[nodiscard]] virtual bool has_pin(Principal const& who) const = 0;
    // Verifies the PIN. May block for as long as a hash takes.
    [[nodiscard]] virtual Status prove_pin(Principal const& who) = 0;

protected:
    ~Movement() = default;
};

}  // namespace bank::access
