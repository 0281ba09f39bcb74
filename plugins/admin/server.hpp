// Serves the admin socket: one thread for the sockets, a few for the calls of the core.
//
// Bounded in memory and time: connections, frames, and how long a peer may take over one. A
// connection has one request at work at a time, so that answers keep their order and the queue
// before the workers is never longer than the connections are many.
//
// Owner: the plugin. Threads: start() and stop() from one thread.
#pragma once
#include <chrono>
#include <cstddef>
#include <memory>

#include "core/base/result.hpp"
#include "plugins/admin/listener.hpp"
#include "plugins/admin/meters.hpp"
#include "plugins/api/plugin.hpp"

namespace bank::admin {

struct ServerLimits {
    std::size_t connections_max = 64;
    std::size_t connections_per_uid_max = 32;  // One user cannot shut out the others.
    std::size_t workers = 4;
    std::chrono::milliseconds idle_max{60'000};   // Between two requests.
    std::chrono::milliseconds frame_max{5'000};   // From a request's first byte to its last.
    std::chrono::milliseconds write_max{10'000};  // Until the peer has taken a reply.
};

class Server {
public:
    // Both must outlive the server.
    Server(plugin::Host& host, Meters& meters, ServerLimits limits);
    ~Server();

    [[nodiscard]] Status start(Listener listener);

    // Accepts no more, ends idle connections, lets requests at work finish within `grace`, then
    // waits for calls of the core to return: those cannot be broken off. Idempotent.
    void stop(std::chrono::milliseconds grace);

private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace bank::admin
