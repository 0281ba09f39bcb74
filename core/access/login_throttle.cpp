#include "core/access/login_throttle.hpp"

#include <array>
#include <span>

#include "core/access/source_prefix.hpp"
#include "core/base/bytes.hpp"

namespace bank::access {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t keys_max = 65'536;
constexpr PenaltyRule pair_rule{
    .failures_free = 4, .delay_first = 1s, .delay_max = 15min, .forget_each = 15min};
constexpr PenaltyRule source_rule{
    .failures_free = 30, .delay_first = 1s, .delay_max = 5min, .forget_each = 1min};
// A /56 is a home or an office, a /48 a site; a provider may put many customers into one.
constexpr PenaltyRule home_rule{
    .failures_free = 60, .delay_first = 1s, .delay_max = 1min, .forget_each = 15s};
constexpr PenaltyRule site_rule{
    .failures_free = 240, .delay_first = 1s, .delay_max = 30s, .forget_each = 5s};
constexpr PenaltyRule user_rule{
    .failures_free = 10, .delay_first = 1s, .delay_max = 30s, .forget_each = 5min};

// Takes the try of one layer.
template <typename Container>
Status take(Result<Penalties::Attempt> begun, Container& into) {
    if (!begun.ok()) return std::move(begun).error();
    if constexpr (requires { into.push_back(std::move(begun).value()); }) {
        into.push_back(std::move(begun).value());
    } else {
        into.emplace(std::move(begun).value());
    }
    return Done{};
}

}  // namespace

LoginThrottle::LoginThrottle(Clock const& clock, KnownDeviceStore& known, DeviceMarks const& marks,
                             FairTurns::Key const& turns)
    : clock_(clock),
      known_(known),
      marks_(marks),
      turns_(turns, keys_max),
      by_pair_(pair_rule, keys_max),
      by_source_(source_rule, keys_max),
      by_home_(home_rule, keys_max),
      by_site_(site_rule, keys_max),
      by_user_(user_rule, keys_max) {}

Result<LoginThrottle::Attempt> LoginThrottle::begin(Login login) {
    auto const now = clock_.steady();
    auto const networks = source_networks(login.source_ip);
    Attempt attempt(*this, std::move(login));
    auto const& user_name = attempt.login_.user_name;
    auto& tags = attempt.tags_;
    auto const has_address = networks.size() > 1;
    if (has_address) tags.source = marks_.source_tag(user_name, networks.front());
    if (attempt.login_.device_token) {
        tags.device = marks_.device_tag(user_name, *attempt.login_.device_token);
    }

    // Only a client with a token that was made here is looked up before the limits of its source.
    std::optional<KnownDeviceStore::Known> known;
    if (tags.device) {
        auto const found = known_.find_known(tags);
        if (!found.ok()) return found.error();
        known = *found;
        if (known->device) {
            auto const key = user_name + " device " + to_hex(*tags.device);
            auto taken = take(by_pair_.begin(key, now), attempt.own_);
            if (!taken.ok()) return std::move(taken).error();
            return attempt;
        }
    }
    auto taken = take(by_source_.begin(networks.front(), now), attempt.shared_);
    if (!taken.ok()) return std::move(taken).error();
    taken = take(by_pair_.begin(user_name + ' ' + networks.front(), now), attempt.own_);
    if (!taken.ok()) return std::move(taken).error();
    if (!known) {
        auto const found = known_.find_known(tags);
        if (!found.ok()) return found.error();
        known = *found;
    }
    if (known->source) return attempt;
    taken = admit_stranger(attempt, networks, now);
    if (!taken.ok()) return std::move(taken).error();
    return attempt;
}

Status LoginThrottle::admit_stranger(Attempt& attempt, std::vector<std::string> const& networks,
                                     Instant now) {
    auto const all = std::span(networks);
    if (networks.size() == 3) {
        auto taken = take(turns_.begin(by_home_, networks[1], all.first(1), now), attempt.shared_);
        if (!taken.ok()) return taken;
        taken = take(turns_.begin(by_site_, networks[2], all.first(2), now), attempt.shared_);
        if (!taken.ok()) return taken;
    }
    return take(turns_.begin(by_user_, attempt.login_.user_name, all, now), attempt.shared_);
}

LoginThrottle::Familiarity LoginThrottle::Attempt::succeed() {
    own_->succeed();
    // One good login does not clear what strangers did to the name, or from the source.
    shared_.clear();
    Familiarity familiarity{.device_token = {}, .tags = tags_};
    if (login_.device_token) {
        auto const& marks = throttle_.marks_;
        familiarity.device_token =
            tags_.device ? std::move(*login_.device_token) : marks.make_token(login_.user_name);
        familiarity.tags.device = marks.device_tag(login_.user_name, familiarity.device_token);
    }
    return familiarity;
}

void LoginThrottle::Attempt::fail() {
    auto const now = throttle_.clock_.steady();
    own_->fail(now);
    for (auto& attempt : shared_) attempt.fail(now);
}

}  // namespace bank::access
