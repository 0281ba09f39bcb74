// The use cases, and which of them answers each operation.
#pragma once
#include <functional>

#include "core/operations/bank_api.hpp"
#include "core/service/accounts.hpp"
#include "core/service/admission.hpp"
#include "core/service/figures.hpp"
#include "core/service/logins.hpp"
#include "core/service/oversight.hpp"
#include "core/service/role_limits.hpp"
#include "core/service/transfers.hpp"
#include "core/service/users.hpp"

namespace bank::service {

struct UseCases {
    // All must outlive it.
    UseCases(Context& context, ledger::PostingLanes& lanes, Surroundings const& surroundings)
        : admission(context),
          logins(context),
          users(context),
          accounts(context),
          role_limits(context),
          transfers(context, lanes),
          oversight(context, lanes, surroundings),
          figures(context, lanes, surroundings) {}

    Admission admission;
    Logins logins;
    Users users;
    Accounts accounts;
    RoleLimits role_limits;
    Transfers transfers;
    Oversight oversight;
    Figures figures;
};

// A call that the gate let through.
struct Admitted {
    Request request;
    auth::Principal const* principal = nullptr;  // Null where the facts ask for no proof.
    void* input = nullptr;                       // Of the operation's type.
    api::ExportSink const* sink = nullptr;
};

// What becomes of it: an error or an output of the operation's type, and the outcome for the
// metrics.
using Settle = std::function<void(Error const* error, void* output, std::uint16_t outcome)>;

// Runs the use case of an operation. `settle` runs exactly once.
void run(operations::Facts const& facts, UseCases& use_cases, Admitted const& call, Settle settle);

}  // namespace bank::service
