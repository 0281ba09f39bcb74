// The exposition, parsed by a reader that accepts only text format 0.0.4.
#include "plugins/admin/exposition.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <map>
#include <set>
#include <sstream>

#include "core/metrics/collection.hpp"
#include "core/metrics/process_metrics.hpp"

namespace bank::admin {
namespace {

using metrics::Metric;

struct Family {
    std::string help;
    std::string type;
    std::map<std::string, double> samples;  // By the whole text before the value.
};

// Fails the test if a line is malformed or a family is split.
class StrictReader {
public:
    explicit StrictReader(std::string const& text) {
        EXPECT_TRUE(text.empty() || text.ends_with('\n'));
        std::istringstream lines(text);
        for (std::string line; std::getline(lines, line);) {
            if (line.starts_with("# HELP ")) {
                begin(line.substr(7));
            } else if (line.starts_with("# TYPE ")) {
                type(line.substr(7));
            } else {
                sample(line);
            }
        }
    }
    std::map<std::string, Family> families;

private:
    static std::pair<std::string, std::string> split(std::string const& line) {
        auto const blank = line.find(' ');
        return {line.substr(0, blank), line.substr(blank + 1)};
    }

    void begin(std::string const& line) {
        auto const [name, help] = split(line);
        EXPECT_FALSE(families.contains(name)) << name;
        families[name].help = help;
        now_ = name;
    }

    void type(std::string const& line) {
        auto const [name, word] = split(line);
        EXPECT_EQ(name, now_);
        EXPECT_TRUE(word == "counter" || word == "gauge" || word == "histogram") << line;
        EXPECT_TRUE(families[name].type.empty());
        families[name].type = word;
    }

    void sample(std::string const& line) {
        auto const blank = line.rfind(' ');
        ASSERT_NE(blank, std::string::npos) << line;
        auto const key = line.substr(0, blank);
        auto name = key.substr(0, key.find('{'));
        auto& family = families[now_];
        if (family.type == "histogram") {
            for (auto const* suffix : {"_bucket", "_sum", "_count"}) {
                if (name == now_ + suffix) name = now_;
            }
        }
        EXPECT_EQ(name, now_) << line;
        check_labels(key.substr(std::min(key.size(), key.find('{'))));
        std::size_t read = 0;
        auto const text = line.substr(blank + 1);
        auto const value = std::stod(text, &read);
        EXPECT_EQ(read, text.size()) << line;
        EXPECT_TRUE(family.samples.emplace(key, value).second) << line;
    }

    static void check_labels(std::string const& text) {
        if (text.empty()) return;
        ASSERT_TRUE(text.front() == '{' && text.back() == '}') << text;
        std::set<std::string> names;
        for (std::size_t at = 1; at + 1 < text.size();) {
            auto const equals = text.find("=\"", at);
            auto const end = text.find('"', equals + 2);
            ASSERT_NE(end, std::string::npos) << text;
            EXPECT_TRUE(names.insert(text.substr(at, equals - at)).second) << text;
            auto const value = text.substr(equals + 2, end - equals - 2);
            EXPECT_FALSE(value.empty()) << text;
            EXPECT_EQ(value.find_first_of("\\\n{},"), std::string::npos) << text;
            at = end + 1;
            if (text[at] == ',') ++at;
        }
    }

