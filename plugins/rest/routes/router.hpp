// The one table of routes: those of operations follow from their facts, the others are listed.
// Dispatch, the Allow header and the test that compares openapi.json with what is served read it.
//
// Threads: any.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/operations/facts.hpp"
#include "plugins/rest/routes/call.hpp"

namespace bank::rest {

enum class BodyRule : std::uint8_t {
    none,      // There must be none, or an empty one.
    optional,  // None, or JSON.
    required,  // JSON.
    lines,     // JSON of one line each, streamed: see Batch. The handler says what else is wrong.
};

struct Route {
    Method method = Method::get;  // A route of GET answers HEAD too.
    std::string_view pattern;     // {id}: digits of an int64 above 0. {name}: one segment.
                                  // {page...}: all the rest.
    std::optional<operations::Budget> budget;  // That the core charges; none: not asked.
    BodyRule body = BodyRule::none;
    Response (*handler)(Call const&) = nullptr;
    std::string_view operation_id;
};

[[nodiscard]] std::span<Route const> routes() noexcept;

// The path of the one operation with BodyRule::lines.
[[nodiscard]] std::string_view streamed_path() noexcept;

struct Match {
    Route const* route = nullptr;  // Null: see allow.
    std::int64_t id = 0;
    std::string_view name;
    std::string allow;  // Methods of the path if it is known but not with this method.
};

[[nodiscard]] Match match(Method method, std::string_view path);

}  // namespace bank::rest
