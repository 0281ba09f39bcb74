#include "core/service/receipt.hpp"

#include <utility>

#include "core/base/bytes.hpp"
#include "core/service/log_proof.hpp"

namespace bank::service {

Result<api::Receipt> make_receipt(audit::AuditStore& store, audit::WrittenRecord record) {
    if (audit::leaf_hash(as_bytes(record.text)) != record.leaf) {
        return Error{Code::internal_error, "the record of a transaction does not match its hash"};
    }
    if (!record.number) return Code::receipt_pending;
    auto checkpoint = store.last_checkpoint();
    if (!checkpoint.ok()) return checkpoint.error();
    if (!checkpoint->has_value() || *record.number >= (*checkpoint)->size) {
        return Code::receipt_pending;
    }
    auto const proof = store.prove(*record.number, (*checkpoint)->size);
    if (!proof.ok()) return proof.error();
    api::Receipt receipt;
    receipt.record = std::move(record.text);
    receipt.number = *record.number;
    receipt.tree_size = (*checkpoint)->size;
    receipt.proof = texts_of(*proof);
    receipt.checkpoint = std::move((*checkpoint)->note);
    receipt.reference = std::move(record.reference);
    return receipt;
}

}  // namespace bank::service
