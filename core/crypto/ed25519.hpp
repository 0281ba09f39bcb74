// Ed25519 signatures (RFC 8032).
#pragma once
#include <array>
#include <cstdint>
#include <memory>

#include "core/base/bytes.hpp"
#include "core/base/result.hpp"
#include "core/base/secret.hpp"

namespace bank::crypto {

using Ed25519PublicKey = std::array<std::uint8_t, 32>;
using Ed25519Signature = std::array<std::uint8_t, 64>;

// Also false if `key` is not a point of the curve, or `signature` does not have 64 bytes.
[[nodiscard]] bool is_signed_by(Ed25519PublicKey const& key, BytesView message,
                                BytesView signature);

// Threads: any.
class Ed25519Signer {
public:
    // `key_pem`: an unencrypted private key, PKCS #8 in PEM. Errors: invalid_field with a detail
    // without key material.
    static Result<Ed25519Signer> make(Secret const& key_pem);
    Ed25519Signer(Ed25519Signer&& other) noexcept;
    Ed25519Signer& operator=(Ed25519Signer&& other) noexcept;
    ~Ed25519Signer();

    [[nodiscard]] Ed25519PublicKey const& public_key() const noexcept;
    [[nodiscard]] Ed25519Signature sign(BytesView message) const;

private:
    struct State;
    explicit Ed25519Signer(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace bank::crypto
