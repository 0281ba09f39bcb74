// Decides whether a restored bank may serve: only if its log still contains everything that the
// newest checkpoint from outside the database covers, or an administrator accepted exactly that
// loss.
//
// Threads: any, with stores of their own.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/audit/log_check.hpp"
#include "core/audit/restore_store.hpp"
#include "core/audit/seal_store.hpp"

namespace bank::audit {

// `evidence`: the newest checkpoint kept outside the database, if there is one. Errors: those of
// the store; internal_error, with sentences about the next step, if the bank may not serve.
[[nodiscard]] Result<FinishedRestore> check_restore(SealStore& store, LogIdentity const& identity,
                                                    OpenRestore const& restore,
                                                    std::optional<std::string> const& evidence);

// The notes whose missing records were accepted. `is_own`: whether the core wrote the row. Errors:
// those of the store; internal_error, with sentences about the next step, if it did not.
[[nodiscard]] Result<std::vector<std::string>> lost_notes(
    SealStore& store, std::function<bool(LostCheckpoint const&)> const& is_own);

}  // namespace bank::audit
