// Lets only a few TLS handshakes compute at once. An unfinished one holds 17 kB of buffers alone,
// so that thousands which begin together must not all be half done. Whoever waits for its peer
// holds no turn, and delays nobody.
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
