#include "core/access/login_throttle.hpp"

#include "core/access/source_prefix.hpp"

namespace bank::access {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t keys_max = 65'536;
constexpr access::PenaltyRule pair_rule{
    .failures_free = 4, .delay_first = 1s, .delay_max = 15min, .forget_each = 15min};
constexpr access::PenaltyRule source_rule{
    .failures_free = 30, .delay_first = 1s, .delay_max = 5min, .forget_each = 1min};
constexpr access::PenaltyRule user_rule{
    .failures_free = 10, .delay_first = 1s, .delay_max = 30s, .forget_each = 5min};

}  // namespace

LoginThrottle::LoginThrottle(Clock const& clock)
    : clock_(clock),
      by_pair_(pair_rule, keys_max),
      by_source_(source_rule, keys_max),
      by_user_(user_rule, keys_max) {}

Result<LoginThrottle::Attempt> LoginThrottle::begin(std::string const& source_ip,
                                                    std::string const& user_name) {
    auto const now = clock_.steady();
    auto const source = access::source_prefix(source_ip);
    auto const pair = user_name + ' ' + source;
    auto by_source = by_source_.begin(source, now);
    if (!by_source.ok()) return std::move(by_source).error();
    auto by_pair = by_pair_.begin(pair, now);
    if (!by_pair.ok()) return std::move(by_pair).error();
    std::optional<Attempt::Penalty> user;
    if (!is_familiar(pair)) {
        auto by_user = by_user_.begin(user_name, now);
        if (!by_user.ok()) return std::move(by_user).error();
        user = std::move(by_user).value();
    }
    return Attempt(*this, pair, std::move(by_pair).value(), std::move(by_source).value(),
                   std::move(user));
}

bool LoginThrottle::is_familiar(std::string const& pair) {
    std::lock_guard const lock(mutex_);
    return familiar_.contains(pair);
}

void LoginThrottle::Attempt::succeed() {
    by_pair_.succeed();
    by_source_.abandon();
    // One good login does not clear what strangers did to the name from elsewhere.
    if (by_user_) by_user_->abandon();
    std::lock_guard const lock(throttle_.mutex_);
    if (throttle_.familiar_.size() >= keys_max) {
        throttle_.familiar_.erase(throttle_.familiar_.begin());
    }
    throttle_.familiar_.insert(pair_);
}

void LoginThrottle::Attempt::fail() {
    auto const now = throttle_.clock_.steady();
    by_pair_.fail(now);
    by_source_.fail(now);
    if (by_user_) by_user_->fail(now);
}

}  // namespace bank::access
