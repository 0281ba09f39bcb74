#include "core/api/system.hpp"

#include "core/api/describe.hpp"
#include "core/api/metrics.hpp"
#include "core/api/setting.hpp"
#include "core/base/bounds.hpp"

namespace bank::api {

BANK_DESCRIBE(
    SystemStatus, "SystemStatus",
    field<&SystemStatus::version>("version", "Version of bankd.", "\"0.1.0\""),
    field<&SystemStatus::readiness>("readiness", "Whether the bank serves requests.", "\"ready\""),
    field<&SystemStatus::started_at>("started_at", "When the daemon was started.", example_instant),
    field<&SystemStatus::schema_version>("schema_version", "Version of the database schema.", "16")
        .bounded(0, bounds::exact_max),
    field<&SystemStatus::transfers_posted>("transfers_posted",
                                           "Transactions posted since the start.", "1200"),
    field<&SystemStatus::transfers_refused>("transfers_refused",
                                            "Transactions declined since the start.", "7"),
    field<&SystemStatus::batches>("batches", "Batches committed since the start.", "310"),
    field<&SystemStatus::queue_depth>("queue_depth", "Transactions that wait for a lane.", "0")
        .bounded(0, bounds::exact_max),
    field<&SystemStatus::lanes>("lanes", "Posting lanes.", "1").bounded(0, bounds::exact_max),
    field<&SystemStatus::database_connections_busy>("database_connections_busy",
                                                    "Database connections in use.", "1")
        .bounded(0, bounds::exact_max),
    field<&SystemStatus::database_connections>("database_connections",
                                               "Database connections at most.", "16")
        .bounded(0, bounds::exact_max),
    field<&SystemStatus::audit_undelivered>("audit_undelivered",
                                            "Audit records not yet written to journald.", "0"),
    field<&SystemStatus::audit_sealing_lag_ms>(
        "audit_sealing_lag_ms",
        "Age in milliseconds of the oldest audit record that is not sealed. Above 60 s, high-risk "
        "operations fail with audit_behind.",
        "40")
        .bounded(0, bounds::exact_max),
    field<&SystemStatus::halt_reason>(
        "halt_reason", "Why the bank only answers questions, and the next step; else null.", "null")
        .as(Appearance::null_if_empty),
    field<&SystemStatus::open_alarms>("open_alarms", "Alarms that are not cleared, oldest first."))

BANK_DESCRIBE(PublicFacts, "PublicFacts",
              field<&PublicFacts::forgotten_password_text>(
                  "forgotten_password_text", "Plain text for users who forgot their password.",
                  "\"Call your branch; bring your identity card.\""))

// Its sentence alone.
BANK_DESCRIBE(LedgerFinding, "LedgerFinding",
              field<&LedgerFinding::what>({}, "One sentence.",
                                          "\"Account 12 has the balance 100, its entries sum "
                                          "to 90.\""))

BANK_DESCRIBE(LedgerReport::Sum, "LedgerSum",
              field<&LedgerReport::Sum::currency>("currency", "ISO 4217.", "\"EUR\""),
              amount<&LedgerReport::Sum::entries, &LedgerReport::Sum::currency>(
                  "entries", "Sum of all entries; 0 in a consistent ledger.", "0"),
              amount<&LedgerReport::Sum::balances, &LedgerReport::Sum::currency>(
                  "balances", "Sum of all balances; 0 in a consistent ledger.", "0"))

BANK_DESCRIBE(LedgerReport, "LedgerReport",
              field<&LedgerReport::is_sound>("is_sound", "Whether the ledger is consistent.",
                                             "true"),
              field<&LedgerReport::sums>("sums", "Sums by currency."),
              field<&LedgerReport::accounts>("accounts", "Accounts checked.", "120"),
              field<&LedgerReport::transfers>("transfers", "Transactions checked.", "4100"),
              field<&LedgerReport::entries>("entries", "Entries checked.", "8100"),
              field<&LedgerReport::findings>("findings", "Inconsistencies, at most 100."))

BANK_DESCRIBE(
    SchemaDifference, "SchemaDifference",
    field<&SchemaDifference::object>("object", "Kind and name.",
                                     "\"index bank.transfers_idempotency_id of bank.transfers\""),
    field<&SchemaDifference::expected>(
        "expected", "Definition of the object; empty if it should not exist.",
        "\"CREATE UNIQUE INDEX transfers_idempotency_id ON bank.transfers USING btree "
        "(idempotency_id) WHERE (idempotency_id IS NOT NULL)\""),
    field<&SchemaDifference::found>(
        "found", "Definition in the database; empty if it does not exist.",
        "\"CREATE INDEX transfers_idempotency_id ON bank.transfers USING btree "
        "(idempotency_id) WHERE (idempotency_id IS NOT NULL)\""),
    field<&SchemaDifference::is_grave>(
        "is_grave",
        "Whether the difference may move money or hide a transaction. The bank is halted while "
        "there is one.",
        "true"))

BANK_DESCRIBE(
    SchemaReport, "SchemaReport",
    field<&SchemaReport::is_as_built>(
        "is_as_built",
        "Whether the schema is the one that this version was built for, without grave differences.",
        "true"),
    field<&SchemaReport::objects>("objects", "Objects compared.", "974")
        .bounded(0, bounds::exact_max),
    field<&SchemaReport::difference_count>("difference_count", "All differences.", "0")
        .bounded(0, bounds::exact_max),
    field<&SchemaReport::grave_count>("grave_count", "Grave differences.", "0")
        .bounded(0, bounds::exact_max),
    field<&SchemaReport::differences>("differences", "Differences, at most 100; grave ones first."))

BANK_DESCRIBE(Setting, "Setting",
              field<&Setting::section>("section", "Section of the configuration.", "\"bank\""),
              field<&Setting::name>("name", "Key in the section.", "\"country\""),
              field<&Setting::value>("value",
                                     "Value in force, in the form of the configuration file. "
                                     "Secret parts are replaced by *** or omitted.",
                                     "\"DE\""),
              field<&Setting::default_value>("default", "Default value.", "\"\""),
              field<&Setting::description>("description", "Purpose of the setting.",
                                           "\"Country of the account numbers.\""),
              field<&Setting::needs_restart>("needs_restart",
                                             "Whether a change takes effect only after a restart.",
                                             "true"))

BANK_DESCRIBE(
    Settings, "Settings",
    field<&Settings::file>(
        "file",
        "The configuration file that was read. The files in conf.d beside it are read after it.",
        "\"/etc/bankd/bankd.conf\""),
    field<&Settings::items>("items", "The settings."))

BANK_DESCRIBE(MetricSeries, "MetricSeries",
              field<&MetricSeries::labels>("labels", "Place of each label's word.", "0"),
              field<&MetricSeries::values>("values", "Values of the series.", "0"))

BANK_DESCRIBE(MetricFamily, "MetricFamily",
              field<&MetricFamily::metric>("metric", "Place of the metric.", "0"),
              field<&MetricFamily::series>("series", "Series of the metric."))

BANK_DESCRIBE(Metrics, "Metrics",
              field<&Metrics::version>("version", "Version of bankd.", "\"0.1.0\""),
              field<&Metrics::families>("families", "The metrics."))

BANK_DESCRIBE(MetricsReport, "MetricsReport",
              field<&MetricsReport::families>("families", "Metrics with series."))

}  // namespace bank::api
