// The Merkle tree of the audit log, as RFC 9162 section 2.1 defines it with SHA-256: hashes, and
// verification of the two proofs by a party that trusts only a signed root.
//
// Stateless; tile_tree.hpp stores and reads trees. Threads: any.
#pragma once
#include <cstdint>
#include <vector>

#include "core/base/bytes.hpp"
#include "core/crypto/digest.hpp"

namespace bank::audit {

using Hash = crypto::Sha256Digest;
using Proof = std::vector<Hash>;

// A log's size and the hash that commits to all of its records.
struct TreeHead {
    std::uint64_t size = 0;  // In leaves.
    Hash root{};

    bool operator==(TreeHead const&) const = default;
};

[[nodiscard]] Hash leaf_hash(BytesView record);                     // SHA-256(0x00, record)
[[nodiscard]] Hash node_hash(Hash const& left, Hash const& right);  // SHA-256(0x01, left, right)
[[nodiscard]] Hash empty_root();                                    // SHA-256()

// Whether `leaf` is number `index`, from 0, of the log with this head (section 2.1.3.2).
[[nodiscard]] bool is_included(Hash const& leaf, std::uint64_t index, Proof const& proof,
                               TreeHead const& head);

// Whether the log with the newer head begins with the whole of the older one (section 2.1.4.2).
// With equal sizes only equal roots and an empty proof are accepted. An empty older log is
// rejected, as in the standard: every log extends it, so there is nothing to prove.
[[nodiscard]] bool is_consistent(TreeHead const& older, TreeHead const& newer, Proof const& proof);

}  // namespace bank::audit
