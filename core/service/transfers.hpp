// The way of a transfer as far as the lanes: shape, accounts, PIN.
#pragma once
#include <atomic>
#include <cstdint>
#include <vector>

#include "core/api/bank_api.hpp"
#include "core/ledger/posting_lanes.hpp"
#include "core/service/account_numbers.hpp"
#include "core/service/context.hpp"
#include "core/service/transfer_shape.hpp"

namespace bank::service {

class Transfers {
public:
    // Both must outlive it.
    Transfers(Context& context, ledger::PostingLanes& lanes);

    // See BankApi::submit(). Blocks while a PIN is judged.
    using Reply = MeasuredReply<api::Transfer>;
    void submit(Request const& request, api::TransferRequest transfer, Reply reply);
    using LinkedReply = MeasuredReply<api::LinkedTransfers>;
    void submit_linked(Request const& request, api::LinkedTransfersRequest linked,
                       LinkedReply reply);
    Result<api::Transfer> find(Request const& request, TransferId id);
    Result<api::Page<api::Transfer>> list(Request const& request,
                                          api::ListTransfersRequest const& list);
    Result<std::optional<api::Receipt>> receipt(Request const& request, TransferId id);
    Result<api::Hold> find_hold(Request const& request, TransferId id);

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
