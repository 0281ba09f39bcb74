#include "core/service/log_proof.hpp"

#include <utility>

#include "core/base/bytes.hpp"

namespace bank::service {
namespace {

Error bad_field(char const* field, char const* message) {
    Error error{Code::invalid_field};
    error.field = field;
    error.message = message;
    return error;
}

}  // namespace

std::vector<std::string> texts_of(audit::Proof const& proof) {
    std::vector<std::string> texts;
    texts.reserve(proof.size());
    for (auto const& hash : proof) texts.push_back(to_base64(hash));
    return texts;
}

Result<api::ProvenRange> make_range_proof(audit::AuditStore& store, storage::Acting const& acting,
                                          api::AuditRange const& range) {
    if (range.last.value < range.first.value) {
        return bad_field("last", "It is before the first.");
    }
    auto checkpoint = store.last_checkpoint();
    if (!checkpoint.ok()) return checkpoint.error();
    auto const size = checkpoint->has_value() ? (*checkpoint)->size : 0;
    auto found = store.read_range(acting, range, size);
    if (!found.ok()) return found.error();
    auto const end = found->first + found->records.size();
    auto const proof = store.prove_range(found->first, end, size);
    if (!proof.ok()) return proof.error();
    api::ProvenRange proven;
    proven.first_number = found->first;
    proven.tree_size = size;
    proven.records = std::move(found->records);
    proven.proof = texts_of(*proof);
    proven.checkpoint = std::move((*checkpoint)->note);
    return proven;
}

Result<std::vector<std::string>> make_growth_proof(audit::AuditStore& store,
                                                   api::LogGrowth const& growth) {
    if (growth.older == 0) return bad_field("older", "It is from 1 on.");
    if (growth.newer < growth.older) return bad_field("newer", "It is below the older size.");
    auto const checkpoint = store.last_checkpoint();
    if (!checkpoint.ok()) return checkpoint.error();
    if (!checkpoint->has_value() || growth.newer > (*checkpoint)->size) {
        return bad_field("newer", "No checkpoint covers so many records.");
    }
    auto const proof = store.prove_growth(growth.older, growth.newer);
    if (!proof.ok()) return proof.error();
    return texts_of(*proof);
}

}  // namespace bank::service
