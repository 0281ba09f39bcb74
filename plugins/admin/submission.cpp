#include "plugins/admin/submission.hpp"

#include <latch>
#include <memory>
#include <optional>
#include <utility>

#include "core/operations/transfers.hpp"

namespace bank::admin {
namespace {

// Owned by the replies too: the last of them may still be leaving count_down() when the handler
// goes on. Each reply writes its own place only.
struct Outcomes {
    explicit Outcomes(std::size_t count)
        : places(count), missing(static_cast<std::ptrdiff_t>(count)) {}

    std::vector<std::optional<Outcome>> places;
    std::latch missing;
};

}  // namespace

std::vector<Outcome> submit_all(Context const& context, std::vector<Submitted> requests) {
    auto const outcomes = std::make_shared<Outcomes>(requests.size());
    for (std::size_t i = 0; i < requests.size(); ++i) {
        auto const keep = [outcomes, i](auto outcome) {
            outcomes->places[i].emplace(std::move(outcome));
            outcomes->missing.count_down();
        };
        if (auto* one = std::get_if<api::TransferRequest>(&requests[i])) {
            context.bank.send<operations::Submit>(context.caller, std::move(*one), keep);
        } else {
            auto& group = *std::get_if<api::LinkedTransfersRequest>(&requests[i]);
            context.bank.send<operations::SubmitLinked>(context.caller, std::move(group), keep);
        }
    }
    outcomes->missing.wait();
    std::vector<Outcome> out;
    out.reserve(requests.size());
    for (auto& place : outcomes->places) out.push_back(*std::move(place));
    return out;
}

Result<api::Transfer> submit(Context const& context, api::TransferRequest request) {
    std::vector<Submitted> requests;
    requests.emplace_back(std::move(request));
    auto outcomes = submit_all(context, std::move(requests));
    return std::move(*std::get_if<Result<api::Transfer>>(&outcomes.front()));
}

}  // namespace bank::admin
