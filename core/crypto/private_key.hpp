// Parses private keys. Private to this folder.
#pragma once
#include "core/base/secret.hpp"
#include "core/crypto/openssl_handle.hpp"

namespace bank::crypto {

// A valid, unencrypted private key of OpenSSL type `type` ("EC", "ED25519"); null otherwise.
[[nodiscard]] KeyHandle read_private_key(Secret const& pem, char const* type);

}  // namespace bank::crypto
