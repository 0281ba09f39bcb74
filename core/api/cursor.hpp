// The cursors of lists: where a page ends, opaque to clients, which give it back for the next one.
//
// Threads: any; nothing is kept.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace bank::api {

// Each order of a list is a list of its own. The numbers never change.
enum class List : std::uint8_t {
    users = 1,
    sessions = 2,
    accounts = 3,
    holds = 4,
    history = 5,
    transfers = 6,
    audit_newest_first = 7,
    audit_ascending = 8,
};

// Precondition: the position, an id, is above 0.
[[nodiscard]] std::string to_cursor(List list, std::int64_t position);

// Nothing: no such text was ever given for this list.
[[nodiscard]] std::optional<std::int64_t> read_cursor(List list, std::string_view cursor);

}  // namespace bank::api
