// Reads the private keys of this folder. For its own sources only.
#pragma once
#include "core/base/secret.hpp"
#include "core/crypto/openssl_handle.hpp"

namespace bank::crypto {

// A sound private key in the clear, of the type that OpenSSL calls `type` ("EC", "ED25519");
// nothing otherwise.
[[nodiscard]] KeyHandle read_private_key(Secret const& pem, char const* type);

}  // namespace bank::crypto
