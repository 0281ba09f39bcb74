// The figures over HTTP, for a Prometheus on this machine: GET /metrics and nothing else.
//
// Whoever can reach a loopback address may read: the figures name no person, account or amount.
// Nothing that is sent there changes anything, and what is sent is bounded in size, number and
// time.
//
// Owner: the plugin. Threads: start() and stop() from one; it serves on one of its own, so a core
// that does not answer holds up other readers, and nobody else.
#pragma once
#include <memory>
#include <optional>
#include <string>

#include "core/base/result.hpp"
#include "plugins/api/plugin.hpp"

namespace bank::admin {

class MetricsEndpoint {
public:
    // `host` must outlive it.
    explicit MetricsEndpoint(plugin::Host& host);
    ~MetricsEndpoint();

    // What start() would refuse of `address` whenever it is called, as a clause. Empty: it is off.
    [[nodiscard]] static Status check(std::string const& address);

    // `address` is numeric with a port, "127.0.0.1:9464" or "[::1]:9464". invalid_field: it is
    // none, or not a loopback address; overloaded: it is taken.
    [[nodiscard]] Status start(std::string const& address);
    // A listening socket that the service manager opened, under the same rule; owned from then on.
    [[nodiscard]] Status adopt(int descriptor);
    // Ends what is open. Idempotent.
    void stop();

    // Of the listener, while it runs; what the system chose if the setting's is 0.
    [[nodiscard]] std::uint16_t port() const;

private:
    struct State;
    plugin::Host& host_;
    std::shared_ptr<State> state_;
};

}  // namespace bank::admin
