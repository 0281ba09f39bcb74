// The composition root: every part of the process is a member or a local here, constructed in order
// of dependency and destroyed in reverse.
#include "daemon/application.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <atomic>
#include <iostream>
#include <memory>
#include <optional>

#include "core/audit/alarms.hpp"
#include "core/audit/sealer.hpp"
#include "core/base/json_writer.hpp"
#include "core/base/log.hpp"
#include "core/base/time.hpp"
#include "core/postgres/database.hpp"
#include "core/service/bank.hpp"
#include "core/wire/bank_server.hpp"
#include "daemon/alarm_recorder.hpp"
#include "daemon/config/shown_settings.hpp"
#include "daemon/config/typed_settings.hpp"
#include "daemon/evidence/checkpoint_publisher.hpp"
#include "daemon/evidence/journald_sink.hpp"
#include "daemon/host/core_socket.hpp"
#include "daemon/host/front_ends.hpp"
#include "daemon/host/host.hpp"
#include "daemon/host/plugin_loader.hpp"
#include "daemon/host/plugin_tables.hpp"
#include "daemon/keys.hpp"
#include "daemon/os/listeners.hpp"
#include "daemon/os/logging.hpp"
#include "daemon/os/process.hpp"
#include "daemon/os/sandbox.hpp"
#include "daemon/os/service_manager.hpp"
#include "daemon/os/watchdog.hpp"
#include "daemon/preparation.hpp"
#include "daemon/readiness_monitor.hpp"
#include "daemon/schema_guard.hpp"
#include "daemon/version.hpp"

namespace bank::daemon {
namespace {

constexpr auto category = "daemon";
// Added to drain_ms, for posting in progress, the last audit records and the threads.
constexpr std::chrono::milliseconds stop_margin{5000};

// A core without front ends loads no plugins.
Scope scope_of(FrontEndsAre setting) {
    if (setting == FrontEndsAre::together) return {};
    return {std::vector<std::string>{}};
}

audit::LogIdentity identity_of(std::vector<audit::NoteSigner> const& signers,
                               Config const& config) {
    audit::LogIdentity identity{config.text("audit", "origin"), {}};
    for (auto const& signer : signers) identity.keys.push_back(signer.key());
    return identity;
}

class Application {
public:
    // Created before there are threads.
    struct Start {
        std::filesystem::path config_file;
        Signals& signals;
        StopGuard& guard;
        FrontEndsAre setting;
        PluginLoader& loader;
        Logging& logging;
        Listeners& listeners;
        Config config;
        service::Keys keys;
        std::vector<audit::NoteSigner> audit_keys;
        audit::RecordKeys record_keys;

        [[nodiscard]] std::string checkpoint_keys() const {
            std::string lines;
            for (auto const& signer : audit_keys) lines += to_text(signer.key()) + '\n';
            return lines;
        }
    };

