// What went wrong, as RFC 9457 tells it.
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.hpp"
#include "plugins/rest/http/response.hpp"

namespace bank::rest {

// One thing to mend. `name` is a JSON pointer into the body, a query parameter or a header.
struct FieldError {
    enum class Place : std::uint8_t { pointer, parameter, header };
    Place place = Place::pointer;
    std::string name;
    std::string message;
};

struct Problem {
    Code code = Code::internal_error;
    std::string detail = {};  // For the client, about this very request; may be empty.
    std::vector<FieldError> errors = {};
    std::uint32_t retry_after_s = 0;
    std::string transfer = {};  // The JSON of a transfer that the ledger refused, or empty.
    int status = 0;             // Instead of status_of(code), or 0.
    // Of a linked group that was refused: which of its transfers, and the JSON array of all.
    std::optional<std::size_t> refused_index = {};
    std::string transfers = {};
};

// The request that failed, as the problem names it.
struct Incident {
    std::string_view path;
    std::string_view request_id;
};

[[nodiscard]] int status_of(Code code) noexcept;

// Without Error::detail, which is for the log.
[[nodiscard]] Problem to_problem(Error const& error);

// The first thing to mend, when it is the only one known.
[[nodiscard]] Problem invalid_field(FieldError error);

[[nodiscard]] Response to_response(Problem const& problem, Incident const& incident);

}  // namespace bank::rest
