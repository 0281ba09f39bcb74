// The view of a described output that has no view of its own: an object has a line for each
// field, a list or a page has a row for each item and a column for each of its simple fields.
#pragma once
#include "core/api/type.hpp"
#include "plugins/bankctl/command.hpp"

namespace bank::bankctl {

[[nodiscard]] AnyView general_view(api::Type const& output);

}  // namespace bank::bankctl
