// How the bank is: at a glance, and in figures.
#include <algorithm>

#include "core/metrics/collection.hpp"
#include "core/operations/list.hpp"
#include "plugins/admin/exposition.hpp"
#include "plugins/admin/handlers.hpp"

namespace bank::admin {
namespace {

using metrics::Metric;

api::MetricFamily const* find(api::Metrics const& all, Metric metric) {
    auto const place = static_cast<std::uint16_t>(metric);
    auto const found =
        std::find_if(all.families.begin(), all.families.end(),
                     [&](api::MetricFamily const& family) { return family.metric == place; });
    return found == all.families.end() ? nullptr : &*found;
}

// The bound under which `share` of the movements were answered since the start, as well as the
// buckets know; 0 if there were none, or if it was above all bounds.
std::uint64_t transfer_time_ns(api::Metrics const& all, double share) {
    auto const* const family = find(all, Metric::request_duration_seconds);
    if (family == nullptr) return 0;
    for (auto const& series : family->series) {
        if (series.labels[0] != operations::place_of(operations::Submit::facts)) continue;
        std::uint64_t count = 0;
        for (std::size_t i = 0; i + 1 < series.values.size(); ++i) count += series.values[i];
        std::uint64_t seen = 0;
        for (std::size_t i = 0; i < metrics::latency_bounds.size(); ++i) {
            seen += series.values[i];
            if (static_cast<double>(seen) >= share * static_cast<double>(count)) {
                return metrics::latency_bounds[i];
            }
        }
    }
    return 0;
}

void write_front_ends(JsonWriter& json, api::Metrics const& all) {
    json.key("front_ends").begin_object();
    if (auto const* const up = find(all, Metric::front_end_up)) {
        auto const names = metrics::words_of(metrics::Label::front_end);
        for (auto const& series : up->series) {
            json.key(names[series.labels[0]]).boolean(series.values[0] == 1);
        }
    }
    json.end_object();
}

void write_figures(JsonWriter& json, api::Metrics const& all) {
    auto const sum = [&](Metric metric) { return metrics::sum_of(all.families, metric); };
    auto const count = [&](std::string_view name, std::uint64_t value) {
        json.key(name);
        codec::write_json(json, value);
    };
    count("requests", sum(Metric::requests_total));
    count("faults", sum(Metric::faults_total));
    count("transfer_p99_us", transfer_time_ns(all, 0.99) / 1000);
    count("lockouts", sum(Metric::account_lockouts_total));
    count("throttled", sum(Metric::throttled_total));
    count("connections_refused", sum(Metric::rest_connections_refused_total) +
                                     sum(Metric::admin_connections_refused_total));
    count("operations_refused", sum(Metric::refused_operations_total));
    count("ledger_alarms", sum(Metric::ledger_alarms_total));
    write_front_ends(json, all);
}

}  // namespace

Result<std::string> status(Context const& context, wire::Arguments const&) {
    auto const readiness = context.bank.readiness();
    auto const state = context.bank.ask<operations::SystemStatus>(context.caller);
    // When the database is away this is what the operator came to see, so it is not an error.
    if (!state &&
        (kind(state.code()) != CodeKind::unavailable || readiness == api::Readiness::ready)) {
        return state.error();
    }
    JsonWriter json;
    json.begin_object();
    if (state) {
        codec::write_members(json, api::type_of<api::SystemStatus>(), &*state);
    } else {
        json.key("readiness").text(to_string(readiness));
    }
    if (auto const all = context.bank.ask<operations::Metrics>({})) write_figures(json, *all);
    json.end_object();
    return std::move(json).take();
}

// Whoever may open the socket: what is counted tells of nobody, and it is wanted most when the
// database, which knows who may ask, is away.
Result<std::string> metrics_text(Context const& context, wire::Arguments const&) {
    auto const all = context.bank.ask<operations::Metrics>({});
    if (!all) return all.error();
    JsonWriter json;
    json.begin_object().key("text").text(expose(*all)).end_object();
    return std::move(json).take();
}

}  // namespace bank::admin
