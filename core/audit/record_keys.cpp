// The text under a MAC, which is HMAC-SHA-256:
//
//   label "bankd records 1" | 0x00 | count: 4 bytes | leaves: count times 32 bytes | xid: 8 bytes
//
// Numbers are big-endian. A key's id is the first 4 bytes of SHA-256("bankd record key id" | key).
#include "core/audit/record_keys.hpp"

#include <algorithm>
#include <utility>

#include "core/base/check.hpp"
#include "core/crypto/constant_time.hpp"
#include "core/crypto/hmac.hpp"
#include "core/crypto/key_maker.hpp"

namespace bank::audit {
namespace {

constexpr std::string_view label{"bankd records 1\0", 16};
constexpr std::size_t leaf_size = 32;
constexpr std::size_t keys_max = 2;

template <typename Number>
void append(Bytes& bytes, Number number) {
    for (auto shift = static_cast<int>(8 * sizeof(number)) - 8; shift >= 0; shift -= 8)
        bytes.push_back(static_cast<std::uint8_t>(number >> shift));
}

crypto::Sha256Digest mac_of(Secret const& key, std::uint64_t xid, BytesView leaves) {
    Bytes text;
    text.reserve(label.size() + sizeof(std::uint32_t) + leaves.size() + sizeof(xid));
    text.insert(text.end(), label.begin(), label.end());
    append(text, static_cast<std::uint32_t>(leaves.size() / leaf_size));
    text.insert(text.end(), leaves.begin(), leaves.end());
    append(text, xid);
    return crypto::hmac_sha256(as_bytes(key.reveal()), text);
}

RecordKeyId id_of(Secret const& key) {
    crypto::Sha256 digest;
    digest.update(as_bytes("bankd record key id"));
    digest.update(as_bytes(key.reveal()));
    auto const whole = digest.finish();
    RecordKeyId id{};
    std::copy_n(whole.begin(), id.size(), id.begin());
    return id;
}

}  // namespace

Result<RecordKeys> RecordKeys::read(std::string_view file_text) {
    auto secrets = crypto::read_record_keys(file_text, keys_max);
    if (!secrets) return secrets.error();
    RecordKeys keys;
    for (auto& secret : *secrets) keys.keys_.push_back({id_of(secret), std::move(secret)});
    return keys;
}

RecordMac RecordKeys::sign(std::uint64_t xid, BytesView leaves) const {
    BANK_CHECK(!leaves.empty() && leaves.size() % leaf_size == 0);
    auto const& key = keys_.front();
    return {key.id, static_cast<std::uint32_t>(leaves.size() / leaf_size),
            mac_of(key.secret, xid, leaves)};
}

bool RecordKeys::verify(RecordMac const* mac, std::uint64_t xid, BytesView leaves) const {
    if (mac == nullptr || mac->count != leaves.size() / leaf_size) return false;
    auto const key = std::find_if(keys_.begin(), keys_.end(),
                                  [&](Key const& one) { return one.id == mac->key_id; });
    return key != keys_.end() &&
           crypto::constant_time_equal(mac_of(key->secret, xid, leaves), mac->mac);
}

}  // namespace bank::audit
