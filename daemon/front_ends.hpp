// The plugins that run in this process, from start to stop.
//
// Owner: the composition root. Threads: one, but for metrics().
#pragma once
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "core/base/result.hpp"
#include "daemon/host.hpp"
#include "daemon/plugin_loader.hpp"

namespace bank::daemon {

class FrontEnds {
public:
    FrontEnds() = default;
    // Stops without grace what still runs.
    ~FrontEnds();
    FrontEnds(FrontEnds const&) = delete;
    FrontEnds& operator=(FrontEnds const&) = delete;

    // Makes the plugin and starts it. Error: the plugin's own, its detail naming the plugin.
    [[nodiscard]] Status start(LoadedPlugin const& loaded, Host::Parts parts);

    void reload() noexcept;

    // What each has counted. Any thread, from the first start() to the destructor.
    struct Figures {
        std::string name;
        std::vector<api::MetricFamily> families;
    };
    [[nodiscard]] std::vector<Figures> metrics();

    // In the order of their start; together they have `grace`.
    void stop(std::chrono::milliseconds grace) noexcept;

private:
    struct Running {
        std::unique_ptr<Host> host;
        std::unique_ptr<plugin::Plugin, std::function<void(plugin::Plugin*)>> plugin;
    };
    std::mutex mutex_;  // Guards running_, which only the owner's thread changes.
    std::vector<Running> running_;
};

}  // namespace bank::daemon
