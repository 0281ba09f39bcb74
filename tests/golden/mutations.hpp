// What can be wrong with a JSON document, one thing at a time.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace bank::golden {

struct Mutation {
    std::string what;  // "/amount/currency=null".
    std::string text;
};

// Each member of `document`, an object, left out, given twice, and of other types and sizes;
// members of members too; and one that nobody knows.
[[nodiscard]] std::vector<Mutation> mutations_of(std::string_view document);

}  // namespace bank::golden
