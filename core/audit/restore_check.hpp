// Whether a bank whose database was restored may serve: only if its log still has all that the
// newest checkpoint from outside the database says, or an administrator accepted just that loss.
//
// Threads: any, with stores of their own.
#pragma once
#include <optional>
#include <string>

#include "core/audit/log_check.hpp"
#include "core/audit/restore_store.hpp"
#include "core/audit/seal_store.hpp"

namespace bank::audit {

// `evidence`: the newest checkpoint that was kept outside of the database, if there is one. Errors:
// those of the store; internal_error with sentences that say what to do next if the bank may not.
[[nodiscard]] Result<FinishedRestore> check_restore(SealStore& store, LogIdentity const& identity,
                                                    OpenRestore const& restore,
                                                    std::optional<std::string> const& evidence);

}  // namespace bank::audit
