#include "plugins/bankctl/import_tally.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "core/base/code.hpp"
#include "core/base/json_writer.hpp"
#include "core/base/overflow.hpp"
#include "plugins/bankctl/run.hpp"
#include "plugins/bankctl/views.hpp"

namespace bank::bankctl {
namespace {

constexpr std::size_t bar_width = 20;

std::string what_to_do_about(std::string_view status) {
    auto const code = code_of(status);
    if (!code) return "This bankd is newer than this bankctl; upgrade bankctl.";
    if (is_transient(*code)) return "Run the same command again.";
    if (kind(*code) == CodeKind::fault) return "Report it; journalctl -u bankd has details.";
    auto const advice = what_to_do(*code);
    return std::string{advice.empty() ? title(*code) : advice};
}

// Saturates at 64 bits; no bank has such a sum.
void add(std::int64_t& sum, std::int64_t amount) {
    sum = checked_add(sum, amount).value_or(std::numeric_limits<std::int64_t>::max());
}

void add_moved(ImportTally& tally, dom::element transfer, bool is_replay) {
    auto const kind = text_at(transfer, "kind");
    if (kind == "hold" || kind == "release") return;
    dom::element money;
    if (transfer["amount"].get(money) != simdjson::SUCCESS) return;
    auto& sums = tally.sums[text_at(money, "currency")];
    add(is_replay ? sums.replayed : sums.posted, number_at(money, "amount"));
}

void add_refusal(ImportTally& tally, ImportTally::Refusal refusal) {
    if (tally.refusals.size() < ImportTally::refusals_max) {
        refusal.what_to_do = what_to_do_about(refusal.status);
        tally.refusals.push_back(std::move(refusal));
    }
}

std::string number(std::size_t value) {
    return grouped(std::to_string(value));
}

Cell number_of(std::size_t value, Colour colour_if_any) {
    return {.text = number(value),
            .script = std::to_string(value),
            .colour = value > 0 ? colour_if_any : Colour::none};
}

std::string view_sums(ImportTally const& tally, Layout const& layout) {
    Table table{.columns = {{"currency"}, {"posted", true}, {"replayed", true}}, .rows = {}};
    for (auto const& [currency, sums] : tally.sums) {
        table.rows.push_back({{.text = currency},
                              money_cell(sums.posted, currency),
                              money_cell(sums.replayed, currency)});
    }
    return table.rows.empty() ? std::string{} : "\n" + render(table, layout);
}

std::string view_statuses(ImportTally const& tally, Layout const& layout) {
    Table table{.columns = {{"status"}, {"items", true}}, .rows = {}};
    for (auto const& [status, items] : tally.statuses) {
        table.rows.push_back(
            {{.text = status}, {.text = number(items), .script = std::to_string(items)}});
    }
    return table.rows.empty() ? std::string{} : "\n" + render(table, layout);
}

std::string view_refusals(ImportTally const& tally, Layout const& layout) {
    Table table{
        .columns = {{"line", true}, {"key", false, 0, Narrow::cut}, {"status"}, {"what to do"}},
        .rows = {},
        .wraps_last = true};
    for (auto const& refusal : tally.refusals) {
        table.rows.push_back({{.text = std::to_string(refusal.line)},
                              {.text = refusal.key},
                              {.text = refusal.status, .colour = Colour::bad},
                              {.text = refusal.what_to_do}});
    }
    if (table.rows.empty()) return {};
    auto const more = tally.refused + tally.failed - table.rows.size();
    auto out = "\n" + render(table, layout);
    if (more > 0 && layout.is_terminal) {
        out += fmt::format("and {} more; --report REPORT lists all\n", number(more));
    }
    return out;
}

std::string clock(std::int64_t seconds) {
    return seconds < 3600
               ? fmt::format("{}:{:02}", seconds / 60, seconds % 60)
               : fmt::format("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
}

}  // namespace

void count(ImportTally& tally, std::size_t line, dom::element answer) {
    auto const status = text_at(answer, "status");
    ++tally.statuses[status];
    if (status != word(Code::posted)) {
        auto const code = code_of(status);
        auto const is_refused = code && !is_transient(*code) && kind(*code) != CodeKind::fault;
        ++(is_refused ? tally.refused : tally.failed);
        return add_refusal(
            tally,
            {.line = line, .key = text_at(answer, "key"), .status = status, .what_to_do = {}});
    }
    auto const is_replay = truth_at(answer, "is_replay");
    ++(is_replay ? tally.replayed : tally.posted);
    dom::element transfer;
    if (answer["transfer"].get(transfer) == simdjson::SUCCESS) {
        add_moved(tally, transfer, is_replay);
    }
    for (auto const one : list_at(answer, "transfers")) add_moved(tally, one, is_replay);
}

void count_failed(ImportTally& tally, ImportTally::Refusal refusal) {
    ++tally.statuses[refusal.status];
    ++tally.failed;
    add_refusal(tally, std::move(refusal));
}

std::string view_tally(ImportTally const& tally, Layout const& layout) {
    Record const record{{{"items", number_of(tally.items, Colour::none)},
                         {"posted", number_of(tally.posted, Colour::good)},
                         {"replayed", number_of(tally.replayed, Colour::none)},
                         {"refused", number_of(tally.refused, Colour::bad)},
                         {"failed", number_of(tally.failed, Colour::bad)},
                         {"not_sent", number_of(tally.not_sent(), Colour::warning)}}};
    return render(record, layout) + view_sums(tally, layout) + view_statuses(tally, layout) +
           view_refusals(tally, layout);
}

std::string tally_json(ImportTally const& tally, std::string_view stopped) {
    JsonWriter json;
    auto const member = [&json](std::string_view name, std::size_t value) {
        json.key(name).number(std::uint64_t{value});
    };
    json.begin_object();
    member("items", tally.items);
    member("posted", tally.posted);
    member("replayed", tally.replayed);
    member("refused", tally.refused);
    member("failed", tally.failed);
    member("not_sent", tally.not_sent());
    json.key("stopped");
    stopped.empty() ? json.null() : json.text(stopped);
    json.key("statuses").begin_object();
    for (auto const& [status, items] : tally.statuses) member(status, items);
    json.end_object().key("sums").begin_object();
    for (auto const& [currency, sums] : tally.sums) {
        json.key(currency).begin_object();
        json.key("posted").text(std::to_string(sums.posted));
        json.key("replayed").text(std::to_string(sums.replayed));
        json.end_object();
    }
    json.end_object().key("first_refused").begin_array();
    for (auto const& refusal : tally.refusals) {
        json.begin_object();
        member("line", refusal.line);
        json.key("key").text(refusal.key).key("status").text(refusal.status);
        json.key("what_to_do").text(refusal.what_to_do);
        json.end_object();
    }
    json.end_array().end_object();
    return std::move(json).take();
}

std::string progress_line(ImportTally const& tally, std::int64_t elapsed_ms, std::size_t width) {
    auto const done = tally.settled();
    auto const total = std::max<std::size_t>(tally.items, 1);
    auto const filled = std::min(done * bar_width / total, bar_width);
    auto const ms = static_cast<std::size_t>(std::max<std::int64_t>(elapsed_ms, 1));
    auto const rate = done * 1000 / ms;
    auto const bar =
        fmt::format("[{}{}]  ", std::string(filled, '#'), std::string(bar_width - filled, '.'));
    auto const progress = fmt::format("{} of {}", number(done), number(tally.items));
    auto const speed = fmt::format("  {}/s", number(rate));
    std::string left;
    if (rate > 0 && done < tally.items) {
        left =
            fmt::format("  {} left", clock(static_cast<std::int64_t>((tally.items - done) / rate)));
    }
    auto const outcome =
        fmt::format("  posted {}  refused {}  failed {}", number(tally.posted + tally.replayed),
                    number(tally.refused), number(tally.failed));
    // Only whole parts, the most useful ones first: a truncated number would be a wrong number.
    for (auto line : {bar + progress + speed + left + outcome, bar + progress + left + outcome,
                      progress + left + outcome, progress + outcome, progress + left}) {
        if (width == 0 || line.size() <= width) return line;
    }
    return progress.size() <= width ? progress : std::string{};
}

}  // namespace bank::bankctl
