#include "core/metrics/collection.hpp"

#include <fmt/format.h>

#include <set>

namespace bank::metrics {
namespace {

Error unsound(std::string_view what, std::uint16_t metric) {
    return {.code = Code::invalid_field, .detail = fmt::format("metric {}: {}", metric, what)};
}

bool may_report(Source source, api::FrontEnd of) noexcept {
    switch (source) {
    case Source::core: return false;
    case Source::rest: return of == api::FrontEnd::rest;
    case Source::admin: return of == api::FrontEnd::admin;
    case Source::each: return true;
    }
    BANK_UNREACHABLE();
}

Process process_of(api::FrontEnd of) noexcept {
    return of == api::FrontEnd::rest ? Process::rest : Process::admin;
}

}  // namespace

std::vector<api::MetricSeries>& Collection::family(Metric metric) {
    return families_.emplace_back(api::MetricFamily{static_cast<std::uint16_t>(metric), {}}).series;
}

void Collection::add(Metric metric, std::uint64_t value) {
    family(metric).push_back({{}, {value}});
}

void Collection::add(Metric metric, std::chrono::nanoseconds time) {
    add(metric, static_cast<std::uint64_t>(std::max<std::int64_t>(time.count(), 0)));
}

void Collection::add(Metric metric, std::span<std::uint64_t const> values) {
    auto& series = family(metric);
    for (std::size_t i = 0; i < values.size(); ++i) {
        series.push_back({{static_cast<std::uint16_t>(i)}, {values[i]}});
    }
}

void Collection::add_at(Metric metric, std::uint16_t place, std::uint64_t value) {
    family(metric).push_back({{place}, {value}});
}

void merge(std::vector<api::MetricFamily>& families, std::vector<api::MetricFamily> const& report) {
    for (auto const& reported : report) {
        auto const known = std::find_if(
            families.begin(), families.end(),
            [&](api::MetricFamily const& family) { return family.metric == reported.metric; });
        if (known == families.end()) {
            families.push_back(reported);
        } else {
            known->series.insert(known->series.end(), reported.series.begin(),
                                 reported.series.end());
        }
    }
}

bool fits(api::MetricSeries const& series, MetricFacts const& facts) noexcept {
    auto const labels = facts.used_labels();
    if (series.labels.size() != labels.size()) return false;
    for (std::size_t i = 0; i < labels.size(); ++i) {
        auto const words = labels[i] == Label::version ? 1 : words_of(labels[i]).size();
        if (series.labels[i] >= words) return false;
    }
    return series.values.size() == facts.values_count();
}

Status check_report(std::vector<api::MetricFamily> const& report, api::FrontEnd of) {
    std::set<std::uint16_t> metrics;
    for (auto const& family : report) {
        auto const metric = metric_at(family.metric);
        if (!metric) return unsound("unknown", family.metric);
        auto const& known = facts(*metric);
        if (!may_report(known.source, of)) return unsound("another's", family.metric);
        if (!metrics.insert(family.metric).second) return unsound("twice", family.metric);
        std::set<std::vector<std::uint16_t>> labels;
        for (auto const& series : family.series) {
            if (!fits(series, known)) return unsound("of another shape", family.metric);
            auto const is_own = known.source != Source::each ||
                                series.labels[0] == static_cast<std::uint16_t>(process_of(of));
            if (!is_own) return unsound("of another process", family.metric);
            if (!labels.insert(series.labels).second)
                return unsound("a series twice", family.metric);
        }
    }
    return Done{};
}

std::uint64_t sum_of(std::vector<api::MetricFamily> const& families, Metric metric) {
    std::uint64_t sum = 0;
    for (auto const& family : families) {
        if (family.metric != static_cast<std::uint16_t>(metric)) continue;
        for (auto const& series : family.series) sum += series.values.at(0);
    }
    return sum;
}

}  // namespace bank::metrics
