// Faults of a JSON document, one at a time.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace bank::golden {

struct Mutation {
    std::string what;  // "/amount/currency=null".
    std::string text;
};

// Each member of `document`, an object, omitted, repeated, and of other types and sizes; nested
// members too; and an unknown one.
[[nodiscard]] std::vector<Mutation> mutations_of(std::string_view document);

}  // namespace bank::golden
