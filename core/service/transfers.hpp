// The way of a transfer as far as the lanes: its draft, its steps of the gate, its posting.
#pragma once
#include <atomic>
#include <cstdint>
#include <functional>
#include <span>
#include <utility>
#include <vector>

#include "core/access/movement.hpp"
#include "core/ledger/posting_lanes.hpp"
#include "core/operations/bank_api.hpp"
#include "core/service/account_numbers.hpp"
#include "core/service/context.hpp"
#include "core/service/transfer_shape.hpp"

namespace bank::service {

// The orders of one call, before they pass the gate.
struct Draft {
    std::vector<ledger::TransferOrder> orders;
    // Of the orders, in their order; the input owns them.
    std::span<api::TransferRequest const> requests;
    bool is_group = false;

    // An error of the order at `index`, its field named from the root of the input.
    [[nodiscard]] Error at(std::size_t index, Error error) const {
        return is_group ? at_leg(std::move(error), index) : error;
    }
};

class Transfers {
public:
    // Both must outlive it.
    Transfers(Context& context, ledger::PostingLanes& lanes);

    // What the records of a call name: of a group, by its first transfer.
    static Purpose purpose_of(api::TransferRequest const& transfer);
    static Purpose purpose_of(api::LinkedTransfersRequest const& linked);

    // Checks the shape alone. `transfer` and `linked` must outlive the draft.
    Result<Draft> draft(access::Principal const& who, api::TransferRequest const& transfer);
    Result<Draft> draft(access::Principal const& who, api::LinkedTransfersRequest const& linked);

    // The order at `index` on its way through the gate; `draft` must outlive it.
    class Leg;
    Leg leg(Draft& draft, std::size_t index);

    // Posts what passed the gate. `reply` runs exactly once, on a thread of the lanes or before the
    // function returns.
    using Reply = std::function<void(Result<api::Transfer>)>;
    void post(std::vector<ledger::TransferOrder> orders, Reply reply);
    using LinkedReply = std::function<void(Result<api::LinkedTransfers>)>;
    void post(std::vector<ledger::TransferOrder> orders, LinkedReply reply);

    // The gate has charged the budget.
    Result<api::BatchPermit> reserve_batch(access::Principal const& who);
    Result<api::Transfer> find(access::Principal const& who, api::TransferById const& wanted);
    Result<api::Page<api::Transfer>> list(access::Principal const& who,
                                          api::ListTransfersRequest const& list);
    Result<std::optional<api::Receipt>> receipt(access::Principal const& who,
                                                api::TransferById const& wanted);
    Result<api::Hold> find_hold(access::Principal const& who, api::HoldById const& wanted);

private:
    // cash_by_staff_only.
    [[nodiscard]] Status check_cash(access::Principal const& who, api::TransferKind kind) const;
    Status resolve(api::TransferRequest const& transfer, ledger::TransferOrder& order);
    Status prove_pin(access::Principal const& who, api::TransferRequest const& transfer,
                     ledger::TransferOrder const& order);

    Context& context_;
    ledger::PostingLanes& lanes_;
    AccountNumbers numbers_;
    std::atomic<std::uint64_t> next_group_{1};
};

class Transfers::Leg final : public access::Movement {
public:
    Leg(Transfers& transfers, api::TransferRequest const& request, ledger::TransferOrder& order)
        : transfers_(transfers), request_(request), order_(order) {}

    [[nodiscard]] Purpose purpose() const override { return purpose_of(request_); }
    [[nodiscard]] Status preflight(access::Principal const& who) override;
    [[nodiscard]] Result<bool> replay() override;
    [[nodiscard]] bool has_pin(access::Principal const& who) const override;
    [[nodiscard]] Status prove_pin(access::Principal const& who) override;

private:
    Transfers& transfers_;
    api::TransferRequest const& request_;
    ledger::TransferOrder& order_;
};

}  // namespace bank::service
