// The state of the bank itself.
#pragma once
#include "core/api/metrics.hpp"
#include "core/api/setting.hpp"
#include "core/api/system.hpp"
#include "core/operations/facts.hpp"

namespace bank::operations {

struct Readiness {
    using Input = Done;
    using Output = api::Readiness;
    static constexpr Facts facts{
        .number = 38,
        .name = "readiness",
        .entry = Entry::anyone,
        .summary = "Show whether the bank serves",
    };
};

struct SystemStatus {
    using Input = Done;
    using Output = api::SystemStatus;
    static constexpr Facts facts{
        .number = 39,
        .name = "system_status",
        .budget = Budget::read,
        .permission = Permission::view_system,
        .action = Action::view_system,
        .route = {Method::get, "/v1/system/status"},
        .summary = "Show the system's state",
        .text =
            "Returns readiness, version and the state of the database, the posting queue and "
            "the audit log. Administrators and auditors may call it.",
        .tag = "The bank",
    };
};

struct CheckLedger {
    using Input = Done;
    using Output = api::LedgerReport;
    static constexpr Facts facts{
        .number = 40,
        .name = "check_ledger",
        .budget = Budget::read,
        .permission = Permission::check_ledger,
        .action = Action::check_ledger,
        .route = {Method::get, "/v1/ledger/check"},
        .summary = "Check the ledger",
        .text =
            "Recalculates every balance from its entries and checks that each currency sums "
            "to zero. Administrators and auditors may call it. The check reads the whole "
            "ledger while posting continues, and is audited.",
        .tag = "The bank",
        .command =
            {
                .words = "ledger check",
                .examples = {{{"bankctl ledger check && echo consistent",
                               "Exits 1 if the ledger is not consistent."}}},
                .text = "Recalculates every balance from its entries and checks that each currency "
                        "sums to zero. Exits 1 if the ledger is not consistent. Posting continues "
                        "meanwhile, and the check is audited.",
            },
    };
};

struct CheckSchema {
    using Input = Done;
    using Output = api::SchemaReport;
    static constexpr Facts facts{
        .number = 54,
        .name = "check_schema",
        .budget = Budget::read,
        .permission = Permission::check_schema,
        .action = Action::check_schema,
        .route = {Method::get, "/v1/schema/check"},
        .summary = "Check the database schema",
        .text =
            "Compares every object of the database schema (tables, columns, indexes, constraints, "
            "triggers, policies, functions, owners, grants and roles) with the schema that this "
            "version was built for. The bank does the same at each start, after each loss of its "
            "database and every ten minutes. While a grave difference exists, it is halted: "
            "changes fail with bank_halted. Administrators and auditors may call it; the check is "
            "audited.",
        .tag = "The bank",
        .command =
            {
                .words = "schema check",
                .examples = {{{"bankctl schema check && echo unaltered",
                               "Exits 1 if the schema was altered."}}},
                .text = "Compares every object of the database schema with the schema that this "
                        "version was built for. Exits 1 if a difference halts the bank. The check "
                        "is audited.",
            },
    };
};

// Names nobody and needs no database, so it is available when other parts have failed.
struct Metrics {
    using Input = Done;
    using Output = api::Metrics;
    static constexpr Facts facts{
        .number = 45,
        .name = "metrics",
        .callers = Callers::admin,
        .entry = Entry::anyone,
        .summary = "Get all metrics",
    };
};

// Since its start, replacing its previous report. invalid_field: a metric that is not this front
// end's to report; nothing is kept.
struct ReportMetrics {
    using Input = api::MetricsReport;
    using Output = Done;
    static constexpr Facts facts{
        .number = 46,
        .name = "report_metrics",
        .entry = Entry::anyone,
        .summary = "Report a front end's metrics",
    };
};

// Without secrets.
struct ListSettings {
    using Input = Done;
    using Output = api::Settings;
    static constexpr Facts facts{
        .number = 49,
        .name = "list_settings",
        .callers = Callers::rest,
        .budget = Budget::read,
        .permission = Permission::view_system,
        .action = Action::view_system,
        .route = {Method::get, "/v1/system/settings"},
        .summary = "List the settings in force",
        .text =
            "Returns the current settings with their defaults and descriptions, in the order "
            "of the configuration file. Administrators and auditors may call it. Settings of "
            "front ends in separate processes are not included, and secrets are never shown.",
        .tag = "The bank",
    };
};

struct PublicFacts {
    using Input = Done;
    using Output = api::PublicFacts;
    static constexpr Facts facts{
        .number = 51,
        .name = "public_facts",
        .callers = Callers::rest,
        .entry = Entry::anyone,
        .budget = Budget::read,
        .route = {Method::get, "/v1/bank"},
        .summary = "Show the public facts of the bank",
        .text =
            "Returns the facts that the bank publishes. Anyone may call it, also before signing "
            "in.",
        .tag = "The bank",
    };
};

using System = List<Readiness, SystemStatus, CheckLedger, CheckSchema, Metrics, ReportMetrics,
                    ListSettings, PublicFacts>;

}  // namespace bank::operations
