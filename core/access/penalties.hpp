// Growing delays after failed authentication with a password or a PIN. One object per kind.
//
// A key starts with some free failures; each further failure imposes a wait, 1 s, then doubling up
// to a bound. An attempt during the wait is refused and does not extend it. Success clears the
// key's failures; over time they expire one by one. Attempts in flight count as failures until they
// are decided, so parallel attempts gain nothing over sequential ones: beyond the free failures a
// key has one attempt at a time.
//
// Threads: any. Bounded: beyond `keys_max` keys it evicts the one with the fewest failures among
// the least recently used.
#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "core/access/gcra.hpp"
#include "core/base/result.hpp"

namespace bank::access {

struct PenaltyRule {
    Code refusal = Code::login_throttled;  // Answer to an attempt during the wait.
    std::uint32_t failures_free = 3;       // Without delay.
    std::chrono::seconds delay_first{1};
    std::chrono::seconds delay_max{15 * 60};
    // One failure expires per this period after the last wait ended.
    std::chrono::seconds forget_each{15 * 60};
};

class Penalties {
public:
    // An attempt in flight. Decide it once; if undecided, destruction abandons it.
    // Lifetime: not beyond its Penalties. Threads: one at a time.
    class Attempt {
    public:
        Attempt(Attempt&& other) noexcept;
        Attempt& operator=(Attempt&& other) noexcept;
        ~Attempt();

        // Clears the key's failures. Only for keys that identify the authenticated subject: on a
        // shared key (a source), the owner of one valid password could clear any number of
        // failures; use abandon() there.
        void succeed();
        // Returns the key's wait from now.
        std::chrono::seconds fail(Instant now);
        // Neither success nor failure.
        void abandon();

    private:
        friend class Penalties;
        Attempt(Penalties* owner, std::string key) noexcept;
        Penalties* owner_;  // Null once decided.
        std::string key_;
    };

    Penalties(PenaltyRule rule, std::size_t keys_max);
    Penalties(Penalties const&) = delete;
    Penalties& operator=(Penalties const&) = delete;
    ~Penalties();

    struct Delay {
        Instant ended{};
        std::chrono::seconds length{};
    };
    // The instant from which this client may try after a delay of the key; see FairTurns. Runs
    // under a lock: must neither block nor use the Penalties.
    using Turn = std::function<Instant(Delay const&)>;

    // Errors: the rule's refusal, with retry_after_s.
    [[nodiscard]] Result<Attempt> begin(std::string_view key, Instant now);
    [[nodiscard]] Result<Attempt> begin(std::string_view key, Instant now, Turn const& turn);

    [[nodiscard]] std::size_t size() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace bank::access
