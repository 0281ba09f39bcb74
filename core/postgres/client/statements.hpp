// Statements shared by several stores.
#pragma once
#include "core/postgres/client/connection.hpp"

namespace bank::postgres {

inline constexpr Statement record_event_statement{
    "record_event", "select bank.record_event(" BANK_SQL_CALLER ", $5, $6, $7::json)"};

}  // namespace bank::postgres
