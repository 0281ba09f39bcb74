// The way of a transfer as far as the lanes: shape, accounts, PIN.
#pragma once
#include <memory>

#include "core/api/bank_api.hpp"
#include "core/ledger/posting_lanes.hpp"
#include "core/service/account_numbers.hpp"
#include "core/service/context.hpp"

namespace bank::service {

class Transfers {
public:
    // Both must outlive it.
    Transfers(Context& context, ledger::PostingLanes& lanes);

    // See BankApi::submit(). Blocks while a PIN is judged.
    void submit(Request const& request, api::TransferRequest transfer,
                api::BankApi::TransferReply reply);
    Result<api::Transfer> find(Request const& request, TransferId id);

private:
    Result<ledger::TransferOrder> prepare(auth::Principal const& principal,
                                          api::TransferRequest const& transfer);
    Status resolve(api::TransferRequest const& transfer, ledger::TransferOrder& order);
    Status prove_pin(auth::Principal const& principal, api::TransferRequest const& transfer,
                     ledger::TransferOrder const& order);

    Context& context_;
    ledger::PostingLanes& lanes_;
    AccountNumbers numbers_;
};

}  // namespace bank::service
