#include "core/service/transfers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "core/service/receipt.hpp"

namespace bank::service {
namespace {

constexpr Purpose viewing{operations::Permission::view_transfer, audit::Action::view_transfer};

Purpose purpose_of_kind(api::TransferKind kind) {
    switch (kind) {
#define BANK_TRANSFER_KIND(word, requested, debit, credit, origin, amount, moves, held, counts, \
                           funds, answers, reversible, pin, permission)                         \
    case api::TransferKind::word:                                                               \
        return {operations::Permission::permission, audit::Action::word};
#include "core/api/kinds.def"
#undef BANK_TRANSFER_KIND
    }
    BANK_UNREACHABLE();
}

ledger::TransferOrder order_of(access::Principal const& who, api::TransferRequest const& transfer,
                               std::string const& idempotency_key, LegPlace place) {
    ledger::TransferOrder order;
    order.kind = transfer.kind;
    order.idempotency_id = idempotency_id_of(who.user_id, idempotency_key, place);
    order.request_digest = digest_of(transfer, place);
    order.acting = who.acting;
    order.origin = transfer.origin;
    order.amount = transfer.amount;
    order.reference = transfer.reference;
    if (api::places_hold(transfer.kind)) {
        order.expires_in_s =
            transfer.expires_in_s == 0 ? bounds::hold_lifetime_s_default : transfer.expires_in_s;
    }
    return order;
}

api::LinkedTransfers group_of(std::vector<api::Transfer> transfers) {
    api::LinkedTransfers group;
    group.transfers = std::move(transfers);
    auto const refused = [](api::Transfer const& transfer) {
        return transfer.status != Code::posted && transfer.status != Code::linked_transfer_refused;
    };
    auto const found = std::find_if(group.transfers.begin(), group.transfers.end(), refused);
    if (found != group.transfers.end()) {
        group.refused_index = static_cast<std::size_t>(found - group.transfers.begin());
    }
    return group;
}

// The customer's own.
AccountId account_to_prove(ledger::TransferOrder const& order) {
    return api::answers_credit_side(order.kind) ? order.credit_account : order.debit_account;
}

}  // namespace

Transfers::Transfers(Context& context, ledger::PostingLanes& lanes)
    : context_(context), lanes_(lanes), numbers_(context.stores.ledger) {}

Purpose Transfers::purpose_of(api::TransferRequest const& transfer) {
    return purpose_of_kind(transfer.kind);
}

Purpose Transfers::purpose_of(api::LinkedTransfersRequest const& linked) {
    return purpose_of_kind(linked.transfers.empty() ? api::TransferKind::transfer
                                                    : linked.transfers.front().kind);
}

Result<Draft> Transfers::draft(access::Principal const& who, api::TransferRequest const& transfer) {
    auto const shape = check_shape(transfer);
    if (!shape.ok()) return shape.error();
    Draft draft{.requests = {&transfer, 1}};
    draft.orders.push_back(order_of(who, transfer, transfer.idempotency_key, {}));
    return draft;
}

Result<Draft> Transfers::draft(access::Principal const& who,
                               api::LinkedTransfersRequest const& linked) {
    auto const shape = check_shape(linked);
    if (!shape.ok()) return shape.error();
    auto const count = linked.transfers.size();
    auto const group = next_group_.fetch_add(1, std::memory_order_relaxed);
    Draft draft{.requests = linked.transfers, .is_group = true};
    draft.orders.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        draft.orders.push_back(
            order_of(who, linked.transfers[i], linked.idempotency_key, {i, count}));
        draft.orders.back().group = group;
    }
    return draft;
}

Transfers::Leg Transfers::leg(Draft& draft, std::size_t index) {
    return {*this, draft.requests[index], draft.orders[index]};
}

Status Transfers::Leg::preflight(access::Principal const& who) {
    auto const allowed = transfers_.check_cash(who, request_.kind);
    if (!allowed.ok()) return allowed;
    auto resolved = transfers_.resolve(request_, order_);
    if (!resolved.ok() || who.role != api::Role::customer || !request_.pin.empty() ||
        !api::facts(request_.kind).needs_pin) {
        return resolved;
    }
    auto const covered = transfers_.context_.pin_authorizations.covers(
        who, account_to_prove(order_), order_.idempotency_id);
    if (!covered.ok()) return covered.error();
    order_.is_pin_proven = *covered;
    return Done{};
}

