#include "core/base/bounds.hpp"
#include "plugins/rest/json/transfer_reader.hpp"
#include "plugins/rest/routes/handlers.hpp"
#include "plugins/rest/routes/money_call.hpp"

namespace bank::rest::handlers {
namespace {

constexpr std::string_view transfers = "/v1/transfers";

// Reads what the path does not say with `read`, then has it posted.
template <typename Read>
Response read_and_submit(Call const& call, api::TransferRequest request, Read read) {
    if (auto const problem = read_idempotency_key(call, request.idempotency_key)) {
        return answer(call, *problem);
    }
    {
        BodyReader body(call.body);
        read(body, request);
        if (auto const problem = body.finish()) return answer(call, *problem);
    }
    auto const is_hold = request.kind == api::TransferKind::hold;
    return submit(call, std::move(request), is_hold ? "/v1/holds" : transfers);
}

// `debit_key` and `credit_key` name the accounts; an empty one is not in the body.
Response move(Call const& call, api::TransferKind kind, std::string_view debit_key,
              std::string_view credit_key) {
    api::TransferRequest request;
    request.kind = kind;
    return read_and_submit(
        call, std::move(request), [&](BodyReader& body, api::TransferRequest& read) {
            BodyReader::TextBounds const size{.size_max = bounds::account_no_size_max};
            if (!debit_key.empty()) body.text(debit_key, read.debit_account_no, size);
            if (!credit_key.empty()) body.text(credit_key, read.credit_account_no, size);
            body.money("amount", read.amount, Presence::required);
            if (kind == api::TransferKind::hold) read_expiry(body, read);
            read_reference(body, read);
            read_pin(body, read);
        });
}

api::TransferRequest settle(Call const& call, api::TransferKind kind) {
    api::TransferRequest request;
    request.kind = kind;
    request.origin = TransferId{call.id};
    return request;
}

}  // namespace

Response deposit(Call const& call) {
    return move(call, api::TransferKind::deposit, {}, "account_no");
}

Response withdraw(Call const& call) {
    return move(call, api::TransferKind::withdrawal, "account_no", {});
}

Response transfer(Call const& call) {
    return move(call, api::TransferKind::transfer, "debit_account_no", "credit_account_no");
}

Response reverse_transfer(Call const& call) {
    return read_and_submit(call, settle(call, api::TransferKind::reversal),
                           [](BodyReader& body, api::TransferRequest& request) {
                               body.money("amount", request.amount, Presence::optional);
                               read_reference(body, request);
                               read_pin(body, request);
                           });
}

Response place_hold(Call const& call) {
    return move(call, api::TransferKind::hold, "debit_account_no", "credit_account_no");
}

Response capture_hold(Call const& call) {
    return read_and_submit(call, settle(call, api::TransferKind::capture),
                           [](BodyReader& body, api::TransferRequest& request) {
                               body.money("amount", request.amount, Presence::optional);
                               read_reference(body, request);
                           });
}

Response release_hold(Call const& call) {
    auto request = settle(call, api::TransferKind::release);
    if (!call.body.empty()) return read_and_submit(call, std::move(request), read_reference);
    if (auto const problem = read_idempotency_key(call, request.idempotency_key)) {
        return answer(call, *problem);
    }
    return submit(call, std::move(request), transfers);
}

// Batches are streamed, and do not come here; what does is no batch.
Response transfer_batch(Call const& call) {
    return answer(call, Problem{.code = Code::malformed_request,
                                .detail = "A batch must be an HTTP/1.1 POST without a query."});
}

Response link_transfers(Call const& call) {
    api::LinkedTransfersRequest request;
    if (auto const problem = read_idempotency_key(call, request.idempotency_key)) {
        return answer(call, *problem);
    }
    {
        BodyReader body(call.body);
        body.objects("transfers", {.maximum = bounds::linked_transfers_max},
                     [&] { read_transfer(body, request.transfers.emplace_back()); });
        if (auto const problem = body.finish()) return answer(call, *problem);
    }
    return submit_linked(call, std::move(request));
}

}  // namespace bank::rest::handlers
