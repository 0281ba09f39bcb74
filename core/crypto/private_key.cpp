#include "core/crypto/private_key.hpp"

#include <openssl/pem.h>

#include "core/base/check.hpp"

namespace bank::crypto {
namespace {
constexpr std::size_t pem_size_max = 16'384;
}

// OpenSSL instead of POCO, which copies the text into a stream, and prompts on the terminal for the
// password of an encrypted key.
KeyHandle read_private_key(Secret const& pem, char const* type) {
    auto const text = pem.reveal();
    if (text.size() > pem_size_max) return {};
    BioHandle const source(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
    BANK_CHECK(source != nullptr);
    // Without this callback OpenSSL prompts on the terminal for the password of an encrypted key.
    auto const no_password = [](char*, int, int, void*) { return -1; };
    KeyHandle key(PEM_read_bio_PrivateKey(source.get(), nullptr, no_password, nullptr));
    if (!key || EVP_PKEY_is_a(key.get(), type) != 1) return {};
    KeyContextHandle const context(EVP_PKEY_CTX_new_from_pkey(nullptr, key.get(), nullptr));
    if (!context || EVP_PKEY_check(context.get()) != 1) return {};
    return key;
}

}  // namespace bank::crypto
