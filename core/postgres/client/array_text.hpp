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
    // Always quoted, so that no text is mistaken for NULL or for structure.
    ArrayText& add(std::string_view value);
    // Without this a char const* would become a bool.
    ArrayText& add(char const* value) { return add(std::string_view{value}); }
    ArrayText& add_bytes(BytesView value);
    ArrayText& add_null();

    [[nodiscard]] std::string take() &&;

private:
    void separate();
    std::string text_ = "{";
};

}  // namespace bank::postgres
