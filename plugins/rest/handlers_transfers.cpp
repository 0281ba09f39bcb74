#include <fmt/format.h>

#include <algorithm>
#include <condition_variable>
#include <memory>
#include <mutex>

#include "core/base/bounds.hpp"
#include "plugins/rest/handlers.hpp"

namespace bank::rest::handlers {
namespace {

constexpr std::size_t account_no_size_max = 34;  // ISO 13616.

// Where the core puts the outcome. Shared, because the core may answer after nobody waits any more.
class Outcome {
public:
    void set(Result<api::Transfer> result) {
        {
            std::lock_guard const lock(mutex_);
            result_ = std::move(result);
        }
        is_set_.notify_one();
    }

    Result<api::Transfer> wait(std::chrono::milliseconds limit) {
        std::unique_lock lock(mutex_);
        if (!is_set_.wait_for(lock, limit, [&] { return result_.has_value(); })) {
            return Error{.code = Code::outcome_unknown, .retry_after_s = 1};
        }
        return std::move(*result_);
    }

private:
    std::mutex mutex_;
    std::condition_variable is_set_;
    std::optional<Result<api::Transfer>> result_;
};

std::optional<Problem> read_idempotency_key(Call const& call, std::string& key) {
    auto const given = call.head.idempotency_key;
    if (!call.head.has_idempotency_key || given.empty()) {
        Problem problem;
        problem.code = Code::idempotency_key_missing;
        problem.errors.push_back({FieldError::Place::header, "Idempotency-Key",
                                  "It must be 1 to 255 printable ASCII characters."});
        return problem;
    }
    auto const is_printable =
        std::all_of(given.begin(), given.end(), [](char c) { return c >= 0x20 && c <= 0x7e; });
    if (!is_printable || given.size() > bounds::idempotency_key_size_max) {
        return invalid_field({FieldError::Place::header, "Idempotency-Key",
                              "It must be 1 to 255 printable ASCII characters."});
    }
    key.assign(given);
    return std::nullopt;
}

Response answer_transfer(Call const& call, Result<api::Transfer> const& result) {
    if (!result.ok()) return answer(call, result.error());
    auto const& transfer = result.value();
    if (transfer.status != Code::posted) {
        Problem problem;
        problem.code = transfer.status;
        problem.transfer = to_json(transfer);
        auto response = answer(call, problem);
        response.is_replay = transfer.is_replay;
        return response;
    }
    auto response =
        answer_created(to_json(transfer), fmt::format("/v1/transfers/{}", transfer.id.value));
    response.is_replay = transfer.is_replay;
    return response;
}

Response submit(Call const& call, api::TransferRequest request) {
    auto const outcome = std::make_shared<Outcome>();
    call.bank.submit(call.caller, std::move(request),
                     [outcome](Result<api::Transfer> result) { outcome->set(std::move(result)); });
    return answer_transfer(call, outcome->wait(call.submit_wait));
}

// What deposits, withdrawals and transfers have in common; `account_keys` are the rest.
Response read_and_submit(Call const& call, api::TransferKind kind, std::string_view debit_key,
                         std::string_view credit_key) {
    api::TransferRequest request;
    request.kind = kind;
    if (auto const problem = read_idempotency_key(call, request.idempotency_key)) {
        return answer(call, *problem);
    }
    {
        BodyReader body(call.body);
        if (!debit_key.empty()) {
            body.text(debit_key, request.debit_account_no, {.size_max = account_no_size_max});
        }
        if (!credit_key.empty()) {
            body.text(credit_key, request.credit_account_no, {.size_max = account_no_size_max});
        }
        body.money("amount", request.amount);
        body.text("reference", request.reference,
                  {.size_min = 0,
                   .size_max = bounds::reference_size_max,
                   .presence = Presence::optional});
        body.secret("pin", request.pin,
                    {.size_max = bounds::pin_size_max, .presence = Presence::optional});
        if (auto const problem = body.finish()) return answer(call, *problem);
    }
    return submit(call, std::move(request));
}

}  // namespace

Response deposit(Call const& call) {
    return read_and_submit(call, api::TransferKind::deposit, {}, "account_no");
}

Response withdraw(Call const& call) {
    return read_and_submit(call, api::TransferKind::withdrawal, "account_no", {});
}

Response transfer(Call const& call) {
    return read_and_submit(call, api::TransferKind::transfer, "debit_account_no",
                           "credit_account_no");
}

Response find_transfer(Call const& call) {
    return answer_with(call, call.bank.find_transfer(call.caller, TransferId{call.id}),
                       to_json<api::Transfer>);
}

}  // namespace bank::rest::handlers
