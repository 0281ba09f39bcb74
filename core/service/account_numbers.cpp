#include "core/service/account_numbers.hpp"

#include <mutex>

namespace bank::service {
namespace {
constexpr std::size_t known_max = 250'000;
}

Result<std::optional<AccountId>> AccountNumbers::find(std::string const& account_no) {
    {
        std::shared_lock const lock(mutex_);
        auto const known = known_.find(account_no);
        if (known != known_.end()) return std::optional<AccountId>(known->second);
    }
    auto found = ledger_.resolve_account_no(account_no);
    if (found.ok() && found->has_value()) {
        std::lock_guard const lock(mutex_);
        if (known_.size() >= known_max) known_.erase(known_.begin());
        known_.emplace(account_no, **found);
    }
    return found;
}

}  // namespace bank::service
