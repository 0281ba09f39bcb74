#include "core/audit/export_writer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace bank::audit {
namespace {

constexpr std::size_t piece_size = std::size_t{64} * 1024;

// A record stays one line, even if someone tampered with the database: the hash then does not
// match, which reveals the change.
std::string one_line(std::string_view text) {
    std::string line(text);
    std::ranges::replace(line, '\n', '?');
    return line;
}

}  // namespace

Status ExportWriter::begin(ExportKind kind, std::string_view origin, std::uint64_t first,
                           Proof const& edge) {
    auto const* const tag = kind == ExportKind::whole ? "bankd-export/1" : "bankd-archive/1";
    lines_ += fmt::format("{}\t{}\t{}", tag, one_line(origin), first);
    if (first > 0) lines_ += "\nL";
    for (auto const& root : edge) lines_ += "\t" + to_hex(root);
    return end_line();
}

Status ExportWriter::seal(std::uint64_t first, std::uint64_t count, Timestamp at) {
    lines_ += fmt::format("S\t{}\t{}\t{}", first, count, at.us);
    return end_line();
}

Status ExportWriter::tile(std::int64_t level, std::uint64_t index, BytesView hashes) {
    lines_ += fmt::format("T\t{}\t{}\t{}", level, index, to_base64(hashes));
    return end_line();
}

Status ExportWriter::sealed(ExportedRecord const& record) {
    return this->record('R', record);
}

Status ExportWriter::checkpoint(std::string_view note) {
    lines_ += fmt::format("C\t{}", to_base64(as_bytes(note)));
    return end_line();
}

Status ExportWriter::pending(ExportedRecord const& record) {
    return this->record('U', record);
}

Status ExportWriter::subject(BytesView hash, api::Revealed const& subject) {
    lines_ +=
        fmt::format("P\t{}\t{}\t{}", to_hex(hash), to_hex(subject.salt), one_line(subject.value));
    return end_line();
}

Status ExportWriter::account(std::int64_t id, std::string_view currency, std::int64_t balance,
                             std::int64_t held) {
    lines_ += fmt::format("A\t{}\t{}\t{}\t{}", id, currency, balance, held);
    return end_line();
}

Status ExportWriter::state(std::string_view table, std::string_view key, std::int64_t change_no,
                           std::string_view state) {
    lines_ += fmt::format("V\t{}\t{}\t{}\t{}", one_line(table), one_line(key), change_no,
                          one_line(state));
    return end_line();
}

Status ExportWriter::end(std::uint64_t sealed_count) {
    lines_ += fmt::format(".\t{}\n", sealed_count);
    return send();
}

Status ExportWriter::record(char tag, ExportedRecord const& record) {
    lines_ += fmt::format("{}\t{}\t{}", tag, to_hex(record.leaf), one_line(record.text));
    revealed('E', record.private_part);
    revealed('F', record.reference);
    revealed('D', record.details);
    return end_line();
}

void ExportWriter::revealed(char tag, api::Revealed const& revealed) {
    if (revealed.salt.empty()) return;
    fmt::format_to(std::back_inserter(lines_), "\n{}\t{}\t{}", tag, to_hex(revealed.salt),
                   one_line(revealed.value));
}

Status ExportWriter::end_line() {
    lines_ += '\n';
    return lines_.size() < piece_size ? Status(Done{}) : send();
}

Status ExportWriter::send() {
    digest_.update(as_bytes(lines_));
    auto sent = sink_(lines_);
    lines_.clear();
    return sent;
}

}  // namespace bank::audit
