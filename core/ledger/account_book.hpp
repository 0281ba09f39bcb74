// What a lane remembers of accounts and sessions from the batches that it posted, so that it can
// decide the next one without asking. Nothing of it is believed: the transaction that posts
// compares the accounts' versions and proves the sessions again, and refuses a batch that was
// decided by what is no longer so. The row stays the only balance.
//
// Threads: one, the lane's.
#pragma once
#include <cstddef>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "core/ledger/lane_store.hpp"

namespace bank::ledger {

class AccountBook {
public:
    // Holds at most `accounts_max` accounts, and no more sessions than that.
    explicit AccountBook(std::size_t accounts_max) : accounts_max_(accounts_max) {}

    struct Recollection {
        LockedBatch batch;
        std::vector<AccountId> missing;  // Not remembered; each once.
    };
    // What deciding `orders` needs; nothing if it is not known what a session may, or is remembered
    // that it may not move cash, or if an order names an origin. Assumes that no order was sent
    // before, and that each PIN is proven.
    [[nodiscard]] std::optional<Recollection> recall(std::span<TransferOrder const> orders) const;

    // After a batch was posted: what was read for it, and what it made of that.
    void learn(std::span<TransferOrder const> orders, std::span<Decision const> decisions,
               LockedBatch const& batch);

private:
    // Of one session in one currency.
    struct SessionKey {
        storage::SessionSecret session;
        api::Role role;
        money::Currency currency;
        bool operator==(SessionKey const&) const = default;
    };
    struct Hash {
        std::size_t operator()(SessionKey const& key) const noexcept;
    };

    [[nodiscard]] std::optional<OrderAuthority> authority_of(TransferOrder const& order) const;
    void add_account(AccountId id, Recollection& recollection) const;
    void forget();
    void learn_authorities(std::span<TransferOrder const> orders, LockedBatch const& batch);

    std::size_t const accounts_max_;
    std::unordered_map<AccountId, LockedAccount> accounts_;
    std::unordered_map<SessionKey, OrderAuthority, Hash> sessions_;
};

}  // namespace bank::ledger
