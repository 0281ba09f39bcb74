// Reads the members of a body as their description says.
//
// Threads: any; nothing is kept.
#pragma once
#include "core/api/type.hpp"
#include "plugins/rest/json/body_reader.hpp"

namespace bank::rest {

// One member of `object`.
void read_member(BodyReader& body, api::Field const& field, void* object);

// All that are not in the path. Of a type with variants the first, then those of its variant.
void read_members(BodyReader& body, api::Type const& type, void* object);

}  // namespace bank::rest
