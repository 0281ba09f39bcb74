// What the server said of a failed statement, read from libpq's fields and never from its text.
#pragma once
#include <libpq-fe.h>

#include <string>

#include "core/base/result.hpp"

namespace bank::postgres {

struct ServerError {
    std::string sqlstate;    // Empty if the server said nothing.
    std::string message;     // May show user data: for the log's detail only.
    std::string constraint;  // Which one was violated, if that was it.
};

// Precondition: `result` is of a failed statement.
[[nodiscard]] ServerError read_server_error(PGresult const* result);

// With the code that the SQLSTATE means.
[[nodiscard]] Error to_error(ServerError const& error);

// storage_unavailable: there is no connection, or no longer. `detail` is libpq's text.
[[nodiscard]] Error connection_error(std::string detail);

}  // namespace bank::postgres
