#include "daemon/host/front_ends.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <utility>

#include "core/base/log.hpp"

namespace bank::daemon {
namespace {

// A plugin's functions may throw despite their contract; the bank must survive that.
void* create(bankd_plugin_entry const& entry, Host& host, std::string& why) try {
    // The plugin expects a void* to the interface.
    void* const plugin = entry.create(static_cast<plugin::Host*>(&host));
    if (plugin == nullptr) why = "it could not be created";
    return plugin;
} catch (std::exception const& error) {
    why = error.what();
    return nullptr;
} catch (...) {
    why = "unknown exception";
    return nullptr;
}

void destroy(bankd_plugin_entry const& entry, plugin::Plugin* plugin) noexcept try {
    entry.destroy(plugin);
} catch (...) {
    log::error("daemon", "Plugin {} threw an exception in its destructor.", entry.name);
}

}  // namespace

FrontEnds::~FrontEnds() {
    stop(std::chrono::milliseconds{0});
    std::lock_guard const lock(mutex_);
    while (!running_.empty()) running_.pop_back();
}

Status FrontEnds::start(LoadedPlugin const& loaded, Host::Parts parts) {
    auto const& entry = *loaded.entry;
    auto host = std::make_unique<Host>(std::move(parts));
    std::string why;
    auto* const made = static_cast<plugin::Plugin*>(create(entry, *host, why));
    if (made == nullptr) {
        return Error{Code::internal_error, fmt::format("plugin {}: {}", loaded.name, why)};
    }
    Running running{std::move(host), {made, [&entry](plugin::Plugin* p) { destroy(entry, p); }}};
    auto started = running.plugin->start();
    if (!started) {
        auto error = std::move(started).error();
        error.detail = fmt::format("plugin {}: {}", loaded.name,
                                   error.detail.empty() ? title(error.code) : error.detail);
        return error;
    }
    std::lock_guard const lock(mutex_);
    running_.push_back(std::move(running));
    return Done{};
}

std::vector<FrontEnds::Figures> FrontEnds::metrics() {
    std::lock_guard const lock(mutex_);
    std::vector<Figures> all;
    for (auto const& running : running_) {
        all.push_back({running.host->name(), running.plugin->metrics()});
    }
    return all;
}

void FrontEnds::reload() noexcept {
    for (auto& running : running_) running.plugin->reload();
}

void FrontEnds::stop(std::chrono::milliseconds grace) noexcept {
    auto const until = std::chrono::steady_clock::now() + grace;
    for (auto& running : running_) {
        auto const left = std::chrono::duration_cast<std::chrono::milliseconds>(
            until - std::chrono::steady_clock::now());
        running.plugin->stop(static_cast<std::uint32_t>(std::max<std::int64_t>(0, left.count())));
    }
}

}  // namespace bank::daemon
