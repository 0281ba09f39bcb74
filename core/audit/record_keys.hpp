// MACs by which the core marks the audit records that it has written, under a key outside the
// database. Write access to the database is not enough to make one.
//
// A MAC covers the records of one transaction, all of them: one that was added, changed, removed or
// moved to another transaction does not verify.
//
// Threads: any.
#pragma once
#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "core/base/bytes.hpp"
#include "core/base/result.hpp"
#include "core/base/secret.hpp"
#include "core/crypto/digest.hpp"

namespace bank::audit {

using RecordKeyId = std::array<std::uint8_t, 4>;

struct RecordMac {
    RecordKeyId key_id{};
    std::uint32_t count = 0;  // Of records.
    crypto::Sha256Digest mac{};
};

// `leaves`: those of all records of the transaction `xid`, in order of their ids, concatenated.
class RecordSigner {
public:
    virtual ~RecordSigner() = default;
    [[nodiscard]] virtual RecordMac sign(std::uint64_t xid, BytesView leaves) const = 0;
};

class RecordVerifier {
public:
    virtual ~RecordVerifier() = default;
    // `mac`: what the database holds; null if nothing.
    [[nodiscard]] virtual bool verify(RecordMac const* mac, std::uint64_t xid,
                                      BytesView leaves) const = 0;
};

class RecordKeys final : public RecordSigner, public RecordVerifier {
public:
    // The text of the key file: one key, or the new one and the previous one, which only verifies.
    // invalid_field with a sentence.
    static Result<RecordKeys> read(std::string_view file_text);

    [[nodiscard]] RecordMac sign(std::uint64_t xid, BytesView leaves) const override;
    [[nodiscard]] bool verify(RecordMac const* mac, std::uint64_t xid,
                              BytesView leaves) const override;

private:
    struct Key {
        RecordKeyId id{};
        Secret secret;
    };
    std::vector<Key> keys_;  // The first one signs.
};

}  // namespace bank::audit
