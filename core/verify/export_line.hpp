// The parsed lines of an export. Grammar: export_line.cpp.
//
// Views point into the given line. Threads: any.
#pragma once
#include <cstdint>
#include <string_view>
#include <variant>
#include <vector>

#include "core/audit/merkle.hpp"
#include "core/audit/record.hpp"
#include "core/base/result.hpp"
#include "core/base/strong_id.hpp"
#include "core/base/time.hpp"
#include "core/money/currency.hpp"

namespace bank::verify {

// Larger seals could exhaust the verifier's memory.
inline constexpr std::uint64_t seal_count_max = 1'048'576;

struct Header {
    std::string_view origin;
    std::uint64_t first = 0;
    bool is_archive = false;  // Covers a range: without balances and unsealed records.
};
struct LeftEdge {  // Edge of the tree before the first record; see Frontier.
    std::vector<audit::Hash> roots;
};
struct Seal {
    std::uint64_t first = 0;
    std::uint64_t count = 0;  // 1 to seal_count_max.
    Timestamp sealed_at;
};
struct StoredTile {
    unsigned level = 0;
    std::uint64_t index = 0;
    std::vector<audit::Hash> hashes;  // 256.
};
struct StoredRecord {
    bool is_sealed = true;
    audit::Hash leaf{};
    std::string_view text;
};
enum class Disclosed : std::uint8_t { private_part, reference, details };
struct Disclosure {  // Of the preceding record.
    Disclosed what = Disclosed::private_part;
    audit::Salt salt{};
    std::string_view text;
};
struct StoredCheckpoint {
    std::string note;
};
struct DisclosedSubject {
    audit::Hash hash{};
    audit::Salt salt{};
    std::string_view text;
};
struct AccountState {
    AccountId id;
    money::Currency currency;
    std::int64_t balance = 0;
    std::int64_t held = 0;
};
struct StateRow {  // A row as it is, other than balances.
    std::string_view table;
    std::string_view key;
    std::uint64_t change_no = 0;
    std::string_view state;  // A JSON object.
};
struct End {
    std::uint64_t sealed_count = 0;
};

using ExportLine = std::variant<Header, LeftEdge, Seal, StoredTile, StoredRecord, Disclosure,
                                StoredCheckpoint, DisclosedSubject, AccountState, StateRow, End>;

// Errors: invalid_field with a detail.
[[nodiscard]] Result<ExportLine> parse_export_line(std::string_view line);

}  // namespace bank::verify
