// The use cases, and which of them answers each operation.
#pragma once
#include <memory>
#include <optional>

#include "core/operations/bank_api.hpp"
#include "core/service/accounts.hpp"
#include "core/service/figures.hpp"
#include "core/service/logins.hpp"
#include "core/service/oversight.hpp"
#include "core/service/role_limits.hpp"
#include "core/service/transfers.hpp"
#include "core/service/users.hpp"

namespace bank::service {

struct UseCases {
    // All must outlive it.
    UseCases(Context& shared, ledger::PostingLanes& lanes, Surroundings const& surroundings)
        : context(shared),
          logins(context),
          users(context),
          accounts(context),
          role_limits(context),
          transfers(context, lanes),
          oversight(context, lanes, surroundings),
          figures(context, lanes, surroundings) {}

    Context& context;
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
    access::Principal const* principal = nullptr;  // Null where the facts ask for no proof.
    void* input = nullptr;                         // Of the operation's type.
    api::ExportSink const* sink = nullptr;
};

// Takes the result of a call: an error, or an output of the operation's type; and the outcome for
// the metrics. settle() is called exactly once.
class Settlement {
public:
    virtual ~Settlement() = default;
    virtual void settle(Error const* error, void* output, std::uint16_t outcome) = 0;
};

// The action that the records of a call name; none where anyone may call.
[[nodiscard]] std::optional<audit::Action> action_of(operations::Facts const& facts,
                                                     void const* input);

// Runs the use case of an operation; of one that moves money, after the steps of the gate for each
// movement.
void run(operations::Facts const& facts, access::Gate& gate, UseCases& use_cases,
         Admitted const& call, std::shared_ptr<Settlement> settlement);

}  // namespace bank::service
