// The gate: the pipeline that every call passes before its use case runs, in this order: front end,
// budget, authenticate, shape, authorise; and for each movement of money: authorise, preflight,
// replay, PIN. It records its refusals.
//
// Threads: any.
#pragma once
#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "core/access/admission.hpp"
#include "core/access/authenticator.hpp"
#include "core/access/movement.hpp"
#include "core/access/policy.hpp"
#include "core/access/refusal_log.hpp"
#include "core/access/request.hpp"
#include "core/api/rate.hpp"
#include "core/base/result.hpp"
#include "core/operations/operation.hpp"

namespace bank::access {

class Gate {
public:
    // While records wait longer than this for their seal, operations of high risk are refused.
    static constexpr std::chrono::seconds sealing_lag_max{60};

    // What the gate asks of the bank's state. Any thread.
    struct State {
        std::function<std::chrono::milliseconds()> sealing_lag;
        std::function<std::optional<Code>()> obstacle;  // None: changes are possible.
    };

    // All must outlive it.
    Gate(Admission& admission, Authenticator& authenticator, RefusalLog& refusals, State state)
        : admission_(admission),
          authenticator_(authenticator),
          refusals_(refusals),
          state_(std::move(state)) {}

    // A call inside the gate.
    struct Visit {
        api::RateDecision rate;              // Of the budget that was charged.
        bool is_admitted = false;            // By the front end's grants and the budget.
        std::optional<Principal> principal;  // None where the facts ask for no proof.
    };

    // The steps that an operation's description defines; fills `visit` as far as they succeed.
    // `input` is of its type. `action`: of the records; none only if anyone may call. Errors in
    // this order: permission_denied (the front end), rate_limited, not_authenticated and its kind,
    // password_change_required, invalid_field, permission_denied, the obstacle, audit_behind.
    [[nodiscard]] Status enter(Request const& request, operations::Operation const& operation,
                               void const* input, std::optional<audit::Action> action,
                               Visit& visit);
    // The steps of one movement. A decided idempotency key passes whatever has changed since, and
    // its PIN is not verified: the ledger repeats the first answer.
    [[nodiscard]] Status pass(Principal const& who, Movement& movement);
    // Called once after each visit, with the error, if any: forgets a session that the database
    // calls ended, and returns the call to its permit if nothing was done.
    void leave(Visit const& visit, operations::Facts const& facts, std::optional<Uuid> const& batch,
               Error const* error);

    // Whether the principal may do it to an object of `owner` (none: the bank itself).
    [[nodiscard]] Status may(Principal const& who, Purpose purpose, UserId owner);
    // Records a refusal that no SQL function records, and returns the error.
    [[nodiscard]] Error refused(Principal const& who, audit::Action action, Error error,
                                std::string details = "{}");

private:
    struct Refusal {
        Error error;
        std::string details = "{}";
    };

    [[nodiscard]] Result<Principal> authenticate(Request const& request, audit::Action action);
    [[nodiscard]] std::optional<Refusal> authorise(Principal const& who, Permission permission,
                                                   bool is_change);
    [[nodiscard]] Error record(Principal const& who, audit::Action action, Refusal refusal);

    Admission& admission_;
    Authenticator& authenticator_;
    RefusalLog& refusals_;
    State state_;
};

}  // namespace bank::access
