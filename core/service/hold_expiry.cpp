#include "core/service/hold_expiry.hpp"

#include <algorithm>

#include "core/base/log.hpp"

namespace bank::service {
namespace {

constexpr std::int64_t ended_at_once_max = 500;
constexpr std::chrono::milliseconds wait_min{10};

}  // namespace

HoldExpiry::HoldExpiry(ledger::LedgerStore& store, Clock const& clock)
    : store_(store),
      clock_(clock),
      worker_({.name = "Expiry of holds", .round = [this] { return round(); }}) {
    worker_.start();
}

std::chrono::milliseconds HoldExpiry::round() {
    auto const expired = store_.expire_holds(ended_at_once_max);
    if (!expired.ok()) return wait_max;
    if (expired->count > 0) log::info("ledger", "{} holds expired", expired->count);
    if (expired->count == ended_at_once_max) return wait_min;
    if (!expired->next) return wait_max;
    // Other daemons and other clocks may place one that ends sooner: never longer than wait_max.
    std::chrono::milliseconds const left{(expired->next->us - clock_.now().us) / 1000 + 1};
    return std::clamp(left, wait_min, wait_max);
}

}  // namespace bank::service
