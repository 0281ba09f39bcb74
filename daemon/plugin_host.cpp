#include "daemon/plugin_host.hpp"

#include <fmt/format.h>

#include "core/base/log.hpp"
#include "core/metrics/process_metrics.hpp"
#include "core/wire/remote_bank.hpp"
#include "daemon/host/core_socket.hpp"
#include "daemon/host/front_ends.hpp"
#include "daemon/host/host.hpp"
#include "daemon/host/metrics_reporter.hpp"
#include "daemon/host/plugin_loader.hpp"
#include "daemon/host/plugin_tables.hpp"
#include "daemon/os/credentials.hpp"
#include "daemon/os/listeners.hpp"
#include "daemon/os/logging.hpp"
#include "daemon/os/process.hpp"
#include "daemon/os/sandbox.hpp"
#include "daemon/os/service_manager.hpp"
#include "daemon/os/watchdog.hpp"
#include "daemon/version.hpp"

namespace bank::daemon {
namespace {

constexpr auto category = "daemon";
// Added to drain_ms, for the threads.
constexpr std::chrono::milliseconds stop_margin{5000};

wire::RemoteBank::Settings remote_settings(Config const& config, api::FrontEnd front_end) {
    wire::RemoteBank::Settings settings;
    settings.socket = core_socket_path(config, front_end);
    settings.front_end = front_end;
    settings.version = version();
    settings.patience = std::chrono::milliseconds{config.integer("core", "patience_ms")};
    // The core ends each call within its own timeouts; this limit is for one that does not.
    settings.call_max = std::chrono::seconds{30} + 2 * std::chrono::milliseconds{config.integer(
                                                           "database", "statement_timeout_ms")};
    return settings;
}

class PluginHost {
public:
    struct Start {
        std::filesystem::path config_file;
        std::string name;
        Signals& signals;
        StopGuard& guard;
        PluginLoader& loader;
        Logging& logging;
        Listeners& listeners;
        Config config;
    };

    PluginHost(Start start, api::FrontEnd front_end)
        : config_file_(std::move(start.config_file)),
          name_(std::move(start.name)),
          signals_(start.signals),
          guard_(start.guard),
          loader_(start.loader),
          logging_(start.logging),
          config_(std::move(start.config)),
          listeners_(start.listeners),
          bank_(remote_settings(*config_.get(), front_end),
                [](std::string const& sentence) { log::info(category, "{}", sentence); }),
          reporter_(bank_, [this, front_end] { return collect(front_end); }),
          watchdog_({[this] { return bank_.silence(); }}) {}

    ExitCode run() {
        log::info(category, "bankd {} starts as host of {}.", version(), name_);
        bank_.start();
        auto const started = front_ends_.start(
            *loader_.find(name_), {name_, bank_, config_, listeners_,
                                   [this] { return check_files(); }, credentials_directory()});
        if (!started) {
            auto const& error = started.error();
            log::error(category, "{}", error.detail);
            bank_.stop();
            return error.code == Code::invalid_field ? ExitCode::configuration
                                                     : ExitCode::unavailable;
        }
        for (auto const& socket : listeners_.close_rest()) {
            log::warning(category, "Unused socket \"{}\" closed.", socket);
        }
        reporter_.start();
        watchdog_.start();
        notify_ready(status());
        log::info(category, "bankd {} serves as host of {}.", version(), name_);
        for (auto event = signals_.wait(); event != Signals::Event::stop; event = signals_.wait()) {
            if (event == Signals::Event::reload) reload();
        }
        stop();
        return ExitCode::ok;
    }

private:
    std::string status() const { return fmt::format("Serves {}.", name_); }

    Config read(Report& report, PluginsCheck check) const {
        auto const had = [this](std::string_view name) { return listeners_.had(name); };
        return read_config(config_file_, loaded(loader_, check, {credentials_directory(), had}),
                           report, Scope{{{name_}}});
    }

    void reload() {
        notify_reloading();
        Report report;
        auto next = read(report, PluginsCheck::tables);
        log_report(report);
        if (report.mistakes.empty()) {
            for (auto const& key : next.keep_until_restart(*config_.get())) {
                log::warning(category, "{} was changed; the change needs a restart.", key);
            }
            config_.set(std::move(next));
            logging_.set_level(config_.get()->text("log", "level"));
            front_ends_.reload();
            log::info(category, "The configuration was reloaded.");
        } else {
            log::error(category,
                       "The configuration has mistakes; keeping the previous configuration.");
        }
        notify_ready(status());
    }

    void stop() {
        std::chrono::milliseconds const drain{config_.get()->integer("daemon", "drain_ms")};
        guard_.arm(drain + stop_margin);
        notify_stopping();
        log::info(category, "bankd is stopping.");
        front_ends_.stop(drain);
        bank_.stop();
        reporter_.stop();
    }

    std::vector<api::MetricFamily> collect(api::FrontEnd front_end) {
        metrics::Collection own;
        metrics::add_process(own, front_end == api::FrontEnd::rest ? metrics::Process::rest
                                                                   : metrics::Process::admin);
        auto families = std::move(own).take();
        for (auto const& figures : front_ends_.metrics()) {
            metrics::merge(families, figures.families);
        }
        return families;
    }

    plugin::ConfigurationFindings check_files() const {
        Report report;
        static_cast<void>(read(report, PluginsCheck::sections));
        auto findings = findings_of(report);
        findings.notes.push_back(fmt::format(
            "[{}] and the keys were not checked: other processes read them. bankd --check-config "
            "checks all of it.",
            name_ == "admin" ? "rest" : "admin"));
        return findings;
    }

    std::filesystem::path config_file_;
    std::string name_;
    Signals& signals_;
    StopGuard& guard_;
    PluginLoader& loader_;
    Logging& logging_;
    CurrentConfig config_;
    Listeners& listeners_;
    wire::RemoteBank bank_;
    FrontEnds front_ends_;
    MetricsReporter reporter_;
    Watchdog watchdog_;
};

}  // namespace

ExitCode host(std::filesystem::path const& config_file, std::string const& name) {
    Signals signals;
    StopGuard guard(signals);
    harden_process();
    PluginLoader loader;
    Report report;
    Listeners listeners(receive_listeners());
    auto const had = [&](std::string_view socket) { return listeners.had(socket); };
    auto config = read_config(config_file,
                              loading(loader, PluginsCheck::start, {credentials_directory(), had}),
                              report, Scope{{{name}}});
    if (!report.mistakes.empty()) {
        log_report(report);
        return ExitCode::configuration;
    }
    Logging logging(choose_log_target(config.text("log", "target")), config.text("log", "level"));
    log_report(report);
    if (!check_sandbox(config.text("daemon", "sandbox"), {.has_network = false})) {
        return ExitCode::configuration;
    }
    auto const front_end = name == "admin" ? api::FrontEnd::admin : api::FrontEnd::rest;
    PluginHost plugin_host(
        {config_file, name, signals, guard, loader, logging, listeners, std::move(config)},
        front_end);
    return plugin_host.run();
}

}  // namespace bank::daemon
