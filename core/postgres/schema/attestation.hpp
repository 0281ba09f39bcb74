// Compares the schema in the database, object by object, with the schema that this program was
// built for. A digest recorded in the database would prove nothing, because the
// attacker could alter it too.
//
// Threads: any.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/api/system.hpp"
#include "core/base/result.hpp"
#include "core/postgres/client/connection.hpp"

namespace bank::postgres {

struct SchemaObject {
    std::string name;        // "index bank.users_pkey of bank.users"
    std::string definition;  // All that decides its effect, in one line.

    friend auto operator<=>(SchemaObject const&, SchemaObject const&) = default;
};

// Sorted by name. `lines`: one object each, name, tab, definition.
[[nodiscard]] std::vector<SchemaObject> parse_objects(std::string_view lines);

// The objects of the migrated schema, of the roles of bankd, and of the settings of this session
// that change results. Sorted by name. Errors: those of the connection.
[[nodiscard]] Result<std::vector<SchemaObject>> read_objects(Connection& connection);

// Both sorted by name.
[[nodiscard]] api::SchemaReport compare_objects(std::vector<SchemaObject> const& expected,
                                                std::vector<SchemaObject> const& found);

// The next id of a sequence, and the largest one in its table.
struct IdPosition {
    std::string sequence;
    std::int64_t next = 0;
    std::int64_t largest = 0;
};

// A sequence that is not near the end of its table. Behind it is grave: ids would be given twice.
[[nodiscard]] std::optional<api::SchemaDifference> compare_position(IdPosition const& position);

// Reads and compares with the embedded objects; if they are as built, also the positions of the
// sequences.
[[nodiscard]] Result<api::SchemaReport> attest(Connection& connection);

}  // namespace bank::postgres
