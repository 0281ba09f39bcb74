#include "plugins/rest/routes/money_call.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <condition_variable>
#include <memory>
#include <mutex>

#include "core/operations/transfers.hpp"
#include "plugins/rest/json/transfer_bodies.hpp"

namespace bank::rest {
namespace {

// Where the core puts the outcome. Shared, because the core may answer after nobody waits any more.
class Pending {
public:
    void set(operations::Operation const& operation, operations::Answer const& answer) {
        {
            std::lock_guard const lock(mutex_);
            outcome_.emplace();
            outcome_->rate = answer.rate;
            if (answer.error != nullptr) {
                outcome_->error = *answer.error;
            } else {
                outcome_->output = operation.take_output(answer.output);
            }
        }
        is_set_.notify_one();
    }

    operations::Outcome wait(std::chrono::milliseconds limit) {
        std::unique_lock lock(mutex_);
        if (is_set_.wait_for(lock, limit, [&] { return outcome_.has_value(); })) {
            return *std::move(outcome_);
        }
        operations::Outcome unknown;
        unknown.error = Error{.code = Code::outcome_unknown, .retry_after_s = 1};
        return unknown;
    }

private:
    std::mutex mutex_;
    std::condition_variable is_set_;
    std::optional<operations::Outcome> outcome_;
};

template <typename Op>
operations::Outcome post(Call const& call, typename Op::Input input) {
    auto const& operation = operations::operation<Op>;
    auto const pending = std::make_shared<Pending>();
    call.bank.call(operation, call.caller, &input, nullptr,
                   [pending, &operation](operations::Answer const& answer) {
                       pending->set(operation, answer);
                   });
    auto outcome = pending->wait(call.submit_wait);
    call.rate = RateHeaders{*operation.facts.budget, outcome.rate};
    return outcome;
}

Response answer_transfer(Call const& call, operations::Outcome const& outcome,
                         std::string_view collection) {
    if (outcome.error) return answer(call, *outcome.error);
    auto const& transfer = *static_cast<api::Transfer const*>(outcome.output.get());
    Response response;
    if (transfer.status == Code::posted) {
        response = answer_created(codec::to_json(transfer),
                                  fmt::format("{}/{}", collection, transfer.id.value));
    } else {
        Problem problem;
        problem.code = transfer.status;
        problem.transfer = codec::to_json(transfer);
        response = answer(call, problem);
    }
    response.is_replay = transfer.is_replay;
    return response;
}

Response answer_linked(Call const& call, operations::Outcome const& outcome) {
    if (outcome.error) return answer(call, *outcome.error);
    auto const& linked = *static_cast<api::LinkedTransfers const*>(outcome.output.get());
    auto const& transfers = linked.transfers;
    Response response;
    if (!linked.refused_index) {
        response = answer_created(codec::to_json(linked), {});
    } else {
        Problem problem;
        problem.code = transfers.at(*linked.refused_index).status;
        problem.refused_index = linked.refused_index;
        problem.transfers = codec::to_json(transfers);
        response = answer(call, problem);
    }
    response.is_replay = !transfers.empty() && transfers.front().is_replay;
    return response;
}

}  // namespace

std::optional<Problem> read_idempotency_key(Call const& call, std::string& key) {
    auto const given = call.head.idempotency_key;
    if (is_idempotency_key(given)) {
        key.assign(given);
        return std::nullopt;
    }
    auto problem = invalid_field({FieldError::Place::header, "Idempotency-Key",
                                  "Must be 1 to 255 printable ASCII characters without blanks."});
    if (given.empty()) problem.code = Code::idempotency_key_missing;
    return problem;
}

Response submit(Call const& call, api::TransferRequest request, std::string_view collection) {
    return answer_transfer(call, post<operations::Submit>(call, std::move(request)), collection);
}

Response submit_linked(Call const& call, api::LinkedTransfersRequest request) {
    return answer_linked(call, post<operations::SubmitLinked>(call, std::move(request)));
}

}  // namespace bank::rest
