#include "core/audit/record_mac_start.hpp"

#include "core/base/log.hpp"

namespace bank::audit {

Status begin_record_macs(RecordMacStore& store, RecordSigner const& signer,
                         access::Source const& source, Pending pending_records) {
    auto const has_begun = store.has_begun();
    if (!has_begun) return has_begun.error();
    if (*has_begun) return Done{};
    auto const pending = store.unsigned_records();
    if (!pending) return pending.error();
    std::vector<SignedRecords> records;
    records.reserve(pending->size());
    for (auto const& one : *pending) {
        if (pending_records == Pending::refused) break;
        records.push_back({one.xid, signer.sign(one.xid, one.leaves)});
    }
    auto const begun = store.begin(source, records);
    if (!begun) return begun.error();
    if (*begun) {
        log::warning("audit",
                     "From now on each audit record needs a MAC of the bank. Records of {} "
                     "transactions were pending and were accepted.",
                     records.size());
    }
    return Done{};
}

}  // namespace bank::audit
