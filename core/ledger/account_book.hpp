// A lane's cache of accounts and sessions from the batches that it posted, for deciding the next
// batch without a query. The cache is never trusted: the posting transaction compares the accounts'
// versions, checks the sessions again, and rejects a batch that was decided on stale data. The row
// remains the only balance.
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
    // Caches at most `accounts_max` accounts and as many sessions.
    explicit AccountBook(std::size_t accounts_max) : accounts_max_(accounts_max) {}

    struct Recollection {
        LockedBatch batch;
        std::vector<AccountId> missing;  // Not cached; without duplicates.
    };
    // The data for deciding `orders`; nullopt if a session's authority is not cached, if the cache
    // says that it may not move cash, or if an order names an origin or was decided before. Assumes
    // that all orders are new and that a PIN that the core found proven is so for SQL too.
    [[nodiscard]] std::optional<Recollection> recall(std::span<TransferOrder const> orders) const;

    // Updates the cache after a batch was posted, with its input and its decisions.
    void learn(std::span<TransferOrder const> orders, std::span<Decision const> decisions,
               LockedBatch const& batch);

private:
    // One session in one currency.
    struct SessionKey {
        access::SessionSecret session;
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
