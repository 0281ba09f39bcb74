// Which account a number names. A number never changes its account, so what was once seen may be
// remembered; that a number is unknown is asked again each time.
//
// Threads: any. Bounded.
#pragma once
#include <optional>
#include <shared_mutex>
#include <string>
#include <unordered_map>

#include "core/base/result.hpp"
#include "core/ledger/ledger_store.hpp"

namespace bank::service {

class AccountNumbers {
public:
    // `ledger` must outlive it.
    explicit AccountNumbers(ledger::LedgerStore& ledger) : ledger_(ledger) {}

    // Nothing if there is no such account. storage_unavailable.
    [[nodiscard]] Result<std::optional<AccountId>> find(std::string const& account_no);

private:
    ledger::LedgerStore& ledger_;
    std::shared_mutex mutex_;
    std::unordered_map<std::string, AccountId> known_;
};

}  // namespace bank::service
