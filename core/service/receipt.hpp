// Makes the receipt of a transfer from what the trail has of it.
#pragma once
#include <optional>

#include "core/api/audit.hpp"
#include "core/audit/audit_store.hpp"
#include "core/service/log_proof.hpp"

namespace bank::service {

// Nothing: no checkpoint covers it yet, and one is on its way. receipt_pending; internal_error if
// the record is not what was sealed.
[[nodiscard]] Result<std::optional<api::Receipt>> make_receipt(audit::AuditStore& store,
                                                               audit::WrittenRecord record,
                                                               CheckpointRequest const& request);

}  // namespace bank::service
