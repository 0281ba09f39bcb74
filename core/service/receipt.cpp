#include "core/service/receipt.hpp"

#include <utility>

#include "core/base/bytes.hpp"

namespace bank::service {

Result<std::optional<api::Receipt>> make_receipt(audit::AuditStore& store,
                                                 audit::WrittenRecord record,
                                                 CheckpointRequest const& request) {
    if (audit::leaf_hash(as_bytes(record.text)) != record.leaf) {
        return Error{Code::internal_error, "the record of a transaction does not match its hash"};
    }
    auto checkpoint = store.last_checkpoint();
    if (!checkpoint.ok()) return checkpoint.error();
    auto const signed_size = checkpoint->has_value() ? (*checkpoint)->size : 0;
    if (!record.number || *record.number >= signed_size) {
        auto const awaited = await_checkpoint(request, record.position);
        if (!awaited.ok()) return awaited.error();
        return std::optional<api::Receipt>{};
    }
    auto const proof = store.prove(*record.number, signed_size);
    if (!proof.ok()) return proof.error();
    api::Receipt receipt;
    receipt.record = std::move(record.text);
    receipt.number = *record.number;
    receipt.tree_size = signed_size;
    receipt.proof = texts_of(*proof);
    receipt.checkpoint = std::move((*checkpoint)->note);
    receipt.reference = std::move(record.reference);
    return std::optional{std::move(receipt)};
}

}  // namespace bank::service
