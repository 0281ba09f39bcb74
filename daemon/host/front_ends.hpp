// The plugins running in this process.
//
// Owner: the composition root. Threads: one, except for metrics().
#pragma once
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "core/base/result.hpp"
#include "daemon/host/host.hpp"
#include "daemon/host/plugin_loader.hpp"

namespace bank::daemon {

class FrontEnds {
public:
    FrontEnds() = default;
    // Stops running plugins without grace.
    ~FrontEnds();
    FrontEnds(FrontEnds const&) = delete;
    FrontEnds& operator=(FrontEnds const&) = delete;

    // Creates and starts the plugin. Error: the plugin's own, with its name in the detail.
    [[nodiscard]] Status start(LoadedPlugin const& loaded, Host::Parts parts);

    void reload() noexcept;

    // The plugins' metrics. Any thread, from the first start() until destruction.
    struct Figures {
        std::string name;
        std::vector<api::MetricFamily> families;
    };
    [[nodiscard]] std::vector<Figures> metrics();

    // In starting order; `grace` is for all of them together.
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
