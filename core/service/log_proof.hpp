// Makes proofs about the audit log, of what its store has and the last checkpoint covers.
#pragma once
#include <string>
#include <vector>

#include "core/api/audit.hpp"
#include "core/audit/audit_store.hpp"

namespace bank::service {

// Hashes as interfaces write them: in base64.
[[nodiscard]] std::vector<std::string> texts_of(audit::Proof const& proof);

// Recorded as a reading of the trail. not_found, invalid_field, receipt_pending.
[[nodiscard]] Result<api::ProvenRange> make_range_proof(audit::AuditStore& store,
                                                        storage::Acting const& acting,
                                                        api::AuditRange const& range);

// invalid_field.
[[nodiscard]] Result<std::vector<std::string>> make_growth_proof(audit::AuditStore& store,
                                                                 api::LogGrowth const& growth);

}  // namespace bank::service