    explicit Application(Start start)
        : config_file_(std::move(start.config_file)),
          signals_(start.signals),
          guard_(start.guard),
          setting_(start.setting),
          checkpoint_keys_(start.checkpoint_keys()),
          loader_(start.loader),
          logging_(start.logging),
          config_(std::move(start.config)),
          started_(config_.get()),
          pepper_(start.keys.pepper.clone()),
          pepper_id_(start.keys.pepper_id),
          bindings_(pepper_),
          record_keys_(std::move(start.record_keys)),
          listeners_(start.listeners),
          database_(database_settings(*config_.get(), &record_keys_)),
          alarms_(database_.alarms(),
                  {&record_keys_, &record_keys_, &pepper_,
                   [this](std::vector<api::Alarm> const& open) { change_alarms(open); }}),
          alarm_recorder_(database_.audit(), alarms_, clock_),
          sink_(database_.audit(),
                {[this](std::string_view sink, std::uint64_t next) {
                     return bindings_.of_delivery(sink, next);
                 },
                 [this](std::string_view sink, std::uint64_t next, BytesView mac) {
                     return bindings_.is_delivery(sink, next, mac);
                 }}),
          publisher_(publisher_settings(*config_.get())),
          identity_(identity_of(start.audit_keys, *config_.get())),
          seal_store_(database_.make_seal_store()),
          sealer_(
              *seal_store_, clock_, record_keys_, std::move(start.audit_keys),
              sealer_settings(*config_.get()),
              {[this](std::string const& note) { publisher_.publish(note); },
               [this](std::string const& sentence) { refuse_log(sentence); },
               [this](audit::RecordsAlarm const& alarm) { return alarm_recorder_.records(alarm); },
               [this](audit::LostCheckpoint const& lost) {
                   return bindings_.is_lost_checkpoint(lost.restore, lost.note, lost.mac);
               }},
              publisher_.kept()),
          schema_guard_(
              {[this] { return database_.attest(); },
               [this](api::SchemaReport const& report) { return alarm_recorder_.schema(report); }}),
          preparation_({database_, publisher_, identity_, bindings_, record_keys_, pepper_,
                        pepper_id_, alarms_, alarm_recorder_, clock_,
                        [this](std::string const& sentence) { refuse_log(sentence); }}),
          monitor_({[this] { return database_.schema(); },
                    [this](std::string const& server) { return halted(server); },
                    [this] { return prepare(); }, [this] { return database_.check_space(); },
                    [this] { refuse(); },
                    [this](log::Level level, std::string const& sentence) {
                        announce(level, sentence);
                    }}),
          bank_(service_settings(*config_.get()), stores(), surroundings(), std::move(start.keys),
                clock_),
          watchdog_(probes()) {}

    ExitCode run() {
        log::info(category, "bankd {} starts.", version());
        monitor_.step();
        if (is_refused_) return ExitCode::configuration;
        // If the database is unavailable, the sealer repeats the check once it is reachable.
        if (auto const checked = sealer_.check();
            !checked && checked.code() == Code::internal_error) {
            refuse_log(checked.error().detail);
            return ExitCode::configuration;
        }
        // Records that do not verify halt the bank before it serves.
        static_cast<void>(sealer_.step());
        if (auto const started = bank_.start(); !started) {
            log::error(category, "The bank cannot start: {}", started.error().detail);
            return ExitCode::configuration;
        }
        if (auto const failed = start_front_ends()) {
            stop();
            return *failed;
        }
        for (auto const& name : listeners_.close_rest()) {
            log::warning(category, "Unused socket \"{}\" closed.", name);
        }
        publisher_.start();
        sealer_.start();
        if (config_.get()->boolean("audit", "journald")) sink_.start();
        monitor_.start();
        watchdog_.start();
        is_announced_ = true;
        notify_ready(status());
        log::info(category, "bankd {} serves. {}", version(), status());
        auto const code = handle_signals();
        stop();
        return code;
    }

private:
    service::Stores stores() {
        return {database_.users(),
                database_.known_devices(),
                database_.pins(),
                database_.ledger(),
                database_.audit(),
                database_.jobs(),
                [this] { return database_.make_lane(); }};
    }

    service::Surroundings surroundings() {
        service::Surroundings s;
        s.version = version();
        s.checkpoint_keys = checkpoint_keys_;
        s.readiness = [this] { return monitor_.readiness(); };
        s.schema_version = [this] { return monitor_.schema_version(); };
        s.obstacle = [this] { return obstacle(); };
        s.records_alarm = [this] { return sealer_.has_alarm(); };
        s.halt_reason = [this] { return halt_reason(); };
        s.alarms = &alarms_;
        s.check_schema = [this] { return schema_guard_.check(); };
        s.connections = [this]() -> service::Surroundings::Connections {
            auto const use = database_.pool_use();
            return {use.busy, use.size,
                    static_cast<int>(config_.get()->integer("database", "pool_size"))};
        };
        s.sealing_lag = [this] { return sealer_.lag(); };
        s.times_ahead = [this] { return sealer_.ahead(); };
        s.request_checkpoint = [this](audit::Position covering) {
            return sealer_.request_checkpoint(covering);
        };
        s.early_checkpoints = [this] { return sealer_.early_checkpoints(); };
        s.audit_undelivered = [this] { return sink_.undelivered(); };
        s.settings = [this] {
            return api::Settings{config_file_.string(), shown_settings(*started_, *config_.get())};
        };
        if (setting_ == FrontEndsAre::together) s.front_ends = [this] { return figures(); };
        return s;
    }

