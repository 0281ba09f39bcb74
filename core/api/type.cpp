#include "core/api/type.hpp"

namespace bank::api {

std::string_view detail::word_of(Code code) noexcept {
    switch (code) {
#define BANK_CODE(number, word, kind, title) \
    case Code::word:                         \
        return #word;
#include "core/base/codes.def"
#undef BANK_CODE
    }
    return {};
}

Type const& describe(std::type_identity<money::Money>) {
    static constexpr std::array fields{
        field<&money::Money::amount>(
            "amount", "Minor units: 12345 is EUR 123.45, JPY 12345 or KWD 12.345.", "12345"),
        field<&money::Money::currency>("currency", "ISO 4217.", "\"EUR\""),
    };
    static constexpr Type type{.kind = ValueKind::object, .name = "Money", .fields = fields};
    return type;
}

}  // namespace bank::api
