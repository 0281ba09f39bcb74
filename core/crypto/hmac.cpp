#include "core/crypto/hmac.hpp"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <memory>

#include "core/base/check.hpp"

namespace bank::crypto {
namespace {

// Without a key. Copied for each use: otherwise OpenSSL 3 searches its providers each time. Never
// freed.
EVP_MAC_CTX const* prototype() {
    static EVP_MAC_CTX const* const made = [] {
        auto* const mac = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
        BANK_CHECK(mac != nullptr);
        auto* const context = EVP_MAC_CTX_new(mac);
        BANK_CHECK(context != nullptr);
        char digest[] = "SHA256";
        OSSL_PARAM const parameters[] = {
            OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
            OSSL_PARAM_construct_end()};
        BANK_CHECK(EVP_MAC_CTX_set_params(context, parameters) == 1);
        return context;
    }();
    return made;
}

struct Free {
    void operator()(EVP_MAC_CTX* context) const noexcept { EVP_MAC_CTX_free(context); }
};

}  // namespace

// OpenSSL instead of POCO: the compiler may omit HMACEngine's wiping of the key.
Sha256Digest hmac_sha256(BytesView key, BytesView data) {
    // The pointer of an empty span may be null, and to OpenSSL a null key means the previous key.
    static constexpr std::uint8_t nothing = 0;
    std::unique_ptr<EVP_MAC_CTX, Free> const context(EVP_MAC_CTX_dup(prototype()));
    BANK_CHECK(context != nullptr);
    BANK_CHECK(
        EVP_MAC_init(context.get(), key.empty() ? &nothing : key.data(), key.size(), nullptr) == 1);
    BANK_CHECK(EVP_MAC_update(context.get(), data.empty() ? &nothing : data.data(), data.size()) ==
               1);
    Sha256Digest digest{};
    std::size_t size = 0;
    BANK_CHECK(EVP_MAC_final(context.get(), digest.data(), &size, digest.size()) == 1);
    BANK_CHECK(size == digest.size());
    return digest;
}

}  // namespace bank::crypto
