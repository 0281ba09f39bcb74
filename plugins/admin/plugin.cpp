// bankd-admin.so: the admin socket as a plugin.
#include <fmt/format.h>

#include <array>
#include <chrono>
#include <exception>
#include <memory>
#include <new>
#include <optional>
#include <vector>

#include "plugins/admin/listener.hpp"
#include "plugins/admin/meters.hpp"
#include "plugins/admin/metrics_endpoint.hpp"
#include "plugins/admin/server.hpp"
#include "plugins/api/abi.h"
#include "plugins/api/plugin.hpp"

namespace bank::admin {
namespace {

class AdminPlugin final : public plugin::Plugin {
public:
    explicit AdminPlugin(plugin::Host& host) : host_(host) {}

    Status start() noexcept override {
        try {
            auto listener = make_listener();
            if (!listener) return std::move(listener).error();
            if (auto served = serve_metrics(); !served) {
                listener->remove_file();
                return served;
            }
            server_ = std::make_unique<Server>(host_, meters_, ServerLimits{});
            auto started = server_->start(std::move(listener).value());
            if (!started) endpoint_.stop();
            return started;
        } catch (std::exception const& failure) {
            return Error{.code = Code::internal_error, .detail = failure.what()};
        }
    }

    // The path and the mode belong to the socket that is open; neither changes under it.
    void reload() noexcept override {}

    std::vector<api::MetricFamily> metrics() noexcept override {
        try {
            return meters_.collect();
        } catch (std::exception const&) {  // No memory: another time.
            return {};
        }
    }

    void stop(std::uint32_t grace_ms) noexcept override {
        try {
            if (server_) server_->stop(std::chrono::milliseconds{grace_ms});
            endpoint_.stop();
        } catch (std::exception const& failure) {
            host_.log(log::Level::error, failure.what());
        }
        server_.reset();
    }

private:
    Result<Listener> make_listener() {
        if (auto const given = host_.take_listener("admin")) {
            host_.log(log::Level::info, "admin socket: given by the service manager");
            return Listener::adopt(*given);
        }
        auto const path = host_.setting("socket");
        auto const mode = parse_mode(host_.setting("socket_mode"));
        if (!mode) return of_setting("socket_mode", host_.setting("socket_mode"), mode.error());
        auto listener = Listener::bind(path, *mode);
        if (!listener) return of_setting("socket", path, listener.error());
        host_.log(log::Level::info, fmt::format("admin socket: {}", path));
        return listener;
    }

    static Error of_setting(std::string_view key, std::string_view value, Error error) {
        error.detail = fmt::format("[admin] {} = {}: {}", key, value, error.detail);
        return error;
    }

    // Off unless somebody asked for it.
    Status serve_metrics() {
        if (auto const given = host_.take_listener("admin-metrics")) {
            return endpoint_.adopt(*given);
        }
        auto const address = host_.setting("metrics_address");
        return address.empty() ? Status{Done{}} : endpoint_.start(address);
    }

    plugin::Host& host_;
    Meters meters_;
    MetricsEndpoint endpoint_{host_};
    std::unique_ptr<Server> server_;
};

constexpr std::array<bankd_setting, 3> settings{{
    {"socket", BANKD_SETTING_PATH, "/run/bankd/admin.sock", 0, 0,
     "Unix socket that bankctl speaks to. Its directory must exist. Not used if the service "
     "manager "
     "hands over a socket named admin."},
    {"socket_mode", BANKD_SETTING_TEXT, "0660", 0, 0,
     "Octal mode of the socket: who may connect. The bank then asks the kernel who connected."},
    {"metrics_address", BANKD_SETTING_TEXT, "", 0, 0,
     "Loopback address and port, such as 127.0.0.1:9464, where Prometheus may read /metrics over "
     "HTTP. Empty: nowhere; bankctl metrics prints the same. Under the service manager leave it "
     "empty and enable bankd-metrics.socket."},
}};

// Each as start() would find it.
void check(void const* of, void* found) {
    auto const& settings_now = *static_cast<plugin::Settings const*>(of);
    auto& faults = *static_cast<std::vector<plugin::SettingFault>*>(found);
    auto const look = [&](char const* key, auto const& rule) {
        if (auto const checked = rule(settings_now.setting(key)); !checked.ok()) {
            auto const& error = checked.error();
            faults.push_back({key, error.detail, error.code == Code::permission_denied});
        }
    };
    if (!settings_now.is_handed_over("admin")) {
        // The service manager makes the directory of the default.
        if (settings_now.is_given("socket")) look("socket", Listener::check);
        look("socket_mode", parse_mode);
    }
    if (!settings_now.is_handed_over("admin-metrics")) {
        look("metrics_address", MetricsEndpoint::check);
    }
}

void* create(void* host) {
    // A Plugin* is what the contract promises behind the void*.
    plugin::Plugin* const made = new (std::nothrow) AdminPlugin{*static_cast<plugin::Host*>(host)};
    return made;
}

void destroy(void* plugin) {
    std::unique_ptr<plugin::Plugin> const owned{static_cast<plugin::Plugin*>(plugin)};
}

}  // namespace
}  // namespace bank::admin

extern "C" __attribute__((visibility("default"))) bankd_plugin_entry const bankd_plugin;
bankd_plugin_entry const bankd_plugin{
    BANKD_PLUGIN_ABI_VERSION,     BANKD_PLUGIN_TOOLCHAIN,       "admin",
    bank::admin::settings.data(), bank::admin::settings.size(), bank::admin::create,
    bank::admin::destroy,         bank::admin::check,
};
