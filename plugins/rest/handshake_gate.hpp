// Lets only as many TLS handshakes compute at once as there are processors. Each takes a
// millisecond and much memory: thousands that begin together are done sooner, and with less, one
// after the other. Whoever waits for its peer holds no turn, so that a slow one delays nobody.
//
// Threads: any.
#pragma once
#include <condition_variable>
#include <mutex>

namespace bank::rest {

class HandshakeGate {
public:
    // Waits for its turn and holds it; the gate must outlive it.
    class Turn {
    public:
        explicit Turn(HandshakeGate& gate);
        Turn(Turn&&) = delete;
        ~Turn();

    private:
        HandshakeGate& gate_;
    };

    // At least one.
    explicit HandshakeGate(unsigned turns) : free_(turns) {}

private:
    std::mutex mutex_;
    std::condition_variable is_free_;
    unsigned free_;  // Guarded by mutex_.
};

}  // namespace bank::rest
