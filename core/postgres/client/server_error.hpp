// The server's error for a failed statement, taken from libpq's fields and never from its text.
#pragma once
#include <libpq-fe.h>

#include <string>

#include "core/base/result.hpp"

namespace bank::postgres {

struct ServerError {
    std::string sqlstate;    // Empty if the server sent none.
    std::string message;     // May contain user data: only for the log's detail.
    std::string constraint;  // The violated constraint, if any.
};

// Precondition: `result` is of a failed statement.
[[nodiscard]] ServerError read_server_error(PGresult const* result);

// Maps the SQLSTATE to a code.
[[nodiscard]] Error to_error(ServerError const& error);

// storage_unavailable, for a failed or lost connection. `detail` is libpq's text.
[[nodiscard]] Error connection_error(std::string detail);

}  // namespace bank::postgres
