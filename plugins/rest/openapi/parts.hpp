// The hand-written parts of the document: JSON with a few short forms, merged with what is derived.
//
//   {"$id": "HoldById.hold_id"}  in parameters: the path's id
//   "$errors": "400 401"         in responses: the shared responses of these statuses
//   "$headers": ["Location"]     in a response: the headers of every response, and these
#pragma once
#include <string_view>

#include "plugins/rest/openapi/json.hpp"

namespace bank::rest::openapi {

// Replaces the short forms.
[[nodiscard]] Json expand(Json const& part);

// Adds `part` to `document`. A value of the part takes the place of a derived one; to repeat one is
// an error, for it would hide the next change of it. Throws std::runtime_error.
void merge(Json& document, Json const& part, std::string_view place = {});

}  // namespace bank::rest::openapi
