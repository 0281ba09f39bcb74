#include "core/crypto/digest.hpp"

#include <openssl/evp.h>

#include "core/base/check.hpp"

namespace bank::crypto {
namespace {

// OpenSSL instead of POCO: DigestEngine ignores errors, and its digest is then all zeros. Fetched
// once: otherwise OpenSSL 3 searches its providers at each use. Never freed.
EVP_MD const* sha256_method() {
    static EVP_MD const* const method = EVP_MD_fetch(nullptr, "SHA256", nullptr);
    BANK_CHECK(method != nullptr);
    return method;
}

}  // namespace

Sha256Digest sha256(BytesView data) {
    Sha256Digest digest{};
    BANK_CHECK(EVP_Digest(data.data(), data.size(), digest.data(), nullptr, sha256_method(),
                          nullptr) == 1);
    return digest;
}

Sha256::Sha256() : context_(EVP_MD_CTX_new()) {
    BANK_CHECK(context_ != nullptr);
    BANK_CHECK(EVP_DigestInit_ex2(context_.get(), sha256_method(), nullptr) == 1);
}

Sha256::Sha256(Sha256&& other) noexcept = default;
Sha256& Sha256::operator=(Sha256&& other) noexcept = default;
Sha256::~Sha256() = default;

Sha256& Sha256::update(BytesView part) {
    BANK_CHECK(context_ != nullptr);
    BANK_CHECK(EVP_DigestUpdate(context_.get(), part.data(), part.size()) == 1);
    return *this;
}

Sha256Digest Sha256::finish() {
    BANK_CHECK(context_ != nullptr);
    Sha256Digest digest{};
    BANK_CHECK(EVP_DigestFinal_ex(context_.get(), digest.data(), nullptr) == 1);
    BANK_CHECK(EVP_DigestInit_ex2(context_.get(), sha256_method(), nullptr) == 1);
    return digest;
}

Sha256& thread_sha256() {
    thread_local Sha256 sha256;
    return sha256;
}

void Sha256::Free::operator()(evp_md_ctx_st* context) const noexcept {
    EVP_MD_CTX_free(context);
}

}  // namespace bank::crypto
