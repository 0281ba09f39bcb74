// The bank's own keys: generated once at installation, read at each start.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.hpp"
#include "core/base/secret.hpp"
#include "core/base/time.hpp"

namespace bank::crypto {

// A new P-256 private key, PKCS #8 in PEM.
[[nodiscard]] Secret make_private_key_pem();

// A new Ed25519 private key (RFC 8410), PKCS #8 in PEM.
[[nodiscard]] Secret make_signing_key_pem();

// A new pepper: 32 random bytes as base64url text, without a newline.
[[nodiscard]] Secret make_pepper();

// The pepper in a key file's text, which may end in one newline. Errors: invalid_field with a
// detail, unless it is base64url of 32 to 64 bytes.
[[nodiscard]] Result<Secret> read_pepper(std::string_view file_text);

// A new key for MACs over audit records, of the same form as a pepper.
[[nodiscard]] Secret make_record_key();

// Such keys in a key file's text, one a line, at most `count_max`. Errors: invalid_field with a
// detail.
[[nodiscard]] Result<std::vector<Secret>> read_record_keys(std::string_view file_text,
                                                           std::size_t count_max);

struct CertificateRequest {
    std::vector<std::string> dns_names;     // "localhost", "bank.example"; the first is the CN.
    std::vector<std::string> ip_addresses;  // "127.0.0.1", "::1".
    Timestamp valid_from;
    int days = 365;  // 1..3650.
};

struct Certificate {
    std::string certificate_pem;
    Secret key_pem;
};

// A self-signed certificate for a TLS server, with a new P-256 key. It is not a CA: it signs only
// itself. Errors: invalid_field with a detail for an invalid name, address or term.
[[nodiscard]] Result<Certificate> make_server_certificate(CertificateRequest const& request);

}  // namespace bank::crypto
