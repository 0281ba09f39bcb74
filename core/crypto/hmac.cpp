#include "core/crypto/hmac.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <limits>

#include "core/base/check.hpp"

namespace bank::crypto {

// OpenSSL instead of POCO: the compiler may omit HMACEngine's wiping of the key.
Sha256Digest hmac_sha256(BytesView key, BytesView data) {
    BANK_CHECK(key.size() <= static_cast<std::size_t>(std::numeric_limits<int>::max()));
    // The pointer of an empty span may be null, and to OpenSSL a null key means the previous key.
    static constexpr std::uint8_t nothing = 0;
    Sha256Digest digest{};
    auto const* const done =
        HMAC(EVP_sha256(), key.empty() ? &nothing : key.data(), static_cast<int>(key.size()),
             data.empty() ? &nothing : data.data(), data.size(), digest.data(), nullptr);
    BANK_CHECK(done != nullptr);
    return digest;
}

}  // namespace bank::crypto
