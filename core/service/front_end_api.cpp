#include "core/service/front_end_api.hpp"

#include <exception>
#include <memory>
#include <optional>

#include "core/base/log.hpp"
#include "core/operations/list.hpp"

namespace bank::service {
namespace {

using operations::Entry;
using operations::Facts;

// One call on its way to its reply.
class Passage {
public:
    Passage(Context& context, Admission& admission, Facts const& facts, Request const& request,
            operations::BankApi::Reply reply)
        : context_(context),
          admission_(admission),
          facts_(facts),
          batch_(request.caller.batch),
          reply_(std::move(reply)) {}

    // Whether the use case may run; else the call is answered.
    bool enter(Request const& request) {
        if (!operations::may_call(facts_.callers, request.front_end)) {
            return refuse({.code = Code::permission_denied});
        }
        rate_ = admission_.charge(request, facts_);
        if (!rate_.is_admitted) {
            return refuse({.code = Code::rate_limited, .retry_after_s = rate_.retry_after_s});
        }
        // The throttle has counted what is refused above, and monitoring does not count itself.
        is_counted_ = facts_.budget.has_value();
        if (facts_.entry == Entry::anyone || facts_.entry == Entry::by_kind) return true;
        auto principal = context_.guard.enter(request, facts_);
        if (!principal.ok()) return refuse(principal.error());
        principal_ = std::move(principal).value();
        return true;
    }

    [[nodiscard]] auth::Principal const* principal() const {
        return principal_ ? &*principal_ : nullptr;
    }

    void settle(Error const* error, void* output, std::uint16_t outcome) const {
        if (error != nullptr && principal_) context_.guard.heed(*principal_, *error);
        // Nothing was done, and the front end tries again.
        if (error != nullptr && error->code == Code::overloaded) {
            admission_.give_back(batch_, facts_);
        }
        if (is_counted_) {
            context_.meters.note(facts_, outcome, Meters::Steady::now() - begun_);
        }
        reply_({.error = error, .output = output, .rate = rate_});
    }

    bool refuse(Error const& error) const {
        settle(&error, nullptr, metrics::place_of(error.code));
        return false;
    }

private:
    Context& context_;
    Admission& admission_;
    Facts const& facts_;
    std::optional<Uuid> batch_;
    operations::BankApi::Reply reply_;
    Meters::Steady::time_point begun_ = Meters::Steady::now();
    api::RateDecision rate_;
    bool is_counted_ = false;
    std::optional<auth::Principal> principal_;
};

}  // namespace

void FrontEndApi::call(operations::Operation const& operation, api::Caller const& caller,
                       void* input, api::ExportSink const* sink, Reply reply) {
    Request const request{front_end_, caller};
    auto const passage = std::make_shared<Passage>(context_, use_cases_.admission, operation.facts,
                                                   request, std::move(reply));
    // What a use case throws (no memory, a library's surprise) becomes internal_error.
    try {
        if (!passage->enter(request)) return;
        run(operation.facts, use_cases_, {request, passage->principal(), input, sink},
            [passage](Error const* error, void* output, std::uint16_t outcome) {
                passage->settle(error, output, outcome);
            });
    } catch (std::exception const& thrown) {
        log::error("service", "a call threw an exception: {}", thrown.what());
        passage->refuse({.code = Code::internal_error, .detail = thrown.what()});
    }
}

api::Readiness FrontEndApi::readiness() {
    return surroundings_.readiness();
}

}  // namespace bank::service