    std::string now_;
};

std::vector<api::MetricFamily> one_of_each() {
    metrics::Collection all;
    for (std::uint16_t place = 0; place < metrics::all_metrics().size(); ++place) {
        auto const metric = *metrics::metric_at(place);
        auto const& facts = metrics::facts(metric);
        if (facts.kind == metrics::Kind::histogram || facts.used_labels().size() == 2) continue;
        if (facts.used_labels().empty()) {
            all.add(metric, std::uint64_t{place} + 1);
        } else {
            all.add_at(metric, 0, std::uint64_t{place} + 1);
        }
    }
    return std::move(all).take();
}

TEST(Exposition, ReadsBackAsWhatWasCounted) {
    api::Metrics counted{.version = "1.2.3", .families = one_of_each()};
    StrictReader const read(expose(counted));
    EXPECT_EQ(read.families.size(), counted.families.size());
    for (auto const& family : counted.families) {
        auto const& facts = metrics::facts(*metrics::metric_at(family.metric));
        auto const found = read.families.find(metrics::exposed_name(facts));
        ASSERT_NE(found, read.families.end()) << facts.name;
        EXPECT_EQ(found->second.help, facts.help);
        EXPECT_EQ(found->second.type, facts.kind == metrics::Kind::counter ? "counter" : "gauge");
        ASSERT_EQ(found->second.samples.size(), 1U);
        auto const kept = static_cast<double>(family.series[0].values[0]);
        auto const shown = facts.unit == metrics::Unit::seconds ? kept / 1e9 : kept;
        EXPECT_DOUBLE_EQ(found->second.samples.begin()->second, shown) << facts.name;
    }
    EXPECT_EQ(
        read.families.at("bankd_build_info").samples.count(R"(bankd_build_info{version="1.2.3"})"),
        1U);
}

TEST(Exposition, KeepsEveryDigitOfALargeCount) {
    constexpr std::uint64_t large = 9'007'199'254'740'991;  // 2^53 - 1.
    metrics::Collection all;
    all.add(Metric::transfer_replays_total, large);
    StrictReader const read(expose({.version = "1", .families = std::move(all).take()}));
    EXPECT_EQ(static_cast<std::uint64_t>(read.families.at("bankd_transfer_replays_total")
                                             .samples.at("bankd_transfer_replays_total")),
              large);
}

TEST(Exposition, AddsUpTheBucketsOfAHistogram) {
    std::array<metrics::Latencies, metrics::operations_count> durations;
    auto& submit = durations[operations::place_of(operations::Submit::facts)];
    submit.observe(std::chrono::microseconds{50});
    submit.observe(std::chrono::milliseconds{2});
    submit.observe(std::chrono::seconds{60});
    metrics::Collection all;
    all.add(Metric::request_duration_seconds, durations);
    StrictReader const read(expose({.version = "1", .families = std::move(all).take()}));
    auto const& samples = read.families.at("bankd_request_duration_seconds").samples;
    ASSERT_EQ(samples.size(), metrics::latency_bounds.size() + 3);
    auto const bucket = [&](std::string const& bound) {
        return samples.at(R"(bankd_request_duration_seconds_bucket{operation="submit",le=")" +
                          bound + "\"}");
    };
    EXPECT_EQ(bucket("0.0001"), 1);
    EXPECT_EQ(bucket("0.001"), 1);
    EXPECT_EQ(bucket("0.0025"), 2);
    EXPECT_EQ(bucket("10"), 2);
    EXPECT_EQ(bucket("+Inf"), 3);
    EXPECT_EQ(samples.at(R"(bankd_request_duration_seconds_count{operation="submit"})"), 3);
    EXPECT_DOUBLE_EQ(samples.at(R"(bankd_request_duration_seconds_sum{operation="submit"})"),
                     60.00205);
}

TEST(Exposition, LeavesOutWhatDoesNotFit) {
    auto const queue = static_cast<std::uint16_t>(Metric::posting_queue_transfers);
    auto const requests = static_cast<std::uint16_t>(Metric::requests_total);
    api::Metrics const odd{.version = "1",
                           .families = {{queue, {{{7}, {1}}, {{}, {}}, {{}, {1, 2}}, {{}, {5}}}},
                                        {requests, {{{65'535, 0}, {1}}}},
                                        {60'000, {{{}, {1}}}}}};
    StrictReader const read(expose(odd));
    EXPECT_EQ(read.families.size(), 2U);
    EXPECT_EQ(read.families.at("bankd_posting_queue_transfers").samples.size(), 1U);
    EXPECT_TRUE(read.families.at("bankd_requests_total").samples.empty());
}

TEST(Exposition, OfNothingIsNothing) {
    EXPECT_EQ(expose({}), "");
}

}  // namespace
}  // namespace bank::admin
