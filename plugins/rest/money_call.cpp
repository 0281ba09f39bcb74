#include "plugins/rest/money_call.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <condition_variable>
#include <memory>
#include <mutex>

#include "plugins/rest/transfer_reader.hpp"

namespace bank::rest {
namespace {

// Where the core puts the outcome. Shared, because the core may answer after nobody waits any more.
template <typename T>
class Outcome {
public:
    void set(Result<T> result) {
        {
            std::lock_guard const lock(mutex_);
            result_ = std::move(result);
        }
        is_set_.notify_one();
    }

    Result<T> wait(std::chrono::milliseconds limit) {
        std::unique_lock lock(mutex_);
        if (!is_set_.wait_for(lock, limit, [&] { return result_.has_value(); })) {
            return Error{.code = Code::outcome_unknown, .retry_after_s = 1};
        }
        return std::move(*result_);
    }

private:
    std::mutex mutex_;
    std::condition_variable is_set_;
    std::optional<Result<T>> result_;
};

Response answer_transfer(Call const& call, Result<api::Transfer> const& result,
                         std::string_view collection) {
    if (!result.ok()) return answer(call, result.error());
    auto const& transfer = result.value();
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

Response answer_linked(Call const& call, Result<api::LinkedTransfers> const& result) {
    if (!result.ok()) return answer(call, result.error());
    auto const& transfers = result->transfers;
    Response response;
    if (!result->refused_index) {
        response = answer_created(codec::to_json(*result), {});
    } else {
        Problem problem;
        problem.code = transfers.at(*result->refused_index).status;
        problem.refused_index = result->refused_index;
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
    auto const outcome = std::make_shared<Outcome<api::Transfer>>();
    call.bank.submit(call.caller, std::move(request),
                     [outcome](Result<api::Transfer> result) { outcome->set(std::move(result)); });
    return answer_transfer(call, outcome->wait(call.submit_wait), collection);
}

Response submit_linked(Call const& call, api::LinkedTransfersRequest request) {
    auto const outcome = std::make_shared<Outcome<api::LinkedTransfers>>();
    call.bank.submit_linked(
        call.caller, std::move(request),
        [outcome](Result<api::LinkedTransfers> result) { outcome->set(std::move(result)); });
    return answer_linked(call, outcome->wait(call.submit_wait));
}

}  // namespace bank::rest
