#include "core/metrics/label.hpp"

#include <algorithm>
#include <array>

#include "core/base/check.hpp"

namespace bank::metrics {
namespace {

constexpr auto outcomes = std::to_array<std::string_view>({
    "ok",
#define BANK_CODE(number, word, kind, title) #word,
#include "core/base/codes.def"
#undef BANK_CODE
});
constexpr auto jobs = std::to_array<std::string_view>({
#define BANK_JOB(name, timing, missed, every_s, at_s, meaning) #name,
#include "core/jobs/jobs.def"
#undef BANK_JOB
});
constexpr auto throttles =
    std::to_array<std::string_view>({"login_rate", "read_rate", "write_rate", "money_rate",
                                     "login_delay", "hashing_full", "posting_full"});
constexpr auto connections = std::to_array<std::string_view>({"busy", "idle"});
constexpr auto processes = std::to_array<std::string_view>({"core", "rest", "admin"});
constexpr auto routes = std::to_array<std::string_view>(
    {"login", "read", "write", "money", "batch", "page", "unknown", "malformed"});
constexpr auto statuses = std::to_array<std::string_view>(
    {"other", "200", "201", "204", "206", "301", "302", "303", "304", "307",
     "308",   "400", "401", "403", "404", "405", "408", "409", "411", "413",
     "415",   "417", "422", "429", "431", "500", "501", "503"});

static_assert(outcomes.size() == outcomes_count);
static_assert(throttles.size() == throttles_count);
static_assert(routes.size() == routes_count && statuses.size() == statuses_count);

// The API's words, in the order of its enumerators.
template <typename Enum, std::size_t count>
std::array<std::string_view, count> words_of_enum() noexcept {
    std::array<std::string_view, count> words;
    for (std::size_t i = 0; i < count; ++i) words[i] = api::to_string(static_cast<Enum>(i));
    return words;
}

std::array<std::string_view, operations_count> operation_names() noexcept {
    std::array<std::string_view, operations_count> names;
    auto const all = operations::all();
    for (std::size_t i = 0; i < all.size(); ++i) names[i] = all[i]->facts.name;
    return names;
}

}  // namespace

std::string_view name_of(Label label) noexcept {
    switch (label) {
    case Label::none: return "";
    case Label::version: return "version";
    case Label::operation: return "operation";
    case Label::outcome: return "outcome";
    case Label::kind: return "kind";
    case Label::readiness: return "state";
    case Label::throttle: return "reason";
    case Label::connection: return "state";
    case Label::front_end: return "front_end";
    case Label::process: return "process";
    case Label::route: return "route";
    case Label::status: return "status";
    // Prometheus reserves "job".
    case Label::job: return "job_name";
    }
    BANK_UNREACHABLE();
}

std::span<std::string_view const> words_of(Label label) noexcept {
    static auto const kinds = words_of_enum<api::TransferKind, kinds_count>();
    static auto const front_ends = words_of_enum<api::FrontEnd, front_ends_count>();
    static auto const names = operation_names();
    static auto const readinesses = words_of_enum<api::Readiness, readinesses_count>();
    switch (label) {
    case Label::none:
    case Label::version: return {};
    case Label::operation: return names;
    case Label::outcome: return outcomes;
    case Label::kind: return kinds;
    case Label::readiness: return readinesses;
    case Label::throttle: return throttles;
    case Label::connection: return connections;
    case Label::front_end: return front_ends;
    case Label::process: return processes;
    case Label::route: return routes;
    case Label::status: return statuses;
    case Label::job: return jobs;
    }
    BANK_UNREACHABLE();
}

std::uint16_t place_of_status(int status) noexcept {
    if (status < 100 || status > 999) return 0;
    char const digits[] = {static_cast<char>('0' + status / 100),
                           static_cast<char>('0' + status / 10 % 10),
                           static_cast<char>('0' + status % 10)};
    auto const* const found =
        std::find(statuses.begin(), statuses.end(), std::string_view(digits, 3));
    return found == statuses.end() ? std::uint16_t{0}
                                   : static_cast<std::uint16_t>(found - statuses.begin());
}

}  // namespace bank::metrics
