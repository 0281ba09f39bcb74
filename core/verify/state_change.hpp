// The details of change_state records, and states: JSON objects whose values are scalars.
//
// Threads: any.
#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/audit/record.hpp"
#include "core/base/result.hpp"

namespace bank::verify {

// The fields of a row by name, each value as its JSON text. An absent field is null.
using StateFields = std::map<std::string, std::string, std::less<>>;

struct StateChange {
    std::string table;            // 1 to 40 of 'a'..'z' and '_'.
    std::string key;              // Without control characters.
    std::uint64_t change_no = 0;  // 0: the row's first state.
    StateFields before;           // The fields that changed, before
    StateFields after;            // and after it.
};

// What erase_details records list: the first 16 bytes of each erased hash.
using ShortHash = audit::Salt;

// Errors: invalid_field with a detail.
[[nodiscard]] Result<StateChange> parse_state_change(std::string_view details);
[[nodiscard]] Result<StateFields> parse_state_fields(std::string_view state);
[[nodiscard]] Result<std::vector<ShortHash>> parse_erased(std::string_view details);

}  // namespace bank::verify
