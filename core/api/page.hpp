// Keyset paging: never an offset, so that rows added meanwhile neither repeat nor hide others.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "core/base/bounds.hpp"

namespace bank::api {

struct PageRequest {
    std::uint32_t limit = bounds::page_limit_default;  // 1..bounds::page_limit_max.
    std::string cursor;  // next_cursor of the page before, or empty for the first.
};

template <typename T>
struct Page {
    std::vector<T> items;
    std::string next_cursor;  // Empty: this was the last page. Opaque to clients.
};

}  // namespace bank::api
