#include "plugins/rest/batch/batch_budget.hpp"

#include <algorithm>

namespace bank::rest {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;

constexpr seconds budget_patience{5};
constexpr seconds overload_patience{10};
constexpr seconds refusal_lasts{1};
constexpr milliseconds delay_min{2};
constexpr milliseconds delay_max{256};

}  // namespace

BatchBudget::BatchBudget(operations::BankApi& bank, api::Caller const& caller,
                         api::BatchPermit first)
    : bank_(bank), caller_(caller), permit_(first), credit_(first.calls) {}

BatchBudget::State BatchBudget::ask() {
    if (credit_ > 0) return state_ = State::paid;
    auto const now = steady_clock::now();
    if (is_final_ || (state_ != State::paid && now < next_at_)) return state_;
    auto const permit = bank_.ask<operations::ReserveBatch>(caller_);
    if (!permit.ok()) {
        note(permit.error(), now);
        return state_;
    }
    permit_ = *permit;
    credit_ += permit_.calls;
    end_.reset();
    return state_ = credit_ > 0 ? State::paid : State::waits;
}

void BatchBudget::note(Error const& error, Time now) {
    refusal_ = error;
    auto const is_new = !end_.has_value();
    if (error.code == Code::rate_limited) {
        refusal_.retry_after_s = std::max(error.retry_after_s, 1U);
        if (is_new) end_ = now + budget_patience;
        next_at_ = now + seconds(refusal_.retry_after_s);
        is_final_ = next_at_ > *end_;
        state_ = is_final_ ? State::refused : State::waits;
    } else if (error.code == Code::overloaded && (is_new || now < *end_)) {
        if (is_new) end_ = now + overload_patience;
        delay_ = is_new ? delay_min : std::min(2 * delay_, delay_max);
        next_at_ = now + delay_;
        state_ = State::waits;
    } else {
        auto const of_code = kind(error.code);
        is_final_ = of_code == CodeKind::unauthenticated || of_code == CodeKind::forbidden;
        next_at_ = now + refusal_lasts;
        end_.reset();
        state_ = State::refused;
    }
}

Uuid BatchBudget::spend(std::size_t transfers) {
    credit_ -= static_cast<std::int64_t>(transfers);
    return permit_.id;
}

void BatchBudget::forget(Uuid const& permit) {
    if (permit == permit_.id) credit_ = 0;
}

}  // namespace bank::rest
