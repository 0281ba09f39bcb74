#include "core/service/log_proof.hpp"

#include <utility>

#include "core/base/bytes.hpp"

namespace bank::service {
namespace {

// Whatever holds signing up, it is not over in a second.
constexpr std::uint32_t late_wait_s = 10;

}  // namespace

Status await_checkpoint(CheckpointRequest const& request, audit::Position covering) {
    if (request(covering)) return Done{};
    return Error{.code = Code::receipt_pending, .retry_after_s = late_wait_s};
}

std::vector<std::string> texts_of(audit::Proof const& proof) {
    std::vector<std::string> texts;
    texts.reserve(proof.size());
    for (auto const& hash : proof) texts.push_back(to_base64(hash));
    return texts;
}

Result<std::optional<api::ProvenRange>> make_range_proof(audit::AuditStore& store,
                                                         access::Acting const& acting,
                                                         api::AuditRange const& range,
                                                         CheckpointRequest const& request) {
    if (range.last.value < range.first.value) {
        return Error{.code = Code::invalid_field,
                     .field = "last",
                     .message = "Must not be before the first."};
    }
    auto checkpoint = store.last_checkpoint();
    if (!checkpoint.ok()) return checkpoint.error();
    auto const size = checkpoint->has_value() ? (*checkpoint)->size : 0;
    auto found = store.read_range(acting, range, size);
    if (!found.ok()) return found.error();
    if (found->uncovered) {
        auto const awaited = await_checkpoint(request, *found->uncovered);
        // What is covered is worth having, also if the rest will take longer.
        if (found->records.empty()) {
            if (!awaited.ok()) return awaited.error();
            return std::optional<api::ProvenRange>{};
        }
    }
    auto const end = found->first + found->records.size();
    auto const proof = store.prove_range(found->first, end, size);
    if (!proof.ok()) return proof.error();
    api::ProvenRange proven;
    proven.first_number = found->first;
    proven.tree_size = size;
    proven.records = std::move(found->records);
    proven.proof = texts_of(*proof);
    proven.checkpoint = std::move((*checkpoint)->note);
    return std::optional{std::move(proven)};
}

Result<api::LogGrowthProof> make_growth_proof(audit::AuditStore& store,
                                              api::LogGrowth const& growth) {
    if (growth.older == 0)
        return Error{
            .code = Code::invalid_field, .field = "older", .message = "Must be at least 1."};
    if (growth.newer < growth.older)
        return Error{.code = Code::invalid_field,
                     .field = "newer",
                     .message = "Must not be smaller than the older size."};
    auto const checkpoint = store.last_checkpoint();
    if (!checkpoint.ok()) return checkpoint.error();
    if (!checkpoint->has_value() || growth.newer > (*checkpoint)->size) {
        return Error{.code = Code::invalid_field,
                     .field = "newer",
                     .message = "No checkpoint covers that many records."};
    }
    auto const proof = store.prove_growth(growth.older, growth.newer);
    if (!proof.ok()) return proof.error();
    return api::LogGrowthProof{growth.older, growth.newer, texts_of(*proof)};
}

}  // namespace bank::service
