#include "plugins/rest/http/handshake_gate.hpp"

namespace bank::rest {

HandshakeGate::Turn::Turn(HandshakeGate& gate) : gate_(gate) {
    std::unique_lock lock(gate_.mutex_);
    gate_.is_free_.wait(lock, [&] { return gate_.free_ > 0; });
    --gate_.free_;
}

HandshakeGate::Turn::~Turn() {
    {
        std::lock_guard const lock(gate_.mutex_);
        ++gate_.free_;
    }
    gate_.is_free_.notify_one();
}

}  // namespace bank::rest
