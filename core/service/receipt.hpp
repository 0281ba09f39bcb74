// Makes the receipt of a transfer from what the trail has of it.
#pragma once
#include "core/api/audit.hpp"
#include "core/audit/audit_store.hpp"

namespace bank::service {

// receipt_pending; internal_error if the record is not what was sealed.
[[nodiscard]] Result<api::Receipt> make_receipt(audit::AuditStore& store,
                                                audit::WrittenRecord record);

}  // namespace bank::service
