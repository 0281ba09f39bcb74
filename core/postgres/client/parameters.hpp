// The parameters of one execution of a statement, in text form. Wiped on destruction: they may
// contain session secrets and hash records.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/access/acting.hpp"
#include "core/base/bytes.hpp"
#include "core/base/strong_id.hpp"
#include "core/base/time.hpp"
#include "core/base/uuid.hpp"

// The four parameters $1..$4 of Parameters::caller() as the SQL type bank.caller.
// NOLINTNEXTLINE(cppcoreguidelines-macro-usage): only a macro concatenates literals.
#define BANK_SQL_CALLER "row($1::bytea, nullif($2, '')::inet, $3, $4::uuid)::bank.caller"

namespace bank::postgres {

class Parameters {
public:
    Parameters() = default;
    Parameters(Parameters&&) noexcept = default;
    Parameters& operator=(Parameters&&) = delete;
    Parameters(Parameters const&) = delete;
    Parameters& operator=(Parameters const&) = delete;
    ~Parameters();

    static Parameters caller(access::Acting const& acting);
    static Parameters caller(access::Source const& source);  // Without a session.

    Parameters& add(std::string_view value);
    Parameters& add(char const* value) { return add(std::string_view{value}); }
    Parameters& add(std::int64_t value);
    Parameters& add(std::optional<std::int64_t> value);  // Null if nullopt.
    Parameters& add(bool value);
    Parameters& add_bytes(BytesView value);
    Parameters& add_null();
    // RFC 3339, or null.
    Parameters& add(std::optional<Timestamp> value);
    // Null if empty.
    Parameters& add_unless_empty(std::string_view value);
    template <typename Tag>
    Parameters& add(StrongId<Tag> id) {
        return id ? add(id.value) : add_null();
    }

    [[nodiscard]] int count() const noexcept { return static_cast<int>(values_.size()); }
    // For libpq; valid until this object changes or is destroyed.
    [[nodiscard]] std::vector<char const*> pointers() const;

private:
    std::vector<std::optional<std::string>> values_;
};

// `ip` if PostgreSQL's inet accepts it, otherwise empty: an invalid address must not cost a record.
[[nodiscard]] std::string inet_or_nothing(std::string const& ip);

}  // namespace bank::postgres
