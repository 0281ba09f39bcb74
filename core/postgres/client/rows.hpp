// The rows that a statement returned, and a reader of their columns.
#pragma once
#include <libpq-fe.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/bytes.hpp"
#include "core/base/check.hpp"
#include "core/base/result.hpp"
#include "core/base/time.hpp"

namespace bank::postgres {

class Row;

// Ok if the server's reply to COMMIT confirms the commit.
[[nodiscard]] Status check_commit(std::string_view command_tag);

class Rows {
public:
    explicit Rows(PGresult* result) : result_(result) {}  // Takes ownership.

    [[nodiscard]] int count() const noexcept { return PQntuples(result_.get()); }
    // Precondition: 0 <= index < count().
    [[nodiscard]] Row operator[](int index) const;
    // "COMMIT", "UPDATE 3", ...
    [[nodiscard]] std::string_view command_tag() const noexcept;
    [[nodiscard]] PGresult const* raw() const noexcept { return result_.get(); }

private:
    struct Clear {
        void operator()(PGresult* result) const noexcept { PQclear(result); }
    };
    std::unique_ptr<PGresult, Clear> result_;
};

// Reads left to right; each call consumes the next column. A value of an unexpected type, or an
// unexpected null, is a bug and ends the process. Must not outlive its Rows.
class Row {
public:
    Row(PGresult const* result, int row) : result_(result), row_(row) {}

    [[nodiscard]] std::string text();  // Null reads as "".
    [[nodiscard]] std::int64_t integer();
    [[nodiscard]] std::optional<std::int64_t> optional_integer();
    [[nodiscard]] bool boolean();
    [[nodiscard]] Bytes bytes();
    [[nodiscard]] Timestamp time() { return {integer()}; }  // Of bank.us().

    void skip() { ++column_; }

    template <typename Id>
    [[nodiscard]] Id id() {
        return Id{optional_integer().value_or(0)};
    }

    // Parses the next column as a word: row.word(api::parse_role).
    template <typename Parse>
    [[nodiscard]] auto word(Parse parse) {
        auto const value = parse(text());
        BANK_CHECK(value.has_value());
        return *value;
    }

private:
    PGresult const* result_;
    int row_;
    int column_ = 0;
};

}  // namespace bank::postgres
