// Balances, holds and single movements of money.
#include <utility>
#include <variant>

#include "core/money/money.hpp"
#include "core/operations/transfers.hpp"
#include "plugins/admin/handlers.hpp"
#include "plugins/admin/submission.hpp"
#include "plugins/admin/wire/amount.hpp"

namespace bank::admin {
namespace {

// All of what `transfer_id` moved if no amount was given.
Result<money::Money> amount_of(Context const& context, wire::Arguments const& arguments,
                               TransferId transfer_id) {
    if (!arguments.has("amount")) return money::Money{};
    auto const original = context.bank.ask<operations::FindTransfer>(context.caller, {transfer_id});
    if (!original) return original.error();
    auto const currency = original->amount.currency;
    auto const read = wire::read_amount(arguments.text("amount"), currency, 1);
    if (auto const* problem = std::get_if<std::string>(&read)) {
        return invalid_argument("amount", *problem);
    }
    return money::Money{*std::get_if<std::int64_t>(&read), currency};
}

Result<std::string> submit_as_json(Context const& context, api::TransferRequest request) {
    auto const transfer = submit(context, std::move(request));
    if (!transfer) return transfer.error();
    return codec::to_json(*transfer);
}

}  // namespace

Result<std::string> hold_release(Context const& context, wire::Arguments const& arguments) {
    api::TransferRequest request;
    request.kind = api::TransferKind::release;
    request.idempotency_key = arguments.text("key");
    request.origin = TransferId{*arguments.integer("hold_id")};
    request.reference = arguments.text("reference");
    return submit_as_json(context, std::move(request));
}

Result<std::string> transfer_receipt(Context const& context, wire::Arguments const& arguments) {
    auto const receipt = context.bank.ask<operations::TransferReceipt>(
        context.caller, {TransferId{*arguments.integer("transfer_id")}});
    if (!receipt) return receipt.error();
    if (*receipt) return codec::to_json(**receipt);
    JsonWriter pending;
    pending.begin_object().key("status").text("pending").end_object();
    return std::move(pending).take();
}

Result<std::string> transfer_reverse(Context const& context, wire::Arguments const& arguments) {
    api::TransferRequest request;
    request.kind = api::TransferKind::reversal;
    request.idempotency_key = arguments.text("key");
    request.origin = TransferId{*arguments.integer("transfer_id")};
    request.reference = arguments.text("reference");
    auto const amount = amount_of(context, arguments, request.origin);
    if (!amount) return amount.error();
    request.amount = *amount;
    return submit_as_json(context, std::move(request));
}

}  // namespace bank::admin