    std::vector<service::Surroundings::FrontEndFigures> figures() {
        std::vector<service::Surroundings::FrontEndFigures> all;
        for (auto& one : front_ends_.metrics()) {
            all.emplace_back(one.name == "admin" ? api::FrontEnd::admin : api::FrontEnd::rest,
                             std::move(one.families));
        }
        return all;
    }

    std::optional<Code> obstacle() const {
        auto found = schema_guard_.obstacle();
        if (!found && sealer_.has_alarm()) found = Code::bank_halted;
        return found ? found : alarms_.obstacle();
    }

    // The functions of an altered schema are not asked for the alarms.
    Result<std::string> halted(std::string const& server) {
        if (auto const looked = schema_guard_.look(server); !looked) return looked.error();
        if (!schema_guard_.obstacle()) {
            if (auto const read = alarms_.refresh(); !read) return read.error();
        }
        auto reason = halt_reason();
        if (reason.empty() && sealer_.has_alarm()) {
            reason =
                "The audit log has records that the bank did not write: the bank answers "
                "questions only.";
        }
        return reason;
    }

    std::string halt_reason() const {
        return daemon::halt_reason(schema_guard_.obstacle(), alarms_.open());
    }

    void change_alarms(std::vector<api::Alarm> const& open) {
        alarm_recorder_.announce(open);
        sealer_.look_again();
    }

    // Runs once the database is reachable and its schema matches.
    Status prepare() {
        if (auto prepared = preparation_.run(*config_.get()); !prepared) return prepared;
        if (auto started = record(audit::Action::start, std::nullopt); !started) return started;
        for (auto const& name : config_.get()->list("plugins", "load")) {
            auto loaded = record(audit::Action::load_plugin, std::nullopt, name);
            if (!loaded) return loaded;
        }
        return Done{};
    }

    void refuse() {
        is_refused_ = true;
        signals_.wake();
    }

    // The log contradicts its checkpoints: further records would only hide that.
    void refuse_log(std::string const& sentence) {
        log::error(category,
                   "{} bankd refuses to run. Leave the database unchanged and verify an export "
                   "against the checkpoints with bankd-verify log.",
                   sentence);
        refuse();
    }

    void announce(log::Level level, std::string const& sentence) {
        log::write(level, category, sentence);
        if (is_announced_) notify_status(status());
    }

    std::string status() const {
        return fmt::format("{} (schema {}).", api::to_string(monitor_.readiness()),
                           monitor_.schema_version());
    }

    // Parts that must make progress while the bank serves.
    std::vector<Watchdog::Probe> probes() {
        return {[this] { return bank_.lanes_silence(); }, [this] { return monitor_.stalled_for(); },
                [this] { return server_ ? server_->silence() : std::chrono::milliseconds{0}; }};
    }

    std::optional<ExitCode> open_core() {
        auto const config = config_.get();
        auto doors = open_doors(*config, listeners_);
        if (!doors) {
            log::error(category, "{}", doors.error().detail);
            return ExitCode::configuration;
        }
        for (auto& door : *doors) {
            door.bank = &bank_.front_end(door.front_end);
        }
        wire::BankServer::Settings settings;
        settings.version = version();
        settings.workers = static_cast<std::size_t>(config->integer("core", "threads"));
        wire::BankServer::Hooks hooks;
        hooks.refused = [this](api::FrontEnd front_end, operations::Facts const& facts,
                               api::Caller const& caller) {
            refuse_operation(front_end, facts, caller);
        };
        hooks.warn = [](std::string const& sentence) { log::warning(category, "{}", sentence); };
        server_ = std::make_unique<wire::BankServer>(settings, std::move(*doors), hooks);
        server_->start();
        return std::nullopt;
    }

