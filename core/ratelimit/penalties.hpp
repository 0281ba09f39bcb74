// Delays that grow with failures to prove something: a password, a PIN. One object per reason.
//
// A key starts with some free failures; each further one makes it wait, 1 s, then twice as long
// each time, up to a bound. A try during the wait is refused and adds nothing to it. Success
// forgets the key's failures; time forgets them one by one. Tries in flight count as failures
// until they are decided, so that no number of parallel tries guesses more than as many in a row
// would: beyond the free ones a key has one try at a time.
//
// Threads: any. Bounded: beyond `keys_max` keys it forgets of those longest unused the one with
// the fewest failures.
#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "core/base/result.hpp"
#include "core/ratelimit/gcra.hpp"

namespace bank::ratelimit {

struct PenaltyRule {
    Code refusal = Code::login_throttled;  // What a try during the wait is answered.
    std::uint32_t failures_free = 3;       // Without delay.
    std::chrono::seconds delay_first{1};
    std::chrono::seconds delay_max{15 * 60};
    // One failure is forgotten each time this has passed since the last wait ended.
    std::chrono::seconds forget_each{15 * 60};
};

class Penalties {
public:
    // A try in flight. Decide it once; undecided, it is abandoned when destroyed.
    // Lifetime: not beyond its Penalties. Threads: one at a time.
    class Attempt {
    public:
        Attempt(Attempt&& other) noexcept;
        Attempt& operator=(Attempt&& other) noexcept;
        ~Attempt();

        // Forgets the key's failures. Only for keys that the proof is about: on a key that others
        // share (a source), whoever owns one good password could wash away any number of failures
        // with it; abandon() there.
        void succeed();
        // Returns how long the key now has to wait.
        std::chrono::seconds fail(Instant now);
        // Nothing was learned, neither right nor wrong.
        void abandon();

    private:
        friend class Penalties;
        Attempt(Penalties* owner, std::string key) noexcept;
        Penalties* owner_;  // None once decided.
        std::string key_;
    };

    Penalties(PenaltyRule rule, std::size_t keys_max);
    Penalties(Penalties const&) = delete;
    Penalties& operator=(Penalties const&) = delete;
    ~Penalties();

    // Errors: the rule's refusal, with retry_after_s.
    [[nodiscard]] Result<Attempt> begin(std::string_view key, Instant now);

    [[nodiscard]] std::size_t size() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace bank::ratelimit
