// The Merkle tree of the audit log, as RFC 9162 section 2.1 defines it with SHA-256: hashes, and
// the two proofs as whoever trusts only a signed root checks them.
//
// Nothing here reads or keeps a tree; see tile_tree.hpp. Threads: any.
#pragma once
#include <cstdint>
#include <vector>

#include "core/base/bytes.hpp"
#include "core/crypto/digest.hpp"

namespace bank::audit {

using Hash = crypto::Sha256Digest;
using Proof = std::vector<Hash>;

// How much a log holds, and the one hash that commits to all of it.
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
// With equal sizes only equal roots and an empty proof are accepted. An older log without leaves is
// refused, as in the standard: every log begins with nothing, and no proof can say so.
[[nodiscard]] bool is_consistent(TreeHead const& older, TreeHead const& newer, Proof const& proof);

}  // namespace bank::audit
