// The REST front end as the host runs it: listener, threads, and their end.
#pragma once
#include <cstdint>
#include <memory>

#include "plugins/api/plugin.hpp"
#include "plugins/rest/meters.hpp"

namespace bank::rest {

class Server final : public plugin::Plugin {
public:
    explicit Server(plugin::Host& host);
    ~Server() override;

    // invalid_field: a setting names something unusable. overloaded: the port is taken. The
    // sentence for the operator is in Error::detail.
    [[nodiscard]] Status start() noexcept override;
    void reload() noexcept override;
    [[nodiscard]] std::vector<api::MetricFamily> metrics() noexcept override;
    void stop(std::uint32_t grace_ms) noexcept override;

    // Of the listener, while it runs; what the system chose if the setting is 0.
    [[nodiscard]] std::uint16_t port() const noexcept;
    [[nodiscard]] std::uint64_t refused_connections() const noexcept;

private:
    struct State;
    plugin::Host& host_;
    Meters meters_;
    std::unique_ptr<State> state_;
};

}  // namespace bank::rest
