// HMAC-SHA-256 (RFC 2104).
#pragma once
#include "core/base/bytes.hpp"
#include "core/crypto/digest.hpp"

namespace bank::crypto {

[[nodiscard]] Sha256Digest hmac_sha256(BytesView key, BytesView data);

}  // namespace bank::crypto
