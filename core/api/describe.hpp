// For the source files that list the fields of structs.
#pragma once
#include "core/api/type.hpp"

// NOLINTBEGIN(cppcoreguidelines-macro-usage)
// The description of Struct, which is `contract_name` to integrators, from its fields in order.
#define BANK_DESCRIBE(Struct, contract_name, ...)                                \
    Type const& describe(std::type_identity<Struct>) {                           \
        static constexpr std::array fields{__VA_ARGS__};                         \
        static constexpr Type type{                                              \
            .kind = ValueKind::object, .name = contract_name, .fields = fields}; \
        return type;                                                             \
    }
// NOLINTEND(cppcoreguidelines-macro-usage)

namespace bank::api {

inline constexpr std::string_view example_instant = "\"2026-03-01T12:00:00.000000Z\"";
inline constexpr std::string_view example_account_no = "\"DE87999999990000000012\"";
inline constexpr std::string_view example_payee_no = "\"DE60999999990000000013\"";
inline constexpr std::string_view example_ip = "\"192.0.2.17\"";
inline constexpr std::string_view example_request_id = "\"0195513e-3a00-7c41-9d3c-1f2e3d4c5b6a\"";

}  // namespace bank::api
