#include "core/crypto/constant_time.hpp"

#include <openssl/crypto.h>

namespace bank::crypto {

// OpenSSL's and not POCO's, which compares vectors: both would be copied, and left behind.
bool constant_time_equal(BytesView a, BytesView b) noexcept {
    if (a.size() != b.size()) return false;
    return a.empty() || CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace bank::crypto
