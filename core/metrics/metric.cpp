#include "core/metrics/metric.hpp"

#include <algorithm>

#include "core/api/metrics.hpp"
#include "core/base/check.hpp"

namespace bank::metrics {
namespace {

constexpr auto table = std::to_array<MetricFacts>({
#define BANK_METRIC(name, kind, unit, source, first, second, buckets, help) \
    {                                                                       \
        #name,                                                              \
        Kind::kind,                                                         \
        Unit::unit,                                                         \
        Source::source,                                                     \
        {Label::first, Label::second},                                      \
        Buckets::buckets,                                                   \
        help},
#include "core/metrics/metrics.def"
#undef BANK_METRIC
});

static_assert(operations_count * outcomes_count <= api::metric_series_max);
static_assert(kinds_count * outcomes_count <= api::metric_series_max);

constexpr bool histograms_have_buckets() {
    return std::all_of(table.begin(), table.end(), [](MetricFacts const& facts) {
        return (facts.kind == Kind::histogram) == (facts.buckets != Buckets::none);
    });
}
static_assert(histograms_have_buckets());

}  // namespace

std::span<Label const> MetricFacts::used_labels() const noexcept {
    auto const used = labels[0] == Label::none ? 0U : labels[1] == Label::none ? 1U : 2U;
    return std::span(labels).first(used);
}

std::span<std::uint64_t const> MetricFacts::bounds() const noexcept {
    switch (buckets) {
    case Buckets::none: return {};
    case Buckets::latency: return latency_bounds;
    case Buckets::transfers: return transfers_bounds;
    }
    BANK_UNREACHABLE();
}

std::size_t MetricFacts::values_count() const noexcept {
    return kind == Kind::histogram ? bounds().size() + 2 : 1;
}

std::size_t MetricFacts::series_max() const noexcept {
    std::size_t count = 1;
    for (auto const label : used_labels()) {
        if (label != Label::version) count *= words_of(label).size();
    }
    return count;
}

std::span<MetricFacts const> all_metrics() noexcept {
    return table;
}

MetricFacts const& facts(Metric metric) noexcept {
    return table[static_cast<std::size_t>(metric)];
}

std::optional<Metric> metric_at(std::uint16_t place) noexcept {
    if (place >= table.size()) return std::nullopt;
    return static_cast<Metric>(place);
}

std::string exposed_name(MetricFacts const& facts) {
    return "bankd_" + std::string(facts.name);
}

}  // namespace bank::metrics
