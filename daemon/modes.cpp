#include "daemon/modes.hpp"

#include <fmt/format.h>

#include <optional>
#include <ostream>

#include "core/base/check.hpp"
#include "core/postgres/schema/migrator.hpp"
#include "daemon/examine_copy.hpp"
#include "daemon/host/plugin_loader.hpp"
#include "daemon/host/plugin_tables.hpp"
#include "daemon/keys.hpp"
#include "daemon/version.hpp"

namespace bank::daemon {
namespace {

void print(Report const& report, std::ostream& stream) {
    for (auto const& warning : report.warnings) {
        stream << to_string(warning.place) << ": warning: " << warning.text << '\n';
    }
    for (auto const& mistake : report.mistakes) stream << to_string(mistake) << '\n';
}

// nullopt if there are mistakes; prints all of them.
std::optional<Config> read_or_print(CommandLine const& line, Streams streams) {
    PluginLoader loader;
    Report report;
    // Files that plugins read at start may be missing: this mode may be the one that creates them.
    auto config = read_config(line.config_file, loading(loader, PluginsCheck::tables), report);
    print(report, streams.error);
    if (!report.mistakes.empty()) return std::nullopt;
    return config;
}

ExitCode check_config(CommandLine const& line, Streams streams) {
    PluginLoader loader;
    Report report;
    auto const config =
        read_config(line.config_file,
                    loading(loader, PluginsCheck::sections, {credentials_directory(), {}}), report);
    check_keys_of(config, report);
    print(report, streams.error);
    auto const count = report.mistakes.size();
    if (count != 0) {
        streams.error << fmt::format("{}: {} mistake{}\n", line.config_file.string(), count,
                                     count == 1 ? "" : "s");
        return ExitCode::configuration;
    }
    streams.out << line.config_file.string() << ": ok\n";
    return ExitCode::ok;
}

ExitCode migrate(CommandLine const& line, Streams streams) {
    auto const config = read_or_print(line, streams);
    if (!config) return ExitCode::configuration;
    auto const done = postgres::migrate(
        config->text("database", "owner_connection"), [&](postgres::MigrationStep const& step) {
            streams.out << fmt::format("{} {}\n", step.name,
                                       step.was_applied ? "already applied" : "applied")
                        << std::flush;
        });
    if (done) return ExitCode::ok;
    auto const& error = done.error();
    auto const reason = error.detail.empty() ? title(error.code) : std::string_view{error.detail};
    streams.error << fmt::format("Migration failed: {}\n", reason);
    return kind(error.code) == CodeKind::unavailable ? ExitCode::unavailable : ExitCode::internal;
}

ExitCode make(CommandLine const& line, Streams streams) {
    auto const config = read_or_print(line, streams);
    if (!config) return ExitCode::configuration;
    int count = 0;
    auto const done = make_keys(config->text("keys", "directory"), [&](std::string const& path) {
        ++count;
        streams.out << "made " << path << '\n' << std::flush;
    });
    if (!done) {
        streams.error << done.error().detail << '\n';
        return ExitCode::cannot_create;
    }
    if (count == 0) streams.out << "nothing to create: all keys exist\n";
    return ExitCode::ok;
}

// Covers the plugins that the configuration loads or, without --config, the default ones.
ExitCode print_reference(CommandLine const& line, Streams streams) {
    PluginLoader loader;
    Report report;
    auto const tables = loading(loader, PluginsCheck::tables);
    auto const config = line.is_config_given ? read_config(line.config_file, tables, report)
                                             : default_config(tables, report);
    if (!report.mistakes.empty()) {
        print(report, streams.error);
        return ExitCode::configuration;
    }
    std::vector<Setting> settings;
    for (auto const& value : config.values()) settings.push_back(value.setting);
    streams.out << config_reference(settings);
    return ExitCode::ok;
}

}  // namespace

ExitCode run_mode(CommandLine const& line, Streams streams) {
    switch (line.mode) {
    case Mode::check_config: return check_config(line, streams);
    case Mode::migrate: return migrate(line, streams);
    case Mode::make_keys: return make(line, streams);
    case Mode::examine_copy: return examine_copy(line, streams);
    case Mode::print_config_reference: return print_reference(line, streams);
    case Mode::version: streams.out << "bankd " << version() << '\n'; return ExitCode::ok;
    case Mode::help: streams.out << help_text(); return ExitCode::ok;
    case Mode::serve:
    case Mode::core:
    case Mode::host: break;
    }
    BANK_UNREACHABLE();
}

}  // namespace bank::daemon
