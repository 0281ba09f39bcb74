// PostgreSQL arrays in their text form: {1,NULL,"with \"quotes\""}.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/bytes.hpp"

namespace bank::postgres {

class ArrayText {
public:
    ArrayText& add(std::int64_t value);
    ArrayText& add(bool value);
    // Always quoted, so no text is parsed as NULL or as structure.
    ArrayText& add(std::string_view value);
    // Otherwise a char const* would convert to bool.
    ArrayText& add(char const* value) { return add(std::string_view{value}); }
    ArrayText& add_bytes(BytesView value);
    ArrayText& add_null();

    [[nodiscard]] std::string take() &&;

private:
    void separate();
    std::string text_ = "{";
};

}  // namespace bank::postgres