Result<bool> Transfers::Leg::replay() {
    auto const is_decided = transfers_.context_.stores.ledger.is_decided(order_.idempotency_id);
    if (is_decided.ok()) order_.was_decided = *is_decided;
    return is_decided;
}

// Staff need none, nor does a payee who captures or releases a hold that another placed; a PIN sent
// with those is ignored.
bool Transfers::Leg::has_pin(access::Principal const& who) const {
    return who.role == api::Role::customer && !request_.pin.empty() &&
           api::facts(request_.kind).needs_pin;
}

Status Transfers::Leg::prove_pin(access::Principal const& who) {
    auto proven = transfers_.prove_pin(who, request_, order_);
    order_.is_pin_proven = proven.ok();
    return proven;
}

void Transfers::post(std::vector<ledger::TransferOrder> orders, Reply reply) {
    lanes_.submit(std::move(orders), [reply = std::move(reply)](auto result) {
        result.ok() ? reply(std::move(result->front())) : reply(std::move(result).error());
    });
}

void Transfers::post(std::vector<ledger::TransferOrder> orders, LinkedReply reply) {
    lanes_.submit(std::move(orders), [reply = std::move(reply)](auto result) {
        result.ok() ? reply(group_of(std::move(result).value())) : reply(std::move(result).error());
    });
}

Result<api::BatchPermit> Transfers::reserve_batch(access::Principal const& who) {
    return context_.admission.reserve_batch(who);
}

Status Transfers::check_cash(access::Principal const& who, api::TransferKind kind) const {
    auto const settings = context_.settings.get();
    if (!api::uses_cash(kind) || access::may_move_cash(who.role, settings->customer_cash)) {
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
Status Transfers::prove_pin(access::Principal const& who, api::TransferRequest const& transfer,
                            ledger::TransferOrder const& order) {
    auto const account = account_to_prove(order);
    auto permit = context_.hash_gate.enter();
    if (!permit.ok()) return permit.error();
    auto const settings = context_.settings.get();
    auto const authorized = context_.pin_authorizations.authorize(
        who, account,
        [&](std::string_view record) {
            return context_.hasher.verify(pin_of(account), transfer.pin, record);
        },
        {.lifetime = settings->pin_authorization_lifetime,
         .attempts_max = settings->pin_attempts_max,
         .only_for = order.idempotency_id});
    if (authorized.ok()) return Done{};
    // Another's account: the same answer as without a PIN.
    if (authorized.code() == Code::account_not_found) return Code::permission_denied;
    return authorized.error();
}

Result<api::Transfer> Transfers::find(access::Principal const& who,
                                      api::TransferById const& wanted) {
    auto found = context_.stores.ledger.find_transfer(who.acting, wanted.transfer_id);
    if (found.ok()) return found;
    if (found.code() != Code::not_found) return found;
    return context_.gate.refused(who, viewing.action, found.error());
}

Result<api::Page<api::Transfer>> Transfers::list(access::Principal const& who,
                                                 api::ListTransfersRequest const& list) {
    // The listing shows everybody's: what a role may see of its own alone does not open it.
    auto const allowed = context_.gate.may(who, viewing, UserId{});
    if (!allowed.ok()) return allowed.error();
    return context_.stores.ledger.list_transfers(who.acting, list);
}

Result<std::optional<api::Receipt>> Transfers::receipt(access::Principal const& who,
                                                       api::TransferById const& wanted) {
    auto record = context_.stores.audit.find_record(who.acting, wanted.transfer_id);
    if (!record.ok()) {
        if (record.code() != Code::not_found) return record.error();
        return context_.gate.refused(who, viewing.action, record.error());
    }
    return make_receipt(context_.stores.audit, std::move(*record), context_.request_checkpoint);
}

Result<api::Hold> Transfers::find_hold(access::Principal const& who, api::HoldById const& wanted) {
    auto found = context_.stores.ledger.find_hold(who.acting, wanted.hold_id);
    if (found.ok()) return found;
    if (found.code() != Code::not_found) return found;
    return context_.gate.refused(who, viewing.action, found.error());
}

}  // namespace bank::service
