#include "core/access/fair_turns.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "core/access/bounded_table.hpp"
#include "core/base/bytes.hpp"
#include "core/base/check.hpp"
#include "core/crypto/digest.hpp"

namespace bank::access {
namespace {

using std::chrono::nanoseconds;
using namespace std::chrono_literals;

constexpr auto remembered_for = 10min;
constexpr std::uint32_t open_turns_one_in = 4;
constexpr std::uint32_t visits_max = 1'000'000;

struct Waiting {
    Instant since{};
    Instant seen{};
    std::uint32_t visits = 0;

    [[nodiscard]] std::uint64_t weight() const noexcept { return visits; }
    [[nodiscard]] bool is_over(Instant now) const noexcept {
        return visits == 0 || now - seen > remembered_for;
    }
};

}  // namespace

struct FairTurns::State {
    State(Key const& the_key, std::size_t waiting_max) : key(the_key), waiting(waiting_max) {}

    Key key;
    BoundedTable<Waiting> waiting;  // By contest and widest network.

    // 0 to 2^24 - 1.
    [[nodiscard]] std::uint32_t draw(std::string_view contest, Penalties::Delay const& delay,
                                     std::string_view network) const {
        auto const text =
            fmt::format("{}\t{}\t{}", delay.ended.time_since_epoch().count(), network, contest);
        // Three bytes of it, so no HMAC is needed.
        auto const digest = crypto::thread_sha256().update(key).update(as_bytes(text)).finish();
        return std::uint32_t{digest[0]} << 16U | std::uint32_t{digest[1]} << 8U | digest[2];
    }

    [[nodiscard]] Instant turn(std::string_view contest, std::span<std::string const> networks,
                               Instant waits_since, Penalties::Delay const& delay) const {
        auto rest = nanoseconds(delay.length);
        auto const is_open = draw(contest, delay, "") % open_turns_one_in == 0;
        if (waits_since >= delay.ended && !is_open) return delay.ended + rest;
        auto turn = delay.ended;
        for (auto i = networks.size(); i > 0; --i) {
            auto const window = i == 1 ? rest : rest / 32 * 31;
            turn += window / 1024 * draw(contest, delay, networks[i - 1]) / (1 << 14);
            rest -= window;
        }
        return turn;
    }

    [[nodiscard]] std::optional<Instant> asked_first(std::string const& client, Instant now) {
        std::optional<Instant> since;
        waiting.forget_if(client, [&](Waiting const& known) {
            if (known.is_over(now)) return true;
            since = known.since;
            return false;
        });
        return since;
    }

    void remember(std::string const& client, Instant now) {
        waiting.with(client, [&](Waiting& known) {
            if (known.is_over(now)) known = {.since = now};
            known.seen = now;
            known.visits = std::min(known.visits + 1, visits_max);
        });
    }
};

FairTurns::FairTurns(Key const& key, std::size_t waiting_max)
    : state_(std::make_unique<State>(key, waiting_max)) {}

FairTurns::~FairTurns() = default;

Result<Penalties::Attempt> FairTurns::begin(Penalties& penalties, std::string const& key,
                                            std::span<std::string const> networks, Instant now) {
    BANK_CHECK(!networks.empty());
    auto const client = networks.back() + '\t' + key;
    auto const since = state_->asked_first(client, now).value_or(now);
    auto attempt = penalties.begin(key, now, [&](Penalties::Delay const& delay) {
        return state_->turn(key, networks, since, delay);
    });
    if (!attempt.ok()) state_->remember(client, now);
    return attempt;
}

}  // namespace bank::access
