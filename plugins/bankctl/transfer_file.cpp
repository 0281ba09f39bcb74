// CSV:   a header line, then one transfer per line. The columns may have any order:
//          key, kind, debit_account_no, credit_account_no, amount, currency, reference
//          origin_id, expires_in_s, linked               ; optional
//        Amounts are decimal text in the line's currency. Consecutive lines with the same text in
//        `linked` are one group, and that text is its key: their own keys are ignored.
//        The column key is optional if the caller has a key prefix.
//        Records with only empty fields are skipped: spreadsheets leave them at the end.
// JSONL: one item of "transfer submit" per line. Blank lines are skipped.
//
// Both are UTF-8. A byte order mark at the start is skipped.
#include "plugins/bankctl/transfer_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <utility>
#include <vector>

#include "core/base/text.hpp"
#include "core/money/currency.hpp"
#include "core/money/iban.hpp"
#include "plugins/admin/wire/amount.hpp"
#include "plugins/bankctl/csv_reader.hpp"
#include "plugins/bankctl/import_key.hpp"

namespace bank::bankctl {
namespace {

namespace wire = admin::wire;

using Next = std::variant<FileItem, FileProblem, FileEnd>;

constexpr auto absent = std::numeric_limits<std::size_t>::max();
constexpr std::size_t line_size_max = std::size_t{64} * 1024;
constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";

struct Column {
    std::string_view name;
    bool is_required = false;
};

enum ColumnIndex : std::size_t {
    key,
    kind,
    debit_account_no,
    credit_account_no,
    amount,
    currency,
    reference,
    origin_id,
    expires_in_s,
    linked,
    column_count
};

constexpr std::array<Column, column_count> columns{{{"key", false},
                                                    {"kind", true},
                                                    {"debit_account_no", true},
                                                    {"credit_account_no", true},
                                                    {"amount", true},
                                                    {"currency", true},
                                                    {"reference", true},
                                                    {"origin_id", false},
                                                    {"expires_in_s", false},
                                                    {"linked", false}}};

// The error in an item, as a sentence about its line.
std::string sentence(Error const& error) {
    if (error.field.empty()) return error.message;
    return fmt::format("{}: {}", error.field.substr(1), error.message);
}

// The line of the first byte that is not UTF-8; 0: none.
std::size_t line_not_utf8(std::string_view text) {
    if (is_utf8(text)) return 0;
    for (std::size_t line = 1;; ++line) {
        auto const one = text.substr(0, text.find('\n'));
        if (!is_utf8(one) || one.size() == text.size()) return line;
        text.remove_prefix(one.size() + 1);
    }
}

// Empty if the number is valid.
std::string normalise(std::string_view field, std::string& account_no) {
    if (account_no.empty()) return {};
    auto iban = money::normalise_iban(account_no);
    if (!iban) return fmt::format("{}: This is not a valid IBAN.", field);
    account_no = *std::move(iban);
    return {};
}

std::string finish(wire::ItemTransfer& transfer) {
    auto problem = normalise("debit_account_no", transfer.debit_account_no);
    if (problem.empty()) problem = normalise("credit_account_no", transfer.credit_account_no);
    auto const& code = transfer.currency;
    if (problem.empty() && !code.empty() && !money::parse_currency(code)) {
        problem = fmt::format("currency: The currency {} is unknown.", code);
    }
    return problem;
}

// `keys` is null if there is no key prefix.
Next checked(FileItem item, ImportKeys* keys) {
    std::string problem;
    for (auto& transfer : item.item.transfers) {
        if (problem.empty()) problem = finish(transfer);
    }
    // After the normalisation of account numbers: blanks in an IBAN do not change the key.
    if (item.item.key.empty() && keys != nullptr) item.item.key = keys->next(item.item);
    if (item.item.key.empty()) {
        return FileProblem{item.line, "The key is missing; give one, or use --key-prefix TEXT."};
    }
    auto const checked = wire::check(item.item);
    if (!checked) return FileProblem{item.line, sentence(checked.error())};
    if (!problem.empty()) return FileProblem{item.line, std::move(problem)};
    return item;
}

}  // namespace

std::optional<FileFormat> format_of(std::string_view path) {
    if (path.ends_with(".csv")) return FileFormat::csv;
    if (path.ends_with(".jsonl") || path.ends_with(".ndjson")) return FileFormat::jsonl;
    return std::nullopt;
}

struct TransferFile::State {
    State(std::string_view whole, FileFormat the_format, std::string_view the_prefix)
        : text(whole.starts_with(byte_order_mark) ? whole.substr(byte_order_mark.size()) : whole),
          format(the_format),
          csv(text) {
        if (!the_prefix.empty()) keys.emplace(the_prefix);
    }

    Next next() {
        if (is_over) return FileEnd{};
        if (!is_started) {
            is_started = true;
            if (auto const line = line_not_utf8(text); line != 0) {
                return end_with({line, "The line is not UTF-8. Save the file as UTF-8."});
            }
        }
        return format == FileFormat::csv ? next_csv() : next_json();
    }

    Next next_json() {
        while (!text.empty()) {
            auto line = text.substr(0, text.find('\n'));
            text.remove_prefix(std::min(line.size() + 1, text.size()));
            ++line_number;
            if (line.ends_with('\r')) line.remove_suffix(1);
            if (line.find_first_not_of(" \t") == std::string_view::npos) continue;
            if (line.find('\r') != std::string_view::npos) {
                return end_with({line_number, std::string{CsvReader::lone_cr}});
            }
            if (line.size() > line_size_max) {
                return FileProblem{line_number,
                                   fmt::format("The line has more than {} bytes.", line_size_max)};
            }
            auto read = reader.read(line);
            if (!read) return FileProblem{line_number, sentence(read.error())};
            return checked({line_number, std::move(read).value()}, key_maker());
        }
        return FileEnd{};
    }

