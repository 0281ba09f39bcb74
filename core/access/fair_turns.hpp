// Shares the tries that a delay of a key leaves, so that the fastest client does not get them all.
//
// After each delay one try passes. In a time as long as the delay, each network has a turn, drawn
// once for this key and delay:
//   - the draw is of the widest network (/48, /24); the networks within it move its turn by 1/32 of
//     that time at most: more tries do not improve the turn, nor do more addresses;
//   - only a network that asked before the delay ended has a turn, the others come last: addresses
//     that are used once get nothing;
//   - of one delay in four, on average, every network has a turn, also one that asks for the first
//     time, so a client whose network changes with each try has a share, too.
// If n networks guess and come at their turns, one more that does so gets one try in about n + 1.
//
// Threads: any. Bounded: it remembers who asked for 10 minutes, and of very many networks those
// that asked most often. The turns are constant for a given key.
#pragma once
#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "core/access/penalties.hpp"
#include "core/base/result.hpp"

namespace bank::access {

class FairTurns {
public:
    using Key = std::array<std::uint8_t, 32>;

    // `key`: random; turns that can be predicted can be chosen.
    FairTurns(Key const& key, std::size_t waiting_max);
    ~FairTurns();

    // As penalties.begin(key, now), of a client in these networks, the smallest first.
    // retry_after_s is the time until the client's turn.
    [[nodiscard]] Result<Penalties::Attempt> begin(Penalties& penalties, std::string const& key,
                                                   std::span<std::string const> networks,
                                                   Instant now);

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace bank::access
