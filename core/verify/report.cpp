#include "core/verify/report.hpp"

#include <fmt/format.h>

#include <utility>
#include <vector>

#include "core/base/check.hpp"
#include "core/base/json_writer.hpp"
#include "core/money/money.hpp"
#include "core/verify/exit_code.hpp"

namespace bank::verify {
namespace {

constexpr std::string_view red = "31";
constexpr std::string_view yellow = "33";
constexpr std::string_view green = "32";

std::string coloured(std::string_view text, std::string_view colour, Style style) {
    return style.has_colour ? fmt::format("\x1b[{}m{}\x1b[0m", colour, text) : std::string(text);
}

std::string_view verdict_word(Findings const& findings) {
    switch (exit_of(findings)) {
    case Exit::consistent: return "consistent";
    case Exit::inconsistent: return "inconsistent";
    case Exit::incomplete: return "incomplete";
    case Exit::unusable: break;
    }
    BANK_UNREACHABLE();
}

std::string verdict(std::string_view what, Findings const& findings, Style style) {
    auto const exit = exit_of(findings);
    auto const colour = exit == Exit::consistent ? green : exit == Exit::incomplete ? yellow : red;
    return fmt::format("{}: {}\n", what, coloured(verdict_word(findings), colour, style));
}

std::string findings_text(Findings const& findings, Style style) {
    std::string out;
    for (auto const& finding : findings.kept()) {
        auto const colour = finding.code == FindingCode::incomplete ? yellow : red;
        out += fmt::format("{}: {}\n    {}\n", coloured(word(finding.code), colour, style),
                           finding.text, advice(finding.code));
    }
    auto const more = findings.count() - findings.kept().size();
    if (more > 0) out += fmt::format("{} more findings are not shown.\n", more);
    return out;
}

void write_findings(JsonWriter& json, Findings const& findings) {
    json.key("verdict").text(verdict_word(findings));
    json.key("findings_count").number(findings.count());
    json.key("findings").begin_array();
    for (auto const& finding : findings.kept()) {
        json.begin_object();
        json.key("code").text(word(finding.code));
        json.key("text").text(finding.text);
        json.key("advice").text(advice(finding.code));
        if (finding.record) json.key("record").number(*finding.record);
        if (finding.transfer) json.key("transfer").number(finding.transfer.value);
        if (finding.account) json.key("account").number(finding.account.value);
        if (finding.row) {
            json.key("row").begin_object();
            json.key("table").text(finding.row->table);
            json.key("key").text(finding.row->key);
            if (!finding.row->field.empty()) json.key("field").text(finding.row->field);
            json.end_object();
        }
        json.end_object();
    }
    json.end_array();
}

std::string signers_text(Summary const& summary) {
    std::vector<std::string> names;
    for (auto const& [name, count] : summary.signatures) {
        names.push_back(fmt::format("{} ({})", name, count));
    }
    return names.empty() ? "none" : fmt::format("{}", fmt::join(names, ", "));
}

std::string amount_text(audit::TransferRecord const& transfer) {
    auto const currency = money::parse_currency(transfer.currency.code());
    if (currency) return money::to_string({.amount = transfer.amount, .currency = *currency});
    return fmt::format("{} minor units of {}", transfer.amount, transfer.currency.code());
}

std::string account_text(AccountId id) {
    return id ? fmt::format("{}", id.value) : "none";
}

std::string lines_of(Receipt const& receipt) {
    std::string out;
    auto const add = [&](std::string_view name, std::string_view value) {
        out += fmt::format("  {:<14}{}\n", name, value);
    };
    if (auto const* const transfer = std::get_if<audit::TransferRecord>(&*receipt.record)) {
        add("transfer",
            fmt::format("{}, {}, {}", transfer->id.value, transfer->action, transfer->outcome));
        add("amount", amount_text(*transfer));
        add("from account", account_text(transfer->debit));
        add("to account", account_text(transfer->credit));
        add("value date", transfer->value_date);
        add("time", to_string(transfer->time));
    } else if (auto const* const event = std::get_if<audit::EventRecord>(&*receipt.record)) {
        add("event", fmt::format("{}, {}", event->action, event->outcome));
        add("time", to_string(event->time));
    }
    if (receipt.reference) add("reference", *receipt.reference);
    add("record", fmt::format("{} of {}", receipt.number, receipt.origin));
    add("signed by", fmt::format("{}", fmt::join(receipt.signers, ", ")));
    return out;
}

}  // namespace

std::string report_text(Summary const& summary, Findings const& findings, Style style) {
    if (style.is_quiet) return findings_text(findings, style);
    auto log = summary.origin.empty() ? std::string("The export") : summary.origin;
    if (summary.is_archive) log += " (archive)";
    auto out = verdict(log, findings, style);
    auto const add = [&](std::string_view name, std::string_view value) {
        out += fmt::format("  {:<14}{}\n", name, value);
    };
    add("records",
        fmt::format("{} sealed, from number {}; {} not sealed yet", summary.sealed_records,
                    summary.first_number, summary.unsealed_records));
    add("transfers", fmt::format("{}", summary.transfers));
    add("accounts", fmt::format("{}", summary.accounts));
    add("state", fmt::format("{} rows compared with their changes", summary.rows));
    add("checkpoints", fmt::format("{} verified, from {} given and those of the export",
                                   summary.verified_checkpoints, summary.known_checkpoints));
    add("signed by", signers_text(summary));
    if (summary.unsigned_records > 0) {
        add("unsigned", coloured(fmt::format("{} records after the last verified checkpoint, not "
                                             "covered by a signature",
                                             summary.unsigned_records),
                                 yellow, style));
    }
    if (summary.first_time) {
        add("time",
            fmt::format("{} to {}", to_string(*summary.first_time), to_string(*summary.last_time)));
    }
    add("erased",
        fmt::format("{} details, {} subjects", summary.erased_details, summary.erased_subjects));
    return out + findings_text(findings, style);
}

std::string report_json(Summary const& summary, Findings const& findings) {
    JsonWriter json;
    json.begin_object();
    json.key("origin").text(summary.origin);
    json.key("is_complete").boolean(summary.is_complete && summary.first_number == 0);
    json.key("is_archive").boolean(summary.is_archive);
    json.key("first_number").number(summary.first_number);
    json.key("sealed_records").number(summary.sealed_records);
    json.key("unsealed_records").number(summary.unsealed_records);
    json.key("transfers").number(summary.transfers);
    json.key("accounts").number(summary.accounts);
    json.key("state_rows").number(summary.rows);
    json.key("verified_checkpoints").number(summary.verified_checkpoints);
    json.key("known_checkpoints").number(summary.known_checkpoints);
    json.key("signed_size").number(summary.signed_size);
    json.key("unsigned_records").number(summary.unsigned_records);
    json.key("signatures").begin_object();
    for (auto const& [name, count] : summary.signatures) json.key(name).number(count);
    json.end_object();
    if (summary.first_time) {
        json.key("first_time").text(to_string(*summary.first_time));
        json.key("last_time").text(to_string(*summary.last_time));
    }
    json.key("erased_details").number(summary.erased_details);
    json.key("erased_subjects").number(summary.erased_subjects);
    write_findings(json, findings);
    json.end_object();
    return std::move(json).take() + "\n";
}

std::string report_text(Receipt const& receipt, Findings const& findings, Style style) {
    if (style.is_quiet) return findings_text(findings, style);
    auto out = verdict("The receipt", findings, style);
    // Unverified contents are not shown.
    if (findings.count() == 0 && receipt.record) out += lines_of(receipt);
    return out + findings_text(findings, style);
}

std::string report_json(Receipt const& receipt, Findings const& findings) {
    JsonWriter json;
    json.begin_object();
    if (findings.count() == 0) {
        json.key("record").text(receipt.record_text);
        json.key("number").number(receipt.number);
        json.key("origin").text(receipt.origin);
        json.key("signers").begin_array();
        for (auto const& signer : receipt.signers) json.text(signer);
        json.end_array();
        json.key("reference");
        if (receipt.reference) {
            json.text(*receipt.reference);
        } else {
            json.null();
        }
    }
    write_findings(json, findings);
    json.end_object();
    return std::move(json).take() + "\n";
}

}  // namespace bank::verify