    void refuse_operation(api::FrontEnd front_end, operations::Facts const& facts,
                          api::Caller const& caller) {
        bank_.count_refused_operation(front_end);
        log::error(category,
                   "The front end {} requested {} (request {}), which is not granted to it: a bug, "
                   "or another program uses its socket.",
                   to_string(front_end), facts.name, to_string(caller.request_id));
        JsonWriter details;
        details.begin_object();
        details.key("front_end").text(to_string(front_end));
        details.key("operation").text(facts.name);
        details.end_object();
        audit::Event event;
        event.action = audit::Action::refuse_operation;
        event.outcome = Code::permission_denied;
        event.details = std::move(details).take();
        event.source.request_id = caller.request_id;
        static_cast<void>(database_.audit().record(event));
    }

    std::optional<ExitCode> start_front_ends() {
        if (setting_ == FrontEndsAre::apart) return open_core();
        for (auto const& name : config_.get()->list("plugins", "load")) {
            auto const* loaded_plugin = loader_.find(name);
            auto const which = name == "admin" ? api::FrontEnd::admin : api::FrontEnd::rest;
            auto const started = front_ends_.start(
                *loaded_plugin, {name, bank_.front_end(which), config_, listeners_,
                                 [this] { return check_files(); }, credentials_directory()});
            if (started) continue;
            auto const& error = started.error();
            log::error(category, "{}", error.detail);
            return error.code == Code::invalid_field ? ExitCode::configuration
                                                     : ExitCode::unavailable;
        }
        return std::nullopt;
    }

    ExitCode handle_signals() {
        for (;;) {
            switch (signals_.wait()) {
            case Signals::Event::reload: reload(); break;
            case Signals::Event::stop: return ExitCode::ok;
            case Signals::Event::woken:
                if (is_refused_) return ExitCode::configuration;
                break;
            }
        }
    }

    // Applies the whole new configuration, or nothing.
    void reload() {
        notify_reloading();
        Report report;
        auto next = read_config(config_file_, loaded(loader_, PluginsCheck::tables), report,
                                scope_of(setting_));
        log_report(report);
        if (report.mistakes.empty()) {
            for (auto const& key : next.keep_until_restart(*config_.get())) {
                log::warning(category, "{} was changed; the change needs a restart.", key);
            }
            config_.set(std::move(next));
            auto const config = config_.get();
            logging_.set_level(config->text("log", "level"));
            bank_.reload(service_settings(*config));
            front_ends_.reload();
            log::info(category, "The configuration was reloaded.");
            record_or_log(audit::Action::reload, std::nullopt);
        } else {
            log::error(category,
                       "The configuration has mistakes; keeping the previous configuration.");
            record_or_log(audit::Action::reload, Code::invalid_field);
        }
        notify_ready(status());
    }

    void stop() {
        std::chrono::milliseconds const drain{config_.get()->integer("daemon", "drain_ms")};
        guard_.arm(drain + stop_margin);
        notify_stopping();
        log::info(category, "bankd is stopping.");
        bool const was_ready = monitor_.readiness() == api::Readiness::ready;
        monitor_.drain();
        front_ends_.stop(drain);
        if (server_) server_->stop(drain);
        bank_.stop();
        if (was_ready) record_or_log(audit::Action::stop, std::nullopt);
        sealer_.stop();
        publisher_.stop();
    }

    Status record(audit::Action action, std::optional<Code> outcome, std::string_view plugin = {}) {
        JsonWriter details;
        details.begin_object();
        if (!plugin.empty()) details.key("plugin").text(plugin);
        details.key("version").text(version());
        details.key("pid").number(std::int64_t{getpid()});
        details.end_object();
        audit::Event event;
        event.action = action;
        event.outcome = outcome;
        event.details = std::move(details).take();
        event.source.request_id = new_uuid(clock_.now());
        return database_.audit().record(event);
    }

