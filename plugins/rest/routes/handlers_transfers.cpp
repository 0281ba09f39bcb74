#include "plugins/rest/json/transfer_bodies.hpp"
#include "plugins/rest/routes/handlers.hpp"
#include "plugins/rest/routes/input.hpp"
#include "plugins/rest/routes/money_call.hpp"

namespace bank::rest::handlers {
namespace {

using api::TransferKind;

Response move(Call const& call, TransferKind kind) {
    api::TransferRequest request;
    request.kind = kind;
    if (auto const problem = read_idempotency_key(call, request.idempotency_key)) {
        return answer(call, *problem);
    }
    // The body of a release may be left out.
    auto const has_body = kind != TransferKind::release || !call.body.empty();
    auto const problem = has_body ? read_input(call, route_body(kind), &request)
                                  : read_path(call, route_body(kind), &request);
    if (problem) return answer(call, *problem);
    auto const is_hold = kind == TransferKind::hold;
    return submit(call, std::move(request), is_hold ? "/v1/holds" : "/v1/transfers");
}

}  // namespace

Response deposit(Call const& call) {
    return move(call, TransferKind::deposit);
}

Response withdraw(Call const& call) {
    return move(call, TransferKind::withdrawal);
}

Response transfer(Call const& call) {
    return move(call, TransferKind::transfer);
}

Response reverse_transfer(Call const& call) {
    return move(call, TransferKind::reversal);
}

Response place_hold(Call const& call) {
    return move(call, TransferKind::hold);
}

Response capture_hold(Call const& call) {
    return move(call, TransferKind::capture);
}

Response release_hold(Call const& call) {
    return move(call, TransferKind::release);
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
    if (auto const problem = read_input(call, linked_body(), &request)) {
        return answer(call, *problem);
    }
    return submit_linked(call, std::move(request));
}

}  // namespace bank::rest::handlers
