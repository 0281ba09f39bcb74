// Prints each metric and label, one per line, for the manual:
//
//   metric NAME KIND UNIT SOURCE LABELS BOUNDS HELP
//   label NAME WORDS
//
// with a tab between the fields, a comma between labels, bounds and words, and "-" for none.
#include <fmt/format.h>

#include <map>
#include <set>
#include <string>

#include "core/base/check.hpp"
#include "core/metrics/metric.hpp"

namespace {

using namespace bank::metrics;

std::string_view word(Kind kind) {
    switch (kind) {
    case Kind::counter: return "counter";
    case Kind::gauge: return "gauge";
    case Kind::histogram: return "histogram";
    }
    BANK_UNREACHABLE();
}

std::string_view word(Source source) {
    switch (source) {
    case Source::core: return "core";
    case Source::rest: return "rest";
    case Source::admin: return "admin";
    case Source::each: return "each";
    }
    BANK_UNREACHABLE();
}

std::string joined(auto const& items, auto const& text_of) {
    std::string text;
    for (auto const& item : items) text += (text.empty() ? "" : ",") + text_of(item);
    return text.empty() ? "-" : text;
}

void print(MetricFacts const& metric) {
    auto const is_time = metric.unit == Unit::seconds;
    fmt::print(
        "metric\t{}\t{}\t{}\t{}\t{}\t{}\t{}\n", exposed_name(metric), word(metric.kind),
        is_time ? "seconds" : "-", word(metric.source),
        joined(metric.used_labels(), [](Label label) { return std::string(name_of(label)); }),
        joined(metric.bounds(),
               [&](std::uint64_t bound) {
                   auto const kept = static_cast<double>(bound);
                   return fmt::format("{}", is_time ? kept / 1e9 : kept);
               }),
        metric.help);
}

}  // namespace

int main() {
    // Labels of the same name belong to different metrics; their words are listed together.
    std::map<std::string_view, std::set<std::string_view>> labels;
    for (auto const& metric : all_metrics()) {
        print(metric);
        for (auto const label : metric.used_labels()) {
            auto const words = words_of(label);
            labels[name_of(label)].insert(words.begin(), words.end());
        }
    }
    for (auto const& [name, words] : labels) {
        fmt::print("label\t{}\t{}\n", name,
                   joined(words, [](std::string_view text) { return std::string(text); }));
    }
}
