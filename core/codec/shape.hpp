// Whether an input keeps the bounds of its description.
#pragma once
#include "core/api/type.hpp"
#include "core/base/result.hpp"

namespace bank::codec {

// invalid_field for the first field that does not: a text's length in characters, that it is UTF-8
// without control characters, and, of prose, its legibility; an integer's range; those of nested
// structs. Secrets have rules of their own.
// Precondition: `object` is of `type`.
[[nodiscard]] Status check_shape(api::Type const& type, void const* object);

}  // namespace bank::codec