    Next next_csv() {
        if (!has_header) {
            auto problem = read_header();
            if (!problem.empty()) return end_with({header.line, std::move(problem)});
        }
        if (!has_record && !read_record()) return csv_end();
        FileItem item{record.line, {}};
        auto const group = field(linked);
        item.item.key = group.empty() ? field(key) : group;
        item.item.is_linked = !group.empty();
        std::string problem;
        do {
            auto& transfer = item.item.transfers.emplace_back();
            if (problem.empty()) problem = read_transfer(transfer);
            has_record = false;
        } while (item.item.is_linked && read_record() && field(linked) == group);
        if (!problem.empty()) return FileProblem{problem_line, std::move(problem)};
        return checked(std::move(item), key_maker());
    }

    [[nodiscard]] ImportKeys* key_maker() { return keys ? &*keys : nullptr; }

    std::string read_header() {
        has_header = true;
        if (!csv.next(header)) {
            header.line = std::max<std::size_t>(csv.problem_line(), 1);
            return csv.problem().empty() ? "The header line is missing." : csv.problem();
        }
        places.fill(absent);
        for (std::size_t i = 0; i < header.fields.size(); ++i) {
            auto const* const found =
                std::find_if(columns.begin(), columns.end(),
                             [&](Column const& column) { return column.name == header.fields[i]; });
            if (found == columns.end() && header.fields.size() == 1) {
                return "The header has only one column. Separate columns with commas.";
            }
            if (found == columns.end()) {
                return fmt::format("The header has an unknown column \"{}\".",
                                   plain_text(header.fields[i], 64));
            }
            auto& place = places[static_cast<std::size_t>(found - columns.begin())];
            if (place != absent) {
                return fmt::format("The header has the column {} twice.", found->name);
            }
            place = i;
        }
        if (places[key] == absent && !keys && places[linked] == absent) {
            return "The header lacks the column key; add it, or use --key-prefix TEXT.";
        }
        for (std::size_t i = 0; i < columns.size(); ++i) {
            if (columns[i].is_required && places[i] == absent) {
                return fmt::format("The header lacks the column {}.", columns[i].name);
            }
        }
        return {};
    }

    bool read_record() {
        do {
            has_record = csv.next(record);
        } while (has_record &&
                 std::all_of(record.fields.begin(), record.fields.end(),
                             [](std::string const& text_of_it) { return text_of_it.empty(); }));
        return has_record;
    }

    [[nodiscard]] std::string field(ColumnIndex column) const {
        auto const place = places[column];
        return place < record.fields.size() ? record.fields[place] : std::string{};
    }

    // Empty, or the error in the record's fields.
    std::string read_transfer(wire::ItemTransfer& transfer) {
        problem_line = record.line;
        if (record.fields.size() != header.fields.size()) {
            return fmt::format("The line has {} fields, the header has {}.", record.fields.size(),
                               header.fields.size());
        }
        transfer.kind = field(kind);
        transfer.debit_account_no = field(debit_account_no);
        transfer.credit_account_no = field(credit_account_no);
        transfer.currency = field(currency);
        transfer.reference = field(reference);
        if (!read_integer(origin_id, transfer.origin_id)) {
            return "origin_id: It must be a whole number of at least 1.";
        }
        if (!read_integer(expires_in_s, transfer.expires_in_s)) {
            return "expires_in_s: It must be a whole number of at least 1.";
        }
        return read_amount(transfer);
    }

    [[nodiscard]] bool read_integer(ColumnIndex column, std::int64_t& out) const {
        auto const text_of_it = field(column);
        if (text_of_it.empty()) return true;
        auto const number = parse_int64(text_of_it);
        if (!number || *number < 1) return false;
        out = *number;
        return true;
    }

    [[nodiscard]] std::string read_amount(wire::ItemTransfer& transfer) const {
        auto const decimal = field(amount);
        if (decimal.empty() && transfer.currency.empty()) return {};
        if (decimal.empty()) return "amount: It is missing.";
        auto const parsed_currency = money::parse_currency(transfer.currency);
        if (transfer.currency.empty()) return "currency: It is missing.";
        if (!parsed_currency) {
            return fmt::format("currency: The currency {} is unknown.",
                               plain_text(transfer.currency, 16));
        }
        auto const read = wire::read_amount(decimal, *parsed_currency, 1);
        if (auto const* problem = std::get_if<std::string>(&read)) {
            return fmt::format("amount: {}", *problem);
        }
        transfer.amount = *std::get_if<std::int64_t>(&read);
        return {};
    }

    Next csv_end() {
        if (csv.problem().empty()) return FileEnd{};
        return end_with({csv.problem_line(), csv.problem()});
    }

    // The rest of the file cannot be parsed.
    Next end_with(FileProblem problem) {
        is_over = true;
        return problem;
    }

    std::string_view text;  // JSONL: the unread rest.
    FileFormat format;
    std::optional<ImportKeys> keys;
    std::size_t line_number = 0;
    wire::TransferItemReader reader;

    CsvReader csv;
    CsvRecord header;
    CsvRecord record;
    std::array<std::size_t, column_count> places{};  // The index of each column in a record.
    std::size_t problem_line = 0;
    bool has_header = false;
    bool has_record = false;
    bool is_started = false;
    bool is_over = false;
};

TransferFile::TransferFile(std::string_view text, FileFormat format, std::string_view key_prefix)
    : state_(std::make_unique<State>(text, format, key_prefix)) {}

TransferFile::~TransferFile() = default;

std::variant<FileItem, FileProblem, FileEnd> TransferFile::next() {
    return state_->next();
}

}  // namespace bank::bankctl
