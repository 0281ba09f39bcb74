// Owning handles for OpenSSL objects. Private to this folder.
#pragma once
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <memory>

namespace bank::crypto {

template <auto free>
struct FreeWith {
    template <typename T>
    void operator()(T* object) const noexcept {
        free(object);
    }
};

template <typename T, auto free>
using Handle = std::unique_ptr<T, FreeWith<free>>;

using KeyHandle = Handle<EVP_PKEY, EVP_PKEY_free>;
using KeyContextHandle = Handle<EVP_PKEY_CTX, EVP_PKEY_CTX_free>;
using DigestContextHandle = Handle<EVP_MD_CTX, EVP_MD_CTX_free>;
using SignatureHandle = Handle<ECDSA_SIG, ECDSA_SIG_free>;
using GroupHandle = Handle<EC_GROUP, EC_GROUP_free>;
using NumberHandle = Handle<BIGNUM, BN_clear_free>;
using BioHandle = Handle<BIO, BIO_free_all>;
using X509Handle = Handle<X509, X509_free>;

// Discards OpenSSL errors raised in its scope: left in the thread's queue, they would be attributed
// to the next TLS read on this thread.
class ErrorScope {
public:
    ErrorScope() { ERR_set_mark(); }
    ErrorScope(ErrorScope const&) = delete;
    ErrorScope& operator=(ErrorScope const&) = delete;
    ~ErrorScope() { ERR_pop_to_mark(); }
};

}  // namespace bank::crypto
