#include "core/postgres/schema/attestation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>

#include "core/postgres/client/session.hpp"
#include "core/postgres/schema/migrations.hpp"

namespace bank::postgres {
namespace {

// Differs between major versions of PostgreSQL, and is known for the one it was made with.
constexpr std::string_view built_in = "built-in functions of PostgreSQL ";
// Definitions that PostgreSQL writes itself, in words that may change between major versions.
constexpr std::array<std::string_view, 8> written_by_postgresql{
    "column ", "constraint ", "function ", "index ", "policy ", "rule ", "trigger ", "view "};

std::string_view built_in_of(std::vector<SchemaObject> const& objects) {
    for (auto const& object : objects) {
        if (object.name.starts_with(built_in)) return object.name;
    }
    return {};
}

bool is_written_by_postgresql(std::string_view name) {
    return std::ranges::any_of(written_by_postgresql,
                               [&](std::string_view kind) { return name.starts_with(kind); });
}

// A request that fails draws ids and stores none: so many have never failed in a row.
constexpr std::int64_t ahead_max = 10'000'000;
constexpr auto max_id = std::numeric_limits<std::int64_t>::max();

Status add_positions(Connection& connection, api::SchemaReport& report) {
    RareStatement const statement{
        "select p.sequence, p.next_id, p.largest_id from bank.id_positions() p", 3};
    auto const rows = connection.run(statement);
    if (!rows) return rows.error();
    for (int i = 0; i < rows->count(); ++i) {
        auto row = (*rows)[i];
        IdPosition position;
        position.sequence = row.text();
        position.next = row.integer();
        position.largest = row.integer();
        auto difference = compare_position(position);
        if (!difference) continue;
        ++report.difference_count;
        if (difference->is_grave) ++report.grave_count;
        auto& differences = report.differences;
        differences.insert(differences.begin(), std::move(*difference));
    }
    if (report.differences.size() > api::SchemaReport::differences_max)
        report.differences.resize(api::SchemaReport::differences_max);
    report.is_as_built = report.grave_count == 0;
    return Done{};
}

}  // namespace

std::optional<api::SchemaDifference> compare_position(IdPosition const& position) {
    auto const most = position.largest + std::min(ahead_max, max_id - position.largest);
    if (position.next > position.largest && position.next - 1 <= most) return std::nullopt;
    return api::SchemaDifference{
        .object = "position of sequence " + position.sequence,
        .expected = fmt::format("next id after {}, at most {} later", position.largest, ahead_max),
        .found = fmt::format("next id {}", position.next),
        .is_grave = position.next <= position.largest};
}

std::vector<SchemaObject> parse_objects(std::string_view lines) {
    std::vector<SchemaObject> objects;
    while (!lines.empty()) {
        auto const line = lines.substr(0, lines.find('\n'));
        lines.remove_prefix(std::min(lines.size(), line.size() + 1));
        auto const tab = line.find('\t');
        if (tab == std::string_view::npos) continue;
        objects.push_back({std::string{line.substr(0, tab)}, std::string{line.substr(tab + 1)}});
    }
    std::ranges::sort(objects);
    return objects;
}

Result<std::vector<SchemaObject>> read_objects(Connection& connection) {
    RareStatement const statement{embedded_attestation().query.c_str(), 2};
    auto const rows = connection.run(statement);
    if (!rows) return rows.error();
    std::vector<SchemaObject> objects;
    for (int i = 0; i < rows->count(); ++i) {
        auto row = (*rows)[i];
        auto name = row.text();
        objects.push_back({std::move(name), row.text()});
    }
    std::ranges::sort(objects);
    return objects;
}

api::SchemaReport compare_objects(std::vector<SchemaObject> const& expected,
                                  std::vector<SchemaObject> const& found) {
    bool const is_same_version = built_in_of(expected) == built_in_of(found);
    api::SchemaReport report;
    report.objects = static_cast<std::int64_t>(found.size());
    auto const add = [&](api::SchemaDifference difference) {
        bool const is_changed = !difference.expected.empty() && !difference.found.empty();
        difference.is_grave =
            !difference.object.starts_with(built_in) &&
            (is_same_version || !is_changed || !is_written_by_postgresql(difference.object));
        if (difference.is_grave) ++report.grave_count;
        report.differences.push_back(std::move(difference));
    };
    auto one = expected.begin();
    auto other = found.begin();
    while (one != expected.end() || other != found.end()) {
        if (other == found.end() || (one != expected.end() && one->name < other->name)) {
            add({one->name, one->definition, {}});
            ++one;
        } else if (one == expected.end() || other->name < one->name) {
            add({other->name, {}, other->definition});
            ++other;
        } else {
            if (one->definition != other->definition)
                add({one->name, one->definition, other->definition});
            ++one;
            ++other;
        }
    }
    report.difference_count = static_cast<std::int64_t>(report.differences.size());
    // Grave ones are listed first, in case there are more than fit.
    std::ranges::stable_partition(report.differences, &api::SchemaDifference::is_grave);
    if (report.differences.size() > api::SchemaReport::differences_max)
        report.differences.resize(api::SchemaReport::differences_max);
    report.is_as_built = report.grave_count == 0;
    return report;
}

Result<api::SchemaReport> attest(Connection& connection) {
    static auto const expected = parse_objects(embedded_attestation().expected);
    auto const found = read_objects(connection);
    if (!found) return found.error();
    auto report = compare_objects(expected, *found);
    // By a function, which is believed only as built.
    if (!report.is_as_built) return report;
    if (auto const added = add_positions(connection, report); !added) return added.error();
    return report;
}

}  // namespace bank::postgres
