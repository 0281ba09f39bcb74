// The cursors of lists: the end of a page, opaque to clients, which return it to get the next page.
//
// Threads: any; there is no state.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace bank::api {

// Each order of a list counts as a list. The numbers never change.
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

// nullopt: not a cursor of this list.
[[nodiscard]] std::optional<std::int64_t> read_cursor(List list, std::string_view cursor);

}  // namespace bank::api
