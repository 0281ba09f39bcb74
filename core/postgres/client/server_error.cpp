#include "core/postgres/client/server_error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/postgres/client/sqlstate.hpp"

namespace bank::postgres {
namespace {

std::string field(PGresult const* result, int which) {
    auto const* text = PQresultErrorField(result, which);
    return text == nullptr ? std::string{} : std::string{text};
}

// The statement used functions or types that a migration was just replacing. It had no effect, and
// will use the new ones when repeated.
bool met_a_migration(ServerError const& server) {
    return server.sqlstate == "XX000" && server.message.starts_with("cache lookup failed for ");
}

}  // namespace

ServerError read_server_error(PGresult const* result) {
    return {.sqlstate = field(result, PG_DIAG_SQLSTATE),
            .message = field(result, PG_DIAG_MESSAGE_PRIMARY),
            .constraint = field(result, PG_DIAG_CONSTRAINT_NAME)};
}

Error to_error(ServerError const& server) {
    Error error{met_a_migration(server) ? Code::overloaded : code_of_sqlstate(server.sqlstate)};
    error.detail = fmt::format("SQLSTATE {}: {}", server.sqlstate, server.message);
    if (!server.constraint.empty()) {
        error.detail += fmt::format(" (constraint {})", server.constraint);
    }
    if (is_transient(error.code)) error.retry_after_s = 1;
    return error;
}

// A log message must be one line.
Error connection_error(std::string detail) {
    std::replace(detail.begin(), detail.end(), '\n', ' ');
    Error error{Code::storage_unavailable, std::move(detail)};
    error.retry_after_s = 1;
    return error;
}

}  // namespace bank::postgres
