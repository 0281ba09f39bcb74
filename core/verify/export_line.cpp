// line       = tag *( TAB field )
// header     = ( "bankd-export/1" / "bankd-archive/1" ) TAB origin TAB first-number
// left edge  = "L" 1*( TAB hash-hex )                      only if first-number > 0
// seal       = "S" TAB first-number TAB count TAB sealed-at-us
// tile       = "T" TAB level TAB index TAB base64( 256 * 32 bytes )
// record     = ( "R" / "U" ) TAB leaf-hex TAB text         R: sealed; U: not yet
// disclosure = ( "E" / "F" / "D" ) TAB salt-hex TAB text   private part, reference, details
// checkpoint = "C" TAB base64( signed note )
// subject    = "P" TAB hash-hex TAB salt-hex TAB text
// account    = "A" TAB id TAB currency TAB balance TAB held
// state      = "V" TAB table TAB key TAB change-number TAB json-object
// end        = "." TAB sealed-count
//
// A text is the rest of the line. All numbers are decimal without leading zeros.
#include "core/verify/export_line.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/audit/checkpoint.hpp"
#include "core/audit/tile.hpp"
#include "core/base/bytes.hpp"
#include "core/base/text.hpp"

namespace bank::verify {
namespace {

// Reads fields in order. One invalid field invalidates the whole line.
class Fields {
public:
    explicit Fields(std::string_view line) : rest_(line) {}

    std::string_view take() noexcept {
        if (is_at_end_) is_sound_ = false;
        auto const end = rest_.find('\t');
        auto const field = rest_.substr(0, end);
        is_at_end_ = end == std::string_view::npos;
        rest_.remove_prefix(is_at_end_ ? rest_.size() : end + 1);
        return field;
    }
    std::string_view take_rest() noexcept {
        if (is_at_end_) is_sound_ = false;
        is_at_end_ = true;
        return rest_;
    }
    std::int64_t take_integer() noexcept {
        auto const value = parse_int64(take());
        is_sound_ &= value.has_value();
        return value.value_or(0);
    }
    std::int64_t take_positive() noexcept {
        auto const value = take_integer();
        is_sound_ &= value > 0;
        return value;
    }
    std::uint64_t take_number() noexcept {
        auto const value = take_integer();
        is_sound_ &= value >= 0;
        return static_cast<std::uint64_t>(value);
    }
    void take_hex(std::span<std::uint8_t> bytes) noexcept { is_sound_ &= read_hex(take(), bytes); }
    Bytes take_base64() {
        auto bytes = from_base64(take());
        is_sound_ &= bytes.has_value();
        return std::move(bytes).value_or(Bytes{});
    }
    void expect(bool condition) noexcept { is_sound_ &= condition; }

