// The interface of the core: all operations that a front end can call. Inputs and outputs are
// values that can be written to a socket.
//
// Errors common to all operations: not_authenticated, session_ended, permission_denied,
// password_change_required, rate_limited, overloaded, storage_unavailable, shutting_down,
// internal_error.
#pragma once
#include <functional>
#include <optional>
#include <utility>

#include "core/api/audit.hpp"
#include "core/api/caller.hpp"
#include "core/api/rate.hpp"
#include "core/api/system.hpp"
#include "core/base/result.hpp"
#include "core/operations/operation.hpp"

namespace bank::operations {

// The result of a call.
struct Answer {
    Error const* error = nullptr;  // Null: it succeeded.
    void* output = nullptr;        // Of the operation's type, to be moved from; null with an error.
    api::RateDecision rate;        // Of the budget that was charged.
};

// The same, owned by the caller.
struct Outcome {
    std::optional<Error> error;
    Value output{nullptr, [](void*) {}};
    api::RateDecision rate;
};

class BankApi {
public:
    // Runs exactly once, before call() returns or on a thread of the core. Must not block.
    using Reply = std::function<void(Answer const& answer)>;

    virtual ~BankApi() = default;

    // Charges the caller's budget, authenticates, authorises, executes, records the change or the
    // refusal, and replies once the outcome is durable. An error means that nothing was changed,
    // except outcome_unknown.
    //
    // `input` is of the operation's type and may be moved from before call() returns. `sink`, null
    // for most operations, gets the parts of an export on the caller's thread. Threads: any. Ends
    // within the core's own timeouts. Does not throw.
    virtual void call(Operation const& operation, api::Caller const& caller, void* input,
                      api::ExportSink const* sink, Reply reply) = 0;

    // Needs no caller and no database.
    virtual api::Readiness readiness() = 0;

    // As call(), but blocks for the answer.
    [[nodiscard]] Outcome ask(Operation const& operation, api::Caller const& caller, void* input,
                              api::ExportSink const* sink = nullptr);

    // The typed forms.
    template <typename Op>
    [[nodiscard]] Result<typename Op::Output> ask(api::Caller const& caller,
                                                  typename Op::Input input) {
        return result_of<Op>(ask(operation<Op>, caller, &input));
    }
    template <typename Op>
    [[nodiscard]] Result<typename Op::Output> ask(api::Caller const& caller) {
        return ask<Op>(caller, typename Op::Input{});
    }
    template <typename Op>
    [[nodiscard]] Result<typename Op::Output> ask(api::Caller const& caller,
                                                  typename Op::Input input,
                                                  api::ExportSink const& sink) {
        return result_of<Op>(ask(operation<Op>, caller, &input, &sink));
    }
    // Does not block: `reply` as of call().
    template <typename Op>
    void send(api::Caller const& caller, typename Op::Input input,
              std::function<void(Result<typename Op::Output>)> reply) {
        call(operation<Op>, caller, &input, nullptr,
             [reply = std::move(reply)](Answer const& answer) {
                 if (answer.error != nullptr) return reply(*answer.error);
                 reply(std::move(*static_cast<typename Op::Output*>(answer.output)));
             });
    }

private:
    template <typename Op>
    static Result<typename Op::Output> result_of(Outcome outcome) {
        if (outcome.error) return *std::move(outcome.error);
        return std::move(*static_cast<typename Op::Output*>(outcome.output.get()));
    }
};

}  // namespace bank::operations
