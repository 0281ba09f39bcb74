#include "core/crypto/constant_time.hpp"

#include <openssl/crypto.h>

namespace bank::crypto {

// OpenSSL instead of POCO, which compares vectors: it would leave copies of both secrets behind.
bool constant_time_equal(BytesView a, BytesView b) noexcept {
    if (a.size() != b.size()) return false;
    return a.empty() || CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace bank::crypto
