// The way of a transfer as far as the lanes: shape, accounts, PIN.
#pragma once
#include <atomic>
#include <cstdint>
#include <functional>
#include <vector>

#include "core/ledger/posting_lanes.hpp"
#include "core/operations/bank_api.hpp"
#include "core/service/account_numbers.hpp"
#include "core/service/context.hpp"
#include "core/service/transfer_shape.hpp"

namespace bank::service {

class Transfers {
public:
    // Both must outlive it.
    Transfers(Context& context, ledger::PostingLanes& lanes);

    // `reply` runs exactly once, on a thread of the lanes or before the function returns. Both
    // block while a PIN is verified.
    using Reply = std::function<void(Result<api::Transfer>)>;
    void submit(Request const& request, api::TransferRequest transfer, Reply reply);
    using LinkedReply = std::function<void(Result<api::LinkedTransfers>)>;
    void submit_linked(Request const& request, api::LinkedTransfersRequest linked,
                       LinkedReply reply);
    Result<api::Transfer> find(auth::Principal const& who, api::TransferById const& wanted);
    Result<api::Page<api::Transfer>> list(auth::Principal const& who,
                                          api::ListTransfersRequest const& list);
    Result<std::optional<api::Receipt>> receipt(auth::Principal const& who,
                                                api::TransferById const& wanted);
    Result<api::Hold> find_hold(auth::Principal const& who, api::HoldById const& wanted);

private:
    Result<ledger::TransferOrder> prepare(auth::Principal const& principal,
                                          api::TransferRequest const& transfer, LegPlace place);
    Result<std::vector<ledger::TransferOrder>> prepare_group(Request const& request,
                                                             auth::Principal const& principal,
                                                             api::LinkedTransfersRequest& linked);
    // cash_by_staff_only.
    [[nodiscard]] Status check_cash(auth::Principal const& principal, api::TransferKind kind) const;
    Status resolve(api::TransferRequest const& transfer, ledger::TransferOrder& order);
    Status prove_pin(auth::Principal const& principal, api::TransferRequest const& transfer,
                     ledger::TransferOrder const& order);

    Context& context_;
    ledger::PostingLanes& lanes_;
    AccountNumbers numbers_;
    std::atomic<std::uint64_t> next_group_{1};
};

}  // namespace bank::service
