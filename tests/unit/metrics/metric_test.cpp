// The table of metrics follows the conventions of Prometheus, and its labels have short fixed
// lists.
#include "core/metrics/metric.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "core/api/metrics.hpp"

namespace bank::metrics {
namespace {

constexpr std::array labels_with_words{
    Label::operation,  Label::outcome,   Label::kind,    Label::readiness, Label::throttle,
    Label::connection, Label::front_end, Label::process, Label::route,     Label::status};

bool is_word(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    });
}

TEST(Metrics, AreNamedAsTheConventionsSay) {
    std::set<std::string_view> names;
    for (auto const& metric : all_metrics()) {
        auto const name = metric.name;
        EXPECT_TRUE(is_word(name)) << name;
        EXPECT_TRUE(names.insert(name).second) << name;
        EXPECT_EQ(name.ends_with("_total"), metric.kind == Kind::counter) << name;
        EXPECT_EQ(name.find("_seconds") != std::string_view::npos, metric.unit == Unit::seconds)
            << name;
        for (auto const* suffix : {"_count", "_sum", "_bucket"}) {
            EXPECT_FALSE(name.ends_with(suffix)) << name;
        }
        EXPECT_EQ(exposed_name(metric), "bankd_" + std::string(name));
    }
}

TEST(Metrics, HaveASentenceOfHelp) {
    for (auto const& metric : all_metrics()) {
        EXPECT_GT(metric.help.size(), 20U) << metric.name;
        EXPECT_TRUE(metric.help.ends_with('.')) << metric.name;
        EXPECT_EQ(metric.help.find_first_of("\n\\\""), std::string_view::npos) << metric.name;
    }
}

TEST(Metrics, HaveAsManySeriesAsTheWireCarries) {
    for (auto const& metric : all_metrics()) {
        EXPECT_GE(metric.series_max(), 1U) << metric.name;
        EXPECT_LE(metric.series_max(), api::metric_series_max) << metric.name;
    }
}

TEST(Metrics, AreFoundAtTheirPlaceAlone) {
    for (std::uint16_t place = 0; place < all_metrics().size(); ++place) {
        ASSERT_TRUE(metric_at(place).has_value());
        EXPECT_EQ(&facts(*metric_at(place)), &all_metrics()[place]);
    }
    EXPECT_FALSE(metric_at(static_cast<std::uint16_t>(all_metrics().size())).has_value());
    EXPECT_FALSE(metric_at(65535).has_value());
}

TEST(Metrics, HaveAscendingBounds) {
    for (auto const& metric : all_metrics()) {
        auto const bounds = metric.bounds();
        EXPECT_EQ(bounds.empty(), metric.kind != Kind::histogram) << metric.name;
        EXPECT_TRUE(std::is_sorted(bounds.begin(), bounds.end())) << metric.name;
        EXPECT_EQ(std::adjacent_find(bounds.begin(), bounds.end()), bounds.end()) << metric.name;
    }
}

TEST(Labels, HaveDifferentWords) {
    for (auto const label : labels_with_words) {
        auto const words = words_of(label);
        EXPECT_FALSE(words.empty()) << name_of(label);
        for (auto const word : words) EXPECT_TRUE(is_word(word)) << name_of(label) << ' ' << word;
        EXPECT_EQ(std::set(words.begin(), words.end()).size(), words.size()) << name_of(label);
    }
}

TEST(Labels, OfOneMetricHaveDifferentNames) {
    for (auto const& metric : all_metrics()) {
        std::set<std::string_view> names;
        for (auto const label : metric.used_labels()) {
            EXPECT_TRUE(is_word(name_of(label)));
            EXPECT_NE(name_of(label), "le");
            EXPECT_TRUE(names.insert(name_of(label)).second) << metric.name;
        }
    }
}

TEST(Labels, PlaceEachCodeAtItsWord) {
    auto const words = words_of(Label::outcome);
    EXPECT_EQ(words[ok_place], "ok");
    EXPECT_EQ(words[place_of(Code::posted)], word(Code::posted));
    EXPECT_EQ(words[place_of(Code::insufficient_funds)], word(Code::insufficient_funds));
    EXPECT_EQ(words[place_of(Code::receipt_pending)], word(Code::receipt_pending));
#define BANK_CODE(number, name, kind, title) EXPECT_EQ(words[place_of(Code::name)], #name);
#include "core/base/codes.def"
#undef BANK_CODE
}

TEST(Labels, PlaceEachEnumeratorAtItsWord) {
    auto const at = [](Label label, auto place) {
        return words_of(label)[static_cast<std::size_t>(place)];
    };
    EXPECT_EQ(at(Label::operation, operations::place_of(operations::Submit::facts)), "submit");
    EXPECT_EQ(at(Label::operation, operations::place_of(operations::ReportMetrics::facts)),
              "report_metrics");
    EXPECT_EQ(at(Label::throttle, Throttle::posting_full), "posting_full");
    EXPECT_EQ(at(Label::throttle, Throttle::login_delay), "login_delay");
    EXPECT_EQ(at(Label::front_end, api::FrontEnd::admin), "admin");
    EXPECT_EQ(at(Label::process, Process::rest), "rest");
    EXPECT_EQ(at(Label::route, Route::batch), "batch");
    EXPECT_EQ(at(Label::route, Route::malformed), "malformed");
    EXPECT_EQ(at(Label::kind, api::TransferKind::reversal), "reversal");
    EXPECT_EQ(at(Label::readiness, api::Readiness::schema_mismatch), "schema_mismatch");
    EXPECT_EQ(at(Label::readiness, api::Readiness::storage_full), "storage_full");
    EXPECT_EQ(at(Label::connection, Connection::idle), "idle");
}

TEST(Labels, PlaceAStatusOfHttp) {
    auto const words = words_of(Label::status);
    EXPECT_EQ(words[place_of_status(200)], "200");
    EXPECT_EQ(words[place_of_status(503)], "503");
    for (auto const odd : {0, -1, 99, 299, 418, 1000, 20'000}) {
        EXPECT_EQ(words[place_of_status(odd)], "other") << odd;
    }
}

}  // namespace
}  // namespace bank::metrics