    [[nodiscard]] bool has_more() const noexcept { return !is_at_end_; }
    // Whether all fields were valid and none is left.
    [[nodiscard]] bool is_done() const noexcept { return is_sound_ && is_at_end_; }

private:
    std::string_view rest_;
    bool is_at_end_ = false;
    bool is_sound_ = true;
};

Header read_header(Fields& fields, bool is_archive) {
    Header header{.origin = fields.take(), .first = fields.take_number(), .is_archive = is_archive};
    fields.expect(!header.origin.empty() && header.origin.size() <= audit::origin_size_max &&
                  is_plain_text(header.origin));
    return header;
}

LeftEdge read_left_edge(Fields& fields) {
    constexpr std::size_t roots_max = 63;
    LeftEdge edge;
    do {
        fields.take_hex(edge.roots.emplace_back());
    } while (fields.has_more() && edge.roots.size() < roots_max);
    return edge;
}

Seal read_seal(Fields& fields) {
    Seal seal;
    seal.first = fields.take_number();
    seal.count = fields.take_number();
    seal.sealed_at = {fields.take_integer()};
    fields.expect(seal.count > 0 && seal.count <= seal_count_max);
    return seal;
}

StoredTile read_tile(Fields& fields) {
    StoredTile tile;
    auto const level = fields.take_number();
    fields.expect(level < audit::tile_levels);
    tile.level = static_cast<unsigned>(level % audit::tile_levels);
    tile.index = fields.take_number();
    auto const bytes = fields.take_base64();
    constexpr auto hash_size = sizeof(audit::Hash);
    fields.expect(bytes.size() == audit::tile_width * hash_size);
    tile.hashes.resize(bytes.size() / hash_size);
    for (std::size_t i = 0; i < tile.hashes.size(); ++i) {
        std::copy_n(bytes.data() + i * hash_size, hash_size, tile.hashes[i].begin());
    }
    return tile;
}

StoredRecord read_record(Fields& fields, bool is_sealed) {
    StoredRecord record{.is_sealed = is_sealed};
    fields.take_hex(record.leaf);
    record.text = fields.take_rest();
    return record;
}

Disclosure read_disclosure(Fields& fields, Disclosed what) {
    Disclosure disclosure{.what = what};
    fields.take_hex(disclosure.salt);
    disclosure.text = fields.take_rest();
    return disclosure;
}

StoredCheckpoint read_checkpoint(Fields& fields) {
    auto const bytes = fields.take_base64();
    return {.note = std::string(bytes.begin(), bytes.end())};
}

DisclosedSubject read_subject(Fields& fields) {
    DisclosedSubject subject;
    fields.take_hex(subject.hash);
    fields.take_hex(subject.salt);
    subject.text = fields.take_rest();
    return subject;
}

AccountState read_account(Fields& fields) {
    AccountState account;
    account.id = {fields.take_positive()};
    auto const currency = fields.take();
    auto const is_upper = [](char c) { return c >= 'A' && c <= 'Z'; };
    fields.expect(currency.size() == 3 && std::ranges::all_of(currency, is_upper));
    std::copy_n(currency.begin(), std::min<std::size_t>(currency.size(), 3),
                account.currency.letters.begin());
    account.balance = fields.take_integer();
    account.held = fields.take_integer();
    return account;
}

StateRow read_state(Fields& fields) {
    StateRow row;
    row.table = fields.take();
    row.key = fields.take();
    row.change_no = fields.take_number();
    row.state = fields.take_rest();
    fields.expect(!row.table.empty() && !row.key.empty() && is_plain_text(row.table) &&
                  is_plain_text(row.key));
    return row;
}

ExportLine read_tagged(char tag, Fields& fields) {
    switch (tag) {
    case 'L': return read_left_edge(fields);
    case 'S': return read_seal(fields);
    case 'T': return read_tile(fields);
    case 'R': return read_record(fields, true);
    case 'U': return read_record(fields, false);
    case 'E': return read_disclosure(fields, Disclosed::private_part);
    case 'F': return read_disclosure(fields, Disclosed::reference);
    case 'D': return read_disclosure(fields, Disclosed::details);
    case 'C': return read_checkpoint(fields);
    case 'P': return read_subject(fields);
    case 'A': return read_account(fields);
    case 'V': return read_state(fields);
    case '.': return End{fields.take_number()};
    default: fields.expect(false); return End{};
    }
}

}  // namespace

Result<ExportLine> parse_export_line(std::string_view line) {
    Fields fields(line);
    auto const tag = fields.take();
    auto const is_archive = tag == "bankd-archive/1";
    auto parsed = is_archive || tag == "bankd-export/1"
                      ? ExportLine{read_header(fields, is_archive)}
                      : read_tagged(tag.size() == 1 ? tag[0] : '?', fields);
    if (fields.is_done()) return parsed;
    auto const shown = plain_text(tag, 16);
    return Error{.code = Code::invalid_field,
                 .detail = fmt::format("a line that begins with \"{}\" is malformed", shown)};
}

}  // namespace bank::verify
