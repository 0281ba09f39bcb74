#include "plugins/admin/exposition.hpp"

#include <prometheus/text_serializer.h>

#include <algorithm>
#include <limits>
#include <vector>

#include "core/base/check.hpp"
#include "core/metrics/collection.hpp"

namespace bank::admin {
namespace {

using metrics::Label;
using metrics::MetricFacts;

prometheus::MetricType type_of(metrics::Kind kind) {
    switch (kind) {
    case metrics::Kind::counter: return prometheus::MetricType::Counter;
    case metrics::Kind::gauge: return prometheus::MetricType::Gauge;
    case metrics::Kind::histogram: return prometheus::MetricType::Histogram;
    }
    BANK_UNREACHABLE();
}

double number(std::uint64_t value, metrics::Unit unit) {
    auto const kept = static_cast<double>(value);
    return unit == metrics::Unit::seconds ? kept / 1e9 : kept;
}

prometheus::ClientMetric::Histogram histogram_of(std::vector<std::uint64_t> const& values,
                                                 MetricFacts const& facts) {
    prometheus::ClientMetric::Histogram histogram;
    auto const bounds = facts.bounds();
    for (std::size_t i = 0; i + 1 < values.size(); ++i) {
        histogram.sample_count += values[i];
        histogram.bucket.push_back(
            {histogram.sample_count, i < bounds.size() ? number(bounds[i], facts.unit)
                                                       : std::numeric_limits<double>::infinity()});
    }
    histogram.sample_sum = number(values.back(), facts.unit);
    return histogram;
}

prometheus::ClientMetric series_of(api::MetricSeries const& series, MetricFacts const& facts,
                                   std::string const& version) {
    prometheus::ClientMetric out;
    auto const labels = facts.used_labels();
    for (std::size_t i = 0; i < labels.size(); ++i) {
        auto const word = labels[i] == Label::version
                              ? version
                              : std::string(metrics::words_of(labels[i])[series.labels[i]]);
        out.label.push_back({std::string(metrics::name_of(labels[i])), word});
    }
    switch (facts.kind) {
    case metrics::Kind::counter: out.counter.value = number(series.values[0], facts.unit); break;
    case metrics::Kind::gauge: out.gauge.value = number(series.values[0], facts.unit); break;
    case metrics::Kind::histogram: out.histogram = histogram_of(series.values, facts); break;
    }
    return out;
}

}  // namespace

std::string expose(api::Metrics const& metrics) {
    std::vector<prometheus::MetricFamily> out;
    auto const all = metrics::all_metrics();
    for (std::size_t place = 0; place < all.size(); ++place) {
        auto const& facts = all[place];
        auto const found =
            std::find_if(metrics.families.begin(), metrics.families.end(),
                         [&](api::MetricFamily const& family) { return family.metric == place; });
        if (found == metrics.families.end()) continue;
        prometheus::MetricFamily family;
        family.name = metrics::exposed_name(facts);
        family.help = facts.help;
        family.type = type_of(facts.kind);
        for (auto const& series : found->series) {
            if (!metrics::fits(series, facts)) continue;
            family.metric.push_back(series_of(series, facts, metrics.version));
        }
        out.push_back(std::move(family));
    }
    return prometheus::TextSerializer().Serialize(out);
}

}  // namespace bank::admin
