// The services of the process for a front end.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "core/base/live.hpp"
#include "daemon/config/config.hpp"
#include "daemon/os/listeners.hpp"
#include "plugins/api/plugin.hpp"

namespace bank::daemon {

// The current configuration.
using CurrentConfig = Live<Config>;

// A plugin's section of a configuration. Threads: any. The configuration must outlive it.
class Section final : public plugin::Settings {
public:
    struct Surroundings {
        std::string credentials_directory;                     // Empty: none.
        std::function<bool(std::string_view)> is_handed_over;  // None: unknown.
    };

    Section(Config const& config, std::string name, Surroundings surroundings)
        : config_(config), name_(std::move(name)), surroundings_(std::move(surroundings)) {}

    // If the service manager provides a path's file as a credential, returns the credential's path.
    [[nodiscard]] std::string setting(std::string_view key) const override;
    [[nodiscard]] std::int64_t setting_integer(std::string_view key) const override;
    [[nodiscard]] bool setting_boolean(std::string_view key) const override;
    [[nodiscard]] bool is_given(std::string_view key) const override;
    [[nodiscard]] bool is_kept_for_service(std::string_view key) const override;
    [[nodiscard]] bool is_handed_over(std::string_view name) const override;

private:
    Config const& config_;
    std::string const name_;
    Surroundings const surroundings_;
};

// Threads: any. Referenced objects must outlive the Host.
class Host final : public plugin::Host {
public:
    struct Parts {
        std::string name;  // The plugin's name.
        operations::BankApi& bank;
        CurrentConfig const& config;
        Listeners& listeners;
        std::function<plugin::ConfigurationFindings()> check_configuration;
        std::string credentials_directory;  // Empty: none.
    };

    explicit Host(Parts parts) : parts_(std::move(parts)) {}

    [[nodiscard]] std::string const& name() const noexcept { return parts_.name; }
    [[nodiscard]] operations::BankApi& bank() override { return parts_.bank; }
    [[nodiscard]] std::string setting(std::string_view key) const override;
    [[nodiscard]] std::int64_t setting_integer(std::string_view key) const override;
    [[nodiscard]] bool setting_boolean(std::string_view key) const override;
    [[nodiscard]] bool is_given(std::string_view key) const override;
    // Only listeners named like the plugin, or with its name and a dash as prefix, belong to it.
    [[nodiscard]] std::optional<int> take_listener(std::string_view name) override;
    void log(log::Level level, std::string_view message) override;
    [[nodiscard]] std::string describe_configuration() const override;
    [[nodiscard]] plugin::ConfigurationFindings check_configuration() const override;

private:
    Parts parts_;
};

}  // namespace bank::daemon
