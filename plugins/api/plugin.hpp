// The interfaces between a front end and its host.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/api/metrics.hpp"
#include "core/base/log.hpp"
#include "core/base/result.hpp"
#include "core/operations/bank_api.hpp"

namespace bank::plugin {

// The plugin's own section. Threads: any.
class Settings {
public:
    virtual ~Settings() = default;

    // The value of a key, or its default, checked against its type and bounds. Precondition: the
    // key is in the plugin's table.
    [[nodiscard]] virtual std::string setting(std::string_view key) const = 0;
    [[nodiscard]] virtual std::int64_t setting_integer(std::string_view key) const = 0;
    [[nodiscard]] virtual bool setting_boolean(std::string_view key) const = 0;

    // Whether a file sets the key; otherwise it has its default.
    [[nodiscard]] virtual bool is_given(std::string_view) const { return false; }
    // Whether the file of a path is a credential for the plugin's service, and this process is not
    // that service: then the file cannot be checked here.
    [[nodiscard]] virtual bool is_kept_for_service(std::string_view) const { return false; }
    // Whether the service manager is known to pass a listening socket of this name.
    [[nodiscard]] virtual bool is_handed_over(std::string_view) const { return false; }
};

// A fault in the value of a key.
struct SettingFault {
    std::string key;
    std::string why;             // One clause.
    bool is_of_process = false;  // Only this process lacks access; another may have it.
};

// Findings of re-reading the configuration files: one "file:line: sentence" each.
struct ConfigurationFindings {
    std::vector<std::string> mistakes;  // Empty: a restart would accept the files.
    std::vector<std::string> notes;     // Unchecked parts and warnings.
};

// Given to a plugin; outlives it. Threads: any.
class Host : public Settings {
public:
    // The core's API for this front end.
    [[nodiscard]] virtual operations::BankApi& bank() = 0;

    // A listening socket that the service manager opened under this name; the caller owns it.
    // nullopt: there is none, open one yourself.
    [[nodiscard]] virtual std::optional<int> take_listener(std::string_view name) = 0;

    virtual void log(log::Level level, std::string_view message) = 0;

    // Configuration as text, for `bankctl config show`: "key = value" lines with their origin.
    // Secrets are not settings and do not appear.
    [[nodiscard]] virtual std::string describe_configuration() const = 0;

    // Re-reads the configuration files without applying them, for `bankctl config check`.
    [[nodiscard]] virtual ConfigurationFindings check_configuration() const = 0;
};

// Threads: start(), reload() and stop() are called from one thread. No function throws.
class Plugin {
public:
    virtual ~Plugin() = default;

    // Starts serving. On error nothing is left running.
    [[nodiscard]] virtual Status start() noexcept = 0;

    // Applies the settings that can change while running (certificates, limits).
    virtual void reload() noexcept = 0;

    // Values since its start of the metrics that it reports itself. Any thread, from start() until
    // destruction.
    [[nodiscard]] virtual std::vector<api::MetricFamily> metrics() noexcept { return {}; }

    // Stops accepting, lets running requests finish within `grace_ms`, then aborts them.
    // Idempotent.
    virtual void stop(std::uint32_t grace_ms) noexcept = 0;
};

}  // namespace bank::plugin
