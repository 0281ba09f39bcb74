#include "core/crypto/ed25519.hpp"

#include <utility>

#include "core/base/check.hpp"
#include "core/crypto/openssl_handle.hpp"
#include "core/crypto/private_key.hpp"

namespace bank::crypto {

// OpenSSL instead of POCO, which does not support these keys.
bool is_signed_by(Ed25519PublicKey const& key, BytesView message, BytesView signature) {
    ErrorScope const errors;
    if (signature.size() != std::tuple_size_v<Ed25519Signature>) return false;
    KeyHandle const handle(
        EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, key.data(), key.size()));
    DigestContextHandle const context(EVP_MD_CTX_new());
    BANK_CHECK(handle && context);
    return EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, handle.get()) == 1 &&
           EVP_DigestVerify(context.get(), signature.data(), signature.size(), message.data(),
                            message.size()) == 1;
}

struct Ed25519Signer::State {
    KeyHandle key;
    Ed25519PublicKey public_key{};
};

Ed25519Signer::Ed25519Signer(std::unique_ptr<State> state) : state_(std::move(state)) {}
Ed25519Signer::Ed25519Signer(Ed25519Signer&& other) noexcept = default;
Ed25519Signer& Ed25519Signer::operator=(Ed25519Signer&& other) noexcept = default;
Ed25519Signer::~Ed25519Signer() = default;

Result<Ed25519Signer> Ed25519Signer::make(Secret const& key_pem) {
    ErrorScope const errors;
    auto state = std::make_unique<State>();
    state->key = read_private_key(key_pem, "ED25519");
    if (!state->key) {
        return Error{.code = Code::invalid_field,
                     .detail = "the signing key is not an Ed25519 private key in PEM, unencrypted"};
    }
    auto size = state->public_key.size();
    BANK_CHECK(EVP_PKEY_get_raw_public_key(state->key.get(), state->public_key.data(), &size) == 1);
    BANK_CHECK(size == state->public_key.size());
    return Ed25519Signer(std::move(state));
}

Ed25519PublicKey const& Ed25519Signer::public_key() const noexcept {
    return state_->public_key;
}

Ed25519Signature Ed25519Signer::sign(BytesView message) const {
    DigestContextHandle const context(EVP_MD_CTX_new());
    BANK_CHECK(context != nullptr);
    BANK_CHECK(EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, state_->key.get()) ==
               1);
    Ed25519Signature signature{};
    auto size = signature.size();
    BANK_CHECK(EVP_DigestSign(context.get(), signature.data(), &size, message.data(),
                              message.size()) == 1);
    BANK_CHECK(size == signature.size());
    return signature;
}

}  // namespace bank::crypto
