#include "core/service/front_end_api.hpp"

#include <exception>
#include <memory>
#include <optional>

#include "core/base/log.hpp"

namespace bank::service {
namespace {

// One call, from its entry to its reply.
class Call final : public Settlement {
public:
    Call(Context& context, operations::Operation const& operation, std::optional<Uuid> const& batch,
         operations::BankApi::Reply reply)
        : context_(context), operation_(operation), batch_(batch), reply_(std::move(reply)) {}

    // False: the call was refused and is answered.
    bool enter(Request const& request, void const* input) {
        auto const action = action_of(operation_.facts, input);
        auto const entered = context_.gate.enter(request, operation_, input, action, visit_);
        if (!entered.ok()) refuse(entered.error());
        return entered.ok();
    }

    [[nodiscard]] access::Principal const* principal() const {
        return visit_.principal ? &*visit_.principal : nullptr;
    }

    void settle(Error const* error, void* output, std::uint16_t outcome) override {
        context_.gate.leave(visit_, operation_.facts, batch_, error);
        // The throttle counts calls beyond their budget, and monitoring does not count itself.
        if (visit_.is_admitted && operation_.facts.budget) {
            context_.meters.note(operation_.facts, outcome, Meters::Steady::now() - begun_);
        }
        reply_({.error = error, .output = output, .rate = visit_.rate});
    }

    void refuse(Error const& error) { settle(&error, nullptr, metrics::place_of(error.code)); }

private:
    Context& context_;
    operations::Operation const& operation_;
    std::optional<Uuid> batch_;
    operations::BankApi::Reply reply_;
    Meters::Steady::time_point begun_ = Meters::Steady::now();
    access::Gate::Visit visit_;
};

}  // namespace

void FrontEndApi::call(operations::Operation const& operation, api::Caller const& caller,
                       void* input, api::ExportSink const* sink, Reply reply) {
    Request const request{front_end_, caller};
    auto const call = std::make_shared<Call>(context_, operation, caller.batch, std::move(reply));
    // An exception of a use case (out of memory, a library's own) becomes internal_error.
    try {
        if (!call->enter(request, input)) return;
        run(operation.facts, context_.gate, use_cases_, {request, call->principal(), input, sink},
            call);
    } catch (std::exception const& thrown) {
        log::error("service", "a call threw an exception: {}", thrown.what());
        call->refuse({.code = Code::internal_error, .detail = thrown.what()});
    }
}

api::Readiness FrontEndApi::readiness() {
    return surroundings_.readiness();
}

}  // namespace bank::service
