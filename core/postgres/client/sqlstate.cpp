#include "core/postgres/client/sqlstate.hpp"

namespace bank::postgres {

Code code_of_sqlstate(std::string_view sqlstate) noexcept {
    if (sqlstate.empty()) return Code::storage_unavailable;
    auto const starts = [&](std::string_view prefix) {
        return sqlstate.substr(0, prefix.size()) == prefix;
    };
    if (sqlstate == "53100") return Code::storage_full;
    if (starts("08") || starts("57P0") || sqlstate == "53300") return Code::storage_unavailable;
    // Serialization failure, deadlock, lock and statement timeouts, insufficient resources.
    if (sqlstate == "40001" || sqlstate == "40P01" || sqlstate == "55P03" || sqlstate == "57014" ||
        starts("53")) {
        return Code::overloaded;
    }
    // A standby or a read-only server rejects writes until it is promoted.
    if (sqlstate == "25006") return Code::storage_unavailable;
    // The server ended an idle transaction.
    if (sqlstate == "25P03") return Code::storage_unavailable;
    if (sqlstate == "42501") return Code::permission_denied;
    if (sqlstate == out_of_date) return Code::overloaded;
    // bank.disagree(), bank.refuse_change(), constraints, values out of range.
    if (starts("BK") || starts("23") || starts("22")) return Code::decision_refused;
    return Code::internal_error;
}

}  // namespace bank::postgres
