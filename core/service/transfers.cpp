#include "core/service/transfers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "core/service/receipt.hpp"

namespace bank::service {
namespace {

constexpr Purpose viewing{policy::Permission::view_transfer, audit::Action::view_transfer};

Purpose purpose_of(api::TransferKind kind) {
    switch (kind) {
#define BANK_TRANSFER_KIND(word, requested, debit, credit, origin, amount, moves, held, counts, \
                           funds, answers, reversible, pin, permission)                         \
    case api::TransferKind::word:                                                               \
        return {policy::Permission::permission, audit::Action::word};
#include "core/api/kinds.def"
#undef BANK_TRANSFER_KIND
    }
    BANK_UNREACHABLE();
}

// Worth a record: a rule said no. Mere malformed input and a failing world are not.
bool is_refusal(Code code) {
    auto const k = kind(code);
    return k == CodeKind::refused || k == CodeKind::forbidden || k == CodeKind::conflict;
}

// Staff need none, nor does a payee who captures or releases what another reserved; a PIN that
// comes all the same is not looked at.
bool has_pin_to_judge(auth::Principal const& principal, api::TransferRequest const& transfer) {
    return principal.role == api::Role::customer && !transfer.pin.empty() &&
           api::facts(transfer.kind).needs_pin;
}

}  // namespace

Transfers::Transfers(Context& context, ledger::PostingLanes& lanes)
    : context_(context), lanes_(lanes), numbers_(context.stores.ledger) {}

void Transfers::submit(Request const& request, api::TransferRequest transfer, Reply reply) {
    auto const principal = context_.guard.enter(request, purpose_of(transfer.kind));
    if (!principal.ok()) return reply(principal.error());
    auto const shape = check_shape(transfer);
    if (!shape.ok()) return reply(shape.error());

    auto order = prepare(*principal, transfer, {});
    if (!order.ok()) return reply(order.error());

    auto shared = std::make_shared<Reply>(std::move(reply));
    auto settled = [this, shared, who = *principal](Result<api::Transfer> result) {
        if (!result.ok()) context_.guard.heed(who, result.error());
        (*shared)(std::move(result));
    };
    auto const queued = lanes_.submit(std::move(order).value(), std::move(settled));
    if (!queued.ok()) (*shared)(queued.error());
}

void Transfers::submit_linked(Request const& request, api::LinkedTransfersRequest linked,
                              LinkedReply reply) {
    auto const first =
        linked.transfers.empty() ? api::TransferKind::transfer : linked.transfers.front().kind;
    auto const principal = context_.guard.enter(request, purpose_of(first));
    if (!principal.ok()) return reply(principal.error());
    auto const shape = check_shape(linked);
    if (!shape.ok()) return reply(shape.error());

    auto orders = prepare_group(request, *principal, linked);
    if (!orders.ok()) return reply(orders.error());

    auto shared = std::make_shared<LinkedReply>(std::move(reply));
    auto settled = [this, shared, who = *principal](Result<std::vector<api::Transfer>> result) {
        if (!result.ok()) {
            context_.guard.heed(who, result.error());
            return (*shared)(std::move(result).error());
        }
        api::LinkedTransfers group;
        group.transfers = std::move(result).value();
        auto const refused = [](api::Transfer const& transfer) {
            return transfer.status != Code::posted &&
                   transfer.status != Code::linked_transfer_refused;
        };
        auto const found = std::find_if(group.transfers.begin(), group.transfers.end(), refused);
        if (found != group.transfers.end()) {
            group.refused_index = static_cast<std::size_t>(found - group.transfers.begin());
        }
        (*shared)(std::move(group));
    };
    auto const queued = lanes_.submit_linked(std::move(orders).value(), std::move(settled));
    if (!queued.ok()) (*shared)(queued.error());
}

Result<std::vector<ledger::TransferOrder>> Transfers::prepare_group(
    Request const& request, auth::Principal const& principal, api::LinkedTransfersRequest& linked) {
    std::vector<ledger::TransferOrder> orders;
    orders.reserve(linked.transfers.size());
    auto const group = next_group_.fetch_add(1, std::memory_order_relaxed);
    for (std::size_t i = 0; i < linked.transfers.size(); ++i) {
        auto& transfer = linked.transfers[i];
        transfer.idempotency_key = linked.idempotency_key;
        auto const allowed = context_.guard.enter(request, purpose_of(transfer.kind));
        if (!allowed.ok()) return allowed.error();
        auto order = prepare(principal, transfer, {i, linked.transfers.size()});
        if (!order.ok()) return at_leg(order.error(), i);
        order->group = group;
        orders.push_back(std::move(order).value());
    }
    return orders;
}

