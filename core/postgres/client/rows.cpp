#include "core/postgres/client/rows.hpp"

#include <fmt/format.h>

#include "core/base/text.hpp"

namespace bank::postgres {

Status check_commit(std::string_view command_tag) {
    if (command_tag == "COMMIT") return Done{};
    return Error{Code::internal_error, fmt::format("COMMIT was answered {}", command_tag)};
}

Row Rows::operator[](int index) const {
    BANK_CHECK(index >= 0 && index < count());
    return {result_.get(), index};
}

std::string_view Rows::command_tag() const noexcept {
    return PQcmdStatus(result_.get());
}

std::string Row::text() {
    BANK_CHECK(column_ < PQnfields(result_));
    auto const column = column_++;
    return {PQgetvalue(result_, row_, column),
            static_cast<std::size_t>(PQgetlength(result_, row_, column))};
}

std::optional<std::int64_t> Row::optional_integer() {
    BANK_CHECK(column_ < PQnfields(result_));
    if (PQgetisnull(result_, row_, column_) != 0) {
        ++column_;
        return std::nullopt;
    }
    auto const value = parse_int64(text());
    BANK_CHECK(value.has_value());
    return value;
}

std::int64_t Row::integer() {
    auto const value = optional_integer();
    BANK_CHECK(value.has_value());
    return *value;
}

bool Row::boolean() {
    auto const value = text();
    BANK_CHECK(value == "t" || value == "f");
    return value == "t";
}

Bytes Row::bytes() {
    auto const value = text();
    BANK_CHECK(value.size() >= 2 && value[0] == '\\' && value[1] == 'x');
    auto bytes = from_hex(std::string_view{value}.substr(2));
    BANK_CHECK(bytes.has_value());
    return *std::move(bytes);
}

}  // namespace bank::postgres
