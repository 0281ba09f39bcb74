// The operations that have a route of their own, as paths of the document.
#pragma once
#include <string_view>

#include "core/operations/operation.hpp"
#include "plugins/rest/openapi/json.hpp"
#include "plugins/rest/openapi/schemas.hpp"

namespace bank::rest::openapi {

// "get" and the object that describes it; its schemas are added.
[[nodiscard]] Member path_item(operations::Operation const& operation, Schemas& schemas);

// A reference to the shared response of a status of 400 or more, and of 202.
[[nodiscard]] Json shared_response(std::string_view status);

// References to the headers that every response has, and to these. Without a budget the request
// counts against none.
[[nodiscard]] Json response_headers(bool has_budget, std::vector<std::string_view> const& more);

// The parameters that several operations share.
[[nodiscard]] Json shared_parameters(Schemas& schemas);

}  // namespace bank::rest::openapi
