#include "core/access/penalties.hpp"

#include <algorithm>
#include <utility>

#include "core/access/bounded_table.hpp"
#include "core/base/check.hpp"

namespace bank::access {
namespace {

using std::chrono::seconds;

constexpr std::uint32_t failures_max = 1'000'000;  // Far beyond the longest delay.

struct Entry {
    std::uint32_t failures = 0;
    std::uint32_t in_flight = 0;
    Instant wait_ends{};       // Failures expire from here on.
    Penalties::Delay delay{};  // The last one; none if its length is 0.

    [[nodiscard]] std::uint64_t weight() const noexcept {
        return std::uint64_t{failures} + in_flight;
    }
    [[nodiscard]] bool is_idle() const noexcept { return failures == 0 && in_flight == 0; }

    void forget_with_time(PenaltyRule const& rule, Instant now) noexcept {
        if (failures == 0 || now <= wait_ends) return;
        auto const periods = (now - wait_ends) / rule.forget_each;
        failures -= static_cast<std::uint32_t>(std::min<std::int64_t>(periods, failures));
        wait_ends += periods * rule.forget_each;
    }
};

seconds delay_after(PenaltyRule const& rule, std::uint32_t failures) noexcept {
    if (failures <= rule.failures_free) return seconds{0};
    auto delay = rule.delay_first;
    for (auto i = failures - rule.failures_free; i > 1 && delay < rule.delay_max; --i) delay *= 2;
    return std::min(delay, rule.delay_max);
}

}  // namespace

struct Penalties::State {
    State(PenaltyRule the_rule, std::size_t keys_max) : rule(the_rule), table(keys_max) {}
    PenaltyRule rule;
    BoundedTable<Entry> table;
};

Penalties::Penalties(PenaltyRule rule, std::size_t keys_max)
    : state_(std::make_unique<State>(rule, keys_max)) {
    BANK_CHECK(rule.delay_first > seconds{0} && rule.delay_max >= rule.delay_first);
    BANK_CHECK(rule.forget_each > seconds{0});
}

Penalties::~Penalties() = default;

Result<Penalties::Attempt> Penalties::begin(std::string_view key, Instant now) {
    return begin(key, now, [](Delay const& delay) { return delay.ended; });
}

Result<Penalties::Attempt> Penalties::begin(std::string_view key, Instant now, Turn const& turn) {
    auto const& rule = state_->rule;
    auto const wait = state_->table.with(key, [&](Entry& entry) {
        entry.forget_with_time(rule, now);
        auto waits_until = entry.failures > 0 ? entry.wait_ends : now;
        if (entry.failures > 0 && entry.delay.length > seconds{0}) {
            waits_until = std::max(waits_until, turn(entry.delay));
        }
        if (now < waits_until) {
            return std::max(std::chrono::ceil<seconds>(waits_until - now), seconds{1});
        }
        // As many concurrent attempts as consecutive ones would be free.
        auto const is_free = std::uint64_t{entry.failures} + entry.in_flight <= rule.failures_free;
        if (!is_free && entry.in_flight > 0) return rule.delay_first;
        ++entry.in_flight;
        return seconds{0};
    });
    if (wait > seconds{0}) {
        return Error{.code = rule.refusal,
                     .retry_after_s = static_cast<std::uint32_t>(wait.count())};
    }
    return Attempt(this, std::string(key));
}

std::size_t Penalties::size() const {
    return state_->table.size();
}

Penalties::Attempt::Attempt(Penalties* owner, std::string key) noexcept
    : owner_(owner), key_(std::move(key)) {}

Penalties::Attempt::Attempt(Attempt&& other) noexcept
    : owner_(std::exchange(other.owner_, nullptr)), key_(std::move(other.key_)) {}

Penalties::Attempt& Penalties::Attempt::operator=(Attempt&& other) noexcept {
    if (this != &other) {
        abandon();
        owner_ = std::exchange(other.owner_, nullptr);
        key_ = std::move(other.key_);
    }
    return *this;
}

Penalties::Attempt::~Attempt() {
    abandon();
}

void Penalties::Attempt::succeed() {
    BANK_CHECK(owner_ != nullptr);
    std::exchange(owner_, nullptr)->state_->table.forget_if(key_, [](Entry& entry) {
        entry.failures = 0;
        entry.wait_ends = {};
        entry.delay = {};
        entry.in_flight -= entry.in_flight > 0 ? 1 : 0;
        return entry.is_idle();
    });
}

seconds Penalties::Attempt::fail(Instant now) {
    BANK_CHECK(owner_ != nullptr);
    auto& state = *std::exchange(owner_, nullptr)->state_;
    // Creates the key if necessary: it may have been evicted meanwhile.
    return state.table.with(key_, [&](Entry& entry) {
        entry.forget_with_time(state.rule, now);
        entry.in_flight -= entry.in_flight > 0 ? 1 : 0;
        entry.failures = std::min(entry.failures + 1, failures_max);
        auto const delay = delay_after(state.rule, entry.failures);
        entry.wait_ends = std::max(entry.wait_ends, now + delay);
        if (delay > seconds{0}) entry.delay = {.ended = entry.wait_ends, .length = delay};
        return delay;
    });
}

void Penalties::Attempt::abandon() {
    if (owner_ == nullptr) return;
    std::exchange(owner_, nullptr)->state_->table.forget_if(key_, [](Entry& entry) {
        entry.in_flight -= entry.in_flight > 0 ? 1 : 0;
        return entry.is_idle();
    });
}

}  // namespace bank::access
