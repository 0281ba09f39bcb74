// A front end as the host sees it, and the host as the front end sees it.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/api/bank_api.hpp"
#include "core/base/log.hpp"
#include "core/base/result.hpp"

namespace bank::plugin {

// Given to a plugin; outlives it. Threads: any.
class Host {
public:
    virtual ~Host() = default;

    // What this front end may ask of the core.
    [[nodiscard]] virtual api::BankApi& bank() = 0;

    // The value of a key of the plugin's own section: checked against its type and bounds, with
    // its default. Precondition: the key is in the plugin's table.
    [[nodiscard]] virtual std::string setting(std::string_view key) const = 0;
    [[nodiscard]] virtual std::int64_t setting_integer(std::string_view key) const = 0;
    [[nodiscard]] virtual bool setting_boolean(std::string_view key) const = 0;

    // A listening socket that the service manager opened under this name, owned by the caller from
    // then on. Nothing: open one yourself.
    [[nodiscard]] virtual std::optional<int> take_listener(std::string_view name) = 0;

    virtual void log(log::Level level, std::string_view message) = 0;

    // Configuration as text, for `bankctl config show`: "key = value" lines with their origin.
    // Secrets are not settings and do not appear.
    [[nodiscard]] virtual std::string describe_configuration() const = 0;

    // Reads the configuration files again, without taking them up, for `bankctl config check`:
    // one "file:line: sentence" for each mistake. Empty: a restart would accept them.
    [[nodiscard]] virtual std::vector<std::string> check_configuration() const = 0;
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