    void record_or_log(audit::Action action, std::optional<Code> outcome) {
        auto const recorded = record(action, outcome);
        if (recorded) return;
        log::error(category, "Cannot record {} in the audit log: {} {}", audit::facts(action).word,
                   word(recorded.error().code), recorded.error().detail);
    }

    plugin::ConfigurationFindings check_files() const {
        Report report;
        auto const had = [this](std::string_view name) { return listeners_.had(name); };
        auto const config = read_config(
            config_file_, loaded(loader_, PluginsCheck::sections, {credentials_directory(), had}),
            report, scope_of(setting_));
        check_keys_of(config, report);
        return findings_of(report);
    }

    std::filesystem::path config_file_;
    Signals& signals_;
    StopGuard& guard_;
    FrontEndsAre const setting_;
    std::string const checkpoint_keys_;
    PluginLoader& loader_;
    Logging& logging_;
    CurrentConfig config_;
    std::shared_ptr<Config const> const started_;  // Before any reload.
    Secret const pepper_;
    std::string const pepper_id_;
    access::Bindings const bindings_;
    audit::RecordKeys const record_keys_;
    SystemClock clock_;
    std::atomic<bool> is_refused_{false};
    std::atomic<bool> is_announced_{false};  // READY=1 was sent.
    Listeners& listeners_;
    postgres::Database database_;
    audit::Alarms alarms_;
    AlarmRecorder alarm_recorder_;
    JournaldSink sink_;
    CheckpointPublisher publisher_;
    audit::LogIdentity identity_;
    std::unique_ptr<audit::SealStore> seal_store_;
    audit::Sealer sealer_;
    SchemaGuard schema_guard_;
    Preparation preparation_;
    ReadinessMonitor monitor_;
    service::Bank bank_;
    FrontEnds front_ends_;
    std::unique_ptr<wire::BankServer> server_;
    Watchdog watchdog_;
};

}  // namespace

ExitCode serve(std::filesystem::path const& config_file, FrontEndsAre setting) {
    Signals signals;
    StopGuard guard(signals);
    harden_process();
    PluginLoader loader;
    Report report;
    Listeners listeners(receive_listeners());
    auto const had = [&](std::string_view socket) { return listeners.had(socket); };
    auto config = read_config(config_file,
                              loading(loader, PluginsCheck::start, {credentials_directory(), had}),
                              report, scope_of(setting));
    if (!report.mistakes.empty()) {
        log_report(report);
        return ExitCode::configuration;
    }
    Logging logging(choose_log_target(config.text("log", "target")), config.text("log", "level"));
    log_report(report);
    Expected const expected{.has_network =
                                needs_network(config) || setting == FrontEndsAre::together};
    if (!check_sandbox(config.text("daemon", "sandbox"), expected)) {
        return ExitCode::configuration;
    }
    auto keys = read_keys({config.text("keys", "directory"), credentials_directory()});
    if (!keys) {
        log::error(category, "{}", keys.error().detail);
        return ExitCode::configuration;
    }
    auto audit_keys = read_audit_keys({config.text("keys", "directory"), credentials_directory()},
                                      config.text("audit", "origin"));
    if (!audit_keys) {
        log::error(category, "{}", audit_keys.error().detail);
        return ExitCode::configuration;
    }
    auto record_keys =
        read_record_keys({config.text("keys", "directory"), credentials_directory()});
    if (!record_keys) {
        log::error(category, "{}", record_keys.error().detail);
        return ExitCode::configuration;
    }
    for (auto const& signer : *audit_keys) {
        log::info(category, "The audit log's checkpoints are signed by {}", to_text(signer.key()));
    }
    Application application({config_file, signals, guard, setting, loader, logging, listeners,
                             std::move(config), std::move(*keys), std::move(*audit_keys),
                             std::move(*record_keys)});
    return application.run();
}

}  // namespace bank::daemon
