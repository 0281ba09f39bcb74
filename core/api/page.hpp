// Keyset paging: never an offset, so that rows added meanwhile neither repeat nor hide others.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "core/api/type.hpp"
#include "core/base/bounds.hpp"

namespace bank::api {

struct PageRequest {
    std::uint32_t limit = bounds::page_limit_default;  // 1..bounds::page_limit_max.
    std::string cursor;  // next_cursor of the preceding page; empty for the first; see cursor.hpp.
};

template <typename T>
struct Page {
    std::vector<T> items;
    std::string next_cursor;  // Empty: this was the last page. Opaque to clients.
};

[[nodiscard]] Type const& describe(std::type_identity<PageRequest>);

template <typename T>
[[nodiscard]] Type const& describe(std::type_identity<Page<T>>) {
    static constexpr std::array fields{
        field<&Page<T>::items>("items", "The rows of this page."),
        derived<bool>("has_more", "Whether rows follow.", "true",
                      [](void* page) -> void* {
                          static bool yes = true;
                          static bool no = false;
                          return static_cast<Page<T>*>(page)->next_cursor.empty() ? &no : &yes;
                      }),
        field<&Page<T>::next_cursor>("next_cursor",
                                     "For the parameter cursor of the next request; null on the "
                                     "last page.",
                                     "\"AQMAAAAAAAAGpA\"")
            .as(Appearance::null_if_empty),
    };
    static constexpr Type type{.kind = ValueKind::object, .fields = fields};
    return type;
}

}  // namespace bank::api
