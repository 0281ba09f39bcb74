#include "core/verify/state_verifier.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "core/base/text.hpp"
#include "core/verify/state_change.hpp"

namespace bank::verify {
namespace {

std::string row_key(std::string_view table, std::string_view key) {
    return fmt::format("{}\t{}", table, key);
}

std::string_view value_in(StateFields const& fields, std::string_view name) {
    auto const found = fields.find(name);
    return found == fields.end() ? std::string_view("null") : std::string_view(found->second);
}

std::string after_record(std::optional<std::uint64_t> record) {
    return record ? fmt::format("record {}", *record) : "a record that is not sealed yet";
}

}  // namespace

std::string StateVerifier::packed(StateFields const& fields) {
    std::string text;
    for (auto const& [name, value] : fields) {
        text.append(name).append(1, '\t').append(value).append(1, '\n');
    }
    text.shrink_to_fit();
    return text;
}

StateFields StateVerifier::unpacked(std::string_view text) {
    StateFields fields;
    while (!text.empty()) {
        auto const tab = text.find('\t');
        auto const end = text.find('\n', tab);
        fields.emplace(text.substr(0, tab), text.substr(tab + 1, end - tab - 1));
        text.remove_prefix(end + 1);
    }
    return fields;
}

void StateVerifier::report(Place place, std::string_view field, std::optional<std::uint64_t> record,
                           std::string text) {
    auto const id = place.table == "accounts" ? parse_int64(place.key) : std::nullopt;
    findings_->add({.code = FindingCode::state_mismatch,
                    .text = std::move(text),
                    .record = record,
                    .account = {id.value_or(0)},
                    .row = StatePlace{.table = std::string(place.table),
                                      .key = std::string(place.key),
                                      .field = std::string(field)}});
}

void StateVerifier::add_change(std::string_view details, std::optional<std::uint64_t> record) {
    auto parsed = parse_state_change(details);
    if (!parsed) {
        findings_->add({.code = FindingCode::malformed,
                        .text = fmt::format("The details of a change_state record are malformed: "
                                            "{}.",
                                            parsed.error().detail),
                        .record = record});
        return;
    }
    Place const place{parsed->table, parsed->key};
    auto& row = rows_[row_key(place.table, place.key)];
    Change const change{std::move(parsed->before), std::move(parsed->after), record};
    auto const number = parsed->change_no;
    if (!row.is_known && !row.is_partial) {
        if (number == 0) {
            row.is_known = true;
            apply(place, row, 0, change);
            apply_waiting(place, row);
            return;
        }
        if (is_from_the_middle_) {
            // The fields that this change names are known from here on.
            row.is_partial = true;
            row.change_no = number - 1;
            row.fields = packed(change.before);
        }
    }
    auto const is_next = (row.is_known || row.is_partial) && number == row.change_no + 1;
    if (is_next) {
        apply(place, row, number, change);
        apply_waiting(place, row);
        return;
    }
    auto const is_late = (row.is_known || row.is_partial) && number <= row.change_no;
    // From the middle of a log, the first two changes of a row may be swapped.
    if (is_late && row.is_partial) return;
    auto const is_new =
        !is_late && waiting_.try_emplace({row_key(place.table, place.key), number}, change).second;
    if (is_new) return;
    report(place, "change_no", record,
           fmt::format("Change {} of {} {} was recorded twice.", number, place.table, place.key));
}

void StateVerifier::apply(Place place, Row& row, std::uint64_t change_no, Change const& change) {
    auto fields = unpacked(row.fields);
    for (auto const* side : {&change.before, &change.after}) {
        for (auto const& [name, value] : *side) {
            auto const before = value_in(change.before, name);
            auto const present = value_in(fields, name);
            auto const is_seen_already = side == &change.after && change.before.contains(name);
            auto const is_unknown = row.is_partial && !fields.contains(name);
            if (before == present || is_seen_already || is_unknown) continue;
            report(place, name, change.record,
                   fmt::format("{} of {} {} was {} after {}, but {} when {} changed it: something "
                               "else changed it in between.",
                               name, place.table, place.key, present, after_record(row.record),
                               before, after_record(change.record)));
        }
    }
    for (auto const& [name, value] : change.before) {
        if (!change.after.contains(name)) fields.erase(name);
    }
    for (auto const& [name, value] : change.after) fields.insert_or_assign(name, value);
    row.fields = packed(fields);
    row.change_no = change_no;
    row.record = change.record;
}

void StateVerifier::apply_waiting(Place place, Row& row) {
    for (;;) {
        auto const next = waiting_.find({row_key(place.table, place.key), row.change_no + 1});
        if (next == waiting_.end()) return;
        apply(place, row, next->first.second, next->second);
        waiting_.erase(next);
    }
}

void StateVerifier::add_begin(std::optional<std::uint64_t> record) {
    if (!std::exchange(has_begun_, true)) return;
    findings_->add({.code = FindingCode::state_mismatch,
                    .text = fmt::format("The state was recorded as older than the log a second "
                                        "time, in {}.",
                                        after_record(record)),
                    .record = record});
}

void StateVerifier::add_row(StateRow const& listed) {
    Place const place{listed.table, listed.key};
    auto const fields = parse_state_fields(listed.state);
    if (!fields) {
        findings_->add({.code = FindingCode::malformed,
                        .text = fmt::format("The state of {} {} is malformed: {}.", place.table,
                                            place.key, fields.error().detail)});
        return;
    }
    auto const found = rows_.find(row_key(place.table, place.key));
    if (found == rows_.end() || (!found->second.is_known && !found->second.is_partial)) {
        if (found != rows_.end()) found->second.is_listed = true;
        // What removed the records before this log was recorded after them.
        auto const must_be_here = listed.table == "audit_prunings" && listed.key == pruned_to_;
        if (is_from_the_middle_ && !must_be_here) return;
        report(place, "", std::nullopt,
               fmt::format("No record added {} {}.", place.table, place.key));
        return;
    }
    auto& row = found->second;
    if (std::exchange(row.is_listed, true)) {
        findings_->add({.code = FindingCode::malformed,
                        .text = fmt::format("{} {} is listed twice.", place.table, place.key)});
        return;
    }
    auto const expected = unpacked(row.fields);
    auto const differs = [&](std::string const& name, std::string_view is) {
        report(place, name, row.record,
               fmt::format("{} of {} {} is {}, but should be {} after {}.", name, place.table,
                           place.key, is, value_in(expected, name), after_record(row.record)));
    };
    for (auto const& [name, value] : *fields) {
        auto const is_unknown = row.is_partial && !expected.contains(name);
        if (!is_unknown && value_in(expected, name) != value) differs(name, value);
    }
    for (auto const& [name, value] : expected) {
        if (!fields->contains(name)) differs(name, "null");
    }
    if (listed.change_no == row.change_no) return;
    report(place, "change_no", row.record,
           fmt::format("{} {} counts {} changes, but the log has {}.", place.table, place.key,
                       listed.change_no, row.change_no));
}

void StateVerifier::finish(bool is_complete) {
    for (auto const& [place, change] : waiting_) {
        auto const tab = place.first.find('\t');
        Place const row{std::string_view(place.first).substr(0, tab),
                        std::string_view(place.first).substr(tab + 1)};
        report(row, "change_no", change.record,
               fmt::format("Change {} of {} {} was recorded, but not the one before it.",
                           place.second, row.table, row.key));
    }
    if (!is_complete) return;
    for (auto const& [key, row] : rows_) {
        if (row.is_listed || (!row.is_known && !row.is_partial)) continue;
        auto const tab = key.find('\t');
        Place const place{std::string_view(key).substr(0, tab),
                          std::string_view(key).substr(tab + 1)};
        report(place, "", row.record,
               fmt::format("{} {} is not in the database, although {} changed it last.",
                           place.table, place.key, after_record(row.record)));
    }
}

}  // namespace bank::verify
