// A front end as the host sees it, and the host as the front end sees it.
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

    // The value of a key: checked against its type and bounds, with its default. Precondition: the
    // key is in the plugin's table.
    [[nodiscard]] virtual std::string setting(std::string_view key) const = 0;
    [[nodiscard]] virtual std::int64_t setting_integer(std::string_view key) const = 0;
    [[nodiscard]] virtual bool setting_boolean(std::string_view key) const = 0;

    // Whether a file has the key; else it is at its default.
    [[nodiscard]] virtual bool is_given(std::string_view) const { return false; }
    // Whether the file that a path names is a credential that the service manager gives to the
    // plugin's service, and this process is not that: then nothing can be said of it here.
    [[nodiscard]] virtual bool is_kept_for_service(std::string_view) const { return false; }
    // Whether the service manager is known to hand over a listening socket of this name.
    [[nodiscard]] virtual bool is_handed_over(std::string_view) const { return false; }
};

// What is wrong with the value of a key.
struct SettingFault {
    std::string key;
    std::string why;             // One clause.
    bool is_of_process = false;  // Only this process may not look; another might.
};

// What reading the configuration files again found: one "file:line: sentence" each.
struct ConfigurationFindings {
    std::vector<std::string> mistakes;  // Empty: a restart would accept the files.
    std::vector<std::string> notes;     // What could not be looked at, or deserves a thought.
};

// Given to a plugin; outlives it. Threads: any.
class Host : public Settings {
public:
    // What this front end may ask of the core.
    [[nodiscard]] virtual operations::BankApi& bank() = 0;

    // A listening socket that the service manager opened under this name, owned by the caller from
    // then on. Nothing: open one yourself.
    [[nodiscard]] virtual std::optional<int> take_listener(std::string_view name) = 0;

    virtual void log(log::Level level, std::string_view message) = 0;

    // Configuration as text, for `bankctl config show`: "key = value" lines with their origin.
    // Secrets are not settings and do not appear.
    [[nodiscard]] virtual std::string describe_configuration() const = 0;

    // Reads the configuration files again, without taking them up, for `bankctl config check`.
    [[nodiscard]] virtual ConfigurationFindings check_configuration() const = 0;
};

// Threads: start(), reload() and stop() come from one thread, one after the other. Nothing throws.
class Plugin {
public:
    virtual ~Plugin() = default;

    // Begins to serve. An error leaves nothing running.
    [[nodiscard]] virtual Status start() noexcept = 0;

    // Takes up the settings that can change while running (certificates, limits).
    virtual void reload() noexcept = 0;

    // What it has counted since its start: of metrics that are its own to report. Any thread, after
    // start() and until its destruction.
    [[nodiscard]] virtual std::vector<api::MetricFamily> metrics() noexcept { return {}; }

    // Accepts no more, lets what runs finish within `grace_ms`, then ends it. Idempotent.
    virtual void stop(std::uint32_t grace_ms) noexcept = 0;
};

}  // namespace bank::plugin
