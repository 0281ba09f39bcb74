// Mutable state of a batch while it is decided: its accounts and origins after the orders posted so
// far.
#pragma once
#include <span>
#include <vector>

#include "core/ledger/index_table.hpp"
#include "core/ledger/lane_store.hpp"
#include "core/ledger/transfer_order.hpp"

namespace bank::ledger {

struct Side {
    LockedAccount const* account = nullptr;
    std::int64_t balance = 0;
    std::int64_t held = 0;
    api::Spending spending;
};

// balance - held + overdraft - minimum balance, clamped to 64 bits; an unlimited overdraft adds
// nothing.
[[nodiscard]] std::int64_t available(Side const& side) noexcept;
// The same without clamping; an unlimited overdraft covers everything.
[[nodiscard]] bool covers(Side const& side, std::int64_t amount) noexcept;

struct OriginState {
    Origin const* origin = nullptr;
    bool is_settled = false;
};

// An order with the objects that it refers to. Pointers are null where an object does not exist.
struct PreparedOrder {
    TransferOrder const* order = nullptr;
    OrderAuthority const* authority = nullptr;
    OriginState* origin = nullptr;  // For a capture or release only if it is a posted hold.
    Side* debit = nullptr;
    Side* credit = nullptr;
    money::Money amount;  // "All of it" resolved.
};

class WorkingBatch {
public:
    // `batch` must outlive it.
    explicit WorkingBatch(LockedBatch const& batch);

    [[nodiscard]] PreparedOrder prepare(TransferOrder const& order,
                                        OrderAuthority const& authority) noexcept;

    // Saves the state that `prepared` will change. Call before each change until forget() or
    // restore().
    void keep(PreparedOrder const& prepared);
    void forget() noexcept;
    // Reverts all changes to saved state.
    void restore() noexcept;

private:
    Side* find_side(AccountId id) noexcept;
    OriginState* find_origin(TransferOrder const& order) noexcept;

    std::vector<Side> sides_;  // Neither grows after construction: pointers into them stay valid.
    std::vector<OriginState> origins_;
    IndexTable side_of_;
    IndexTable origin_of_;
    struct KeptSide {
        Side* side;
        Side before;
    };
    std::vector<KeptSide> kept_sides_;
    std::vector<OriginState*> kept_origins_;  // All of them were open.
};

}  // namespace bank::ledger