Result<ledger::TransferOrder> Transfers::prepare(auth::Principal const& principal,
                                                 api::TransferRequest const& transfer,
                                                 LegPlace place) {
    ledger::TransferOrder order;
    order.kind = transfer.kind;
    order.idempotency_id = idempotency_id_of(principal.user_id, transfer.idempotency_key, place);
    order.request_digest = digest_of(transfer, place);
    order.acting = principal.acting;
    order.origin = transfer.origin;
    order.amount = transfer.amount;
    order.reference = transfer.reference;
    if (api::places_hold(transfer.kind)) {
        order.expires_in_s =
            transfer.expires_in_s == 0 ? bounds::hold_lifetime_s_default : transfer.expires_in_s;
    }
    auto const allowed = check_cash(principal, transfer.kind);
    auto const resolved = allowed.ok() ? resolve(transfer, order) : allowed;
    auto const has_pin = has_pin_to_judge(principal, transfer);
    if (resolved.ok() && !has_pin) return order;

    // Whatever has changed since it was decided, a retry gets the same answer, and no PIN of it is
    // judged: a lock, another PIN, a currency that the bank no longer keeps, cash for staff alone.
    auto const decided = context_.stores.ledger.is_decided(order.idempotency_id);
    if (!decided.ok()) return decided.error();
    order.was_decided = *decided;
    if (order.was_decided) return order;

    if (!resolved.ok()) {
        auto const& error = resolved.error();
        return is_refusal(error.code)
                   ? context_.guard.refused(principal, purpose_of(transfer.kind).action, error)
                   : error;
    }
    auto const proven = prove_pin(principal, transfer, order);
    if (!proven.ok()) return proven.error();
    return order;
}

Status Transfers::check_cash(auth::Principal const& principal, api::TransferKind kind) const {
    auto const settings = context_.settings.get();
    if (!api::uses_cash(kind) || policy::may_move_cash(principal.role, settings->customer_cash)) {
        return Done{};
    }
    return Code::cash_by_staff_only;
}

Status Transfers::resolve(api::TransferRequest const& transfer, ledger::TransferOrder& order) {
    auto const find = [&](std::string const& account_no, AccountId& id, Code missing) -> Status {
        if (account_no.empty()) return Done{};
        auto const found = numbers_.find(account_no);
        if (!found.ok()) return found.error();
        if (!found->has_value()) return missing;
        id = **found;
        return Done{};
    };
    auto const debit =
        find(transfer.debit_account_no, order.debit_account, Code::debit_account_not_found);
    auto const credit =
        find(transfer.credit_account_no, order.credit_account, Code::credit_account_not_found);
    auto const settings = context_.settings.get();
    auto const& kept = settings->currencies;
    if (transfer.amount.amount != 0 &&
        std::find(kept.begin(), kept.end(), transfer.amount.currency) == kept.end()) {
        return Error{.code = Code::unknown_currency, .field = "/amount/currency"};
    }
    return debit.ok() ? credit : debit;
}

// A PIN in the request is turned into an authorization of this one transfer, which the lanes and
// SQL look for.
Status Transfers::prove_pin(auth::Principal const& principal, api::TransferRequest const& transfer,
                            ledger::TransferOrder const& order) {
    auto const account =
        api::answers_credit_side(order.kind) ? order.credit_account : order.debit_account;
    auto permit = context_.hash_gate.enter();
    if (!permit.ok()) return permit.error();
    auto const settings = context_.settings.get();
    auto const authorized = context_.stores.pins.authorize(
        principal.acting, account,
        [&](std::string_view record) { return context_.hasher.verify(transfer.pin, record); },
        settings->pin_attempts_max,
        {.lifetime = settings->pin_authorization_lifetime, .only_for = order.idempotency_id});
    if (authorized.ok()) return Done{};
    context_.guard.heed(principal, authorized.error());
    // Another's account: the same answer as without a PIN.
    if (authorized.code() == Code::account_not_found) return Code::permission_denied;
    return authorized.error();
}

Result<api::Transfer> Transfers::find(auth::Principal const& who, api::TransferById const& wanted) {
    auto found = context_.stores.ledger.find_transfer(who.acting, wanted.transfer_id);
    if (found.ok()) return found;
    if (found.code() != Code::not_found) return found;
    return context_.guard.refused(who, viewing.action, found.error());
}

Result<api::Page<api::Transfer>> Transfers::list(auth::Principal const& who,
                                                 api::ListTransfersRequest const& list) {
    // The listing shows everybody's: what a role may see of its own alone does not open it.
    auto const allowed = context_.guard.may(who, viewing, UserId{});
    if (!allowed.ok()) return allowed.error();
    return context_.stores.ledger.list_transfers(who.acting, list);
}

Result<std::optional<api::Receipt>> Transfers::receipt(auth::Principal const& who,
                                                       api::TransferById const& wanted) {
    auto record = context_.stores.audit.find_record(who.acting, wanted.transfer_id);
    if (!record.ok()) {
        if (record.code() != Code::not_found) return record.error();
        return context_.guard.refused(who, viewing.action, record.error());
    }
    return make_receipt(context_.stores.audit, std::move(*record), context_.request_checkpoint);
}

Result<api::Hold> Transfers::find_hold(auth::Principal const& who, api::HoldById const& wanted) {
    auto found = context_.stores.ledger.find_hold(who.acting, wanted.hold_id);
    if (found.ok()) return found;
    if (found.code() != Code::not_found) return found;
    return context_.guard.refused(who, viewing.action, found.error());
}

}  // namespace bank::service
