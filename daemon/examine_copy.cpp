#include "daemon/examine_copy.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <ostream>

#include "core/audit/record_keys.hpp"
#include "core/base/json_writer.hpp"
#include "core/base/random.hpp"
#include "core/base/time.hpp"
#include "core/crypto/key_maker.hpp"
#include "core/postgres/database.hpp"
#include "daemon/config/config.hpp"
#include "daemon/config/typed_settings.hpp"
#include "daemon/host/plugin_loader.hpp"
#include "daemon/host/plugin_tables.hpp"
#include "daemon/os/file_descriptor.hpp"

namespace bank::daemon {
namespace {

constexpr std::chrono::hours session_lifetime{12};

ExitCode fail(Streams streams, Error const& error) {
    streams.error << fmt::format("The copy cannot be checked: {} {}\n", title(error.code),
                                 error.detail);
    return kind(error.code) == CodeKind::unavailable ? ExitCode::unavailable : ExitCode::internal;
}

Result<access::Acting> log_in(postgres::Database& database) {
    access::Acting acting;
    acting.role = api::Role::admin;
    acting.source.user_agent = "bankd --examine-copy";
    acting.source.request_id = new_uuid(SystemClock{}.now());
    access::NewSession session;
    session.random = random_bytes<bounds::session_random_size>();
    session.refresh_digest = random_bytes<32>();
    session.lifetime = session_lifetime;
    auto const opened = database.users().open_local_session(acting.source, geteuid(), session);
    if (!opened) return opened.error();
    acting.session = access::session_secret(session.random, opened->user.id);
    return acting;
}

Status export_to(std::string const& path, std::string const& origin, postgres::Database& database,
                 access::Acting const& acting) {
    FileDescriptor const file(
        open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!file) return Error{Code::internal_error, path + " cannot be written."};
    return database.audit().export_trail(acting, origin, {}, [&](std::string_view lines) {
        if (write_all(file.get(), lines)) return Status{Done{}};
        return Status{Error{Code::internal_error, path + " cannot be written."}};
    });
}

std::string report_of(api::LedgerReport const& ledger, std::uint64_t sealed) {
    JsonWriter json;
    json.begin_object();
    json.key("is_sound").boolean(ledger.is_sound);
    json.key("accounts").number(ledger.accounts);
    json.key("transfers").number(ledger.transfers);
    json.key("entries").number(ledger.entries);
    json.key("sealed").number(static_cast<std::int64_t>(sealed));
    json.key("findings").begin_array();
    for (auto const& finding : ledger.findings) json.text(finding.what);
    json.end_array().end_object();
    return std::move(json).take();
}

}  // namespace

ExitCode examine_copy(CommandLine const& line, Streams streams) {
    Report report;
    PluginLoader loader;
    auto const config = read_config(line.config_file, loading(loader, PluginsCheck::tables), report,
                                    Scope{std::vector<std::string>{}});
    for (auto const& mistake : report.mistakes) streams.error << to_string(mistake) << '\n';
    if (!report.mistakes.empty()) return ExitCode::configuration;
    // The copy does not serve: the records of this examination are never sealed.
    auto const record_keys = audit::RecordKeys::read(crypto::make_record_key().reveal());
    if (!record_keys) return fail(streams, record_keys.error());
    postgres::Database database(database_settings(config, &*record_keys));
    auto const schema = database.schema();
    if (!schema) return fail(streams, schema.error());
    if (!schema->is_known) return fail(streams, {Code::internal_error, schema->mismatch});
    auto const sealed = database.make_seal_store()->sealed();
    if (!sealed) return fail(streams, sealed.error());
    auto const acting = log_in(database);
    if (!acting) return fail(streams, acting.error());
    auto const ledger = database.ledger().check_ledger(*acting);
    if (!ledger) return fail(streams, ledger.error());
    auto const exported =
        export_to(line.export_file, config.text("audit", "origin"), database, *acting);
    if (!exported) return fail(streams, exported.error());
    streams.out << report_of(*ledger, sealed->size) << '\n';
    return ledger->is_sound ? ExitCode::ok : ExitCode::unsound;
}

}  // namespace bank::daemon
