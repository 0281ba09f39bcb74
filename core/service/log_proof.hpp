// Makes proofs about the audit log, of what its store has and the last checkpoint covers.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/api/audit.hpp"
#include "core/audit/audit_store.hpp"

namespace bank::service {

// Hashes as interfaces write them: in base64.
[[nodiscard]] std::vector<std::string> texts_of(audit::Proof const& proof);

// Has what no checkpoint covers yet signed soon; false: that is not to be expected. See Sealer.
using CheckpointRequest = std::function<bool(audit::Position)>;

// receipt_pending: no checkpoint is to be expected soon.
[[nodiscard]] Status await_checkpoint(CheckpointRequest const& request, audit::Position covering);

// Nothing: nothing of it is covered yet, and a checkpoint is on its way. Recorded as a reading of
// the trail. not_found, invalid_field, receipt_pending.
[[nodiscard]] Result<std::optional<api::ProvenRange>> make_range_proof(
    audit::AuditStore& store, access::Acting const& acting, api::AuditRange const& range,
    CheckpointRequest const& request);

// invalid_field.
[[nodiscard]] Result<api::LogGrowthProof> make_growth_proof(audit::AuditStore& store,
                                                            api::LogGrowth const& growth);

}  // namespace bank::service
