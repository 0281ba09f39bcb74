// Access tokens: JWT (RFC 7519) signed with ES256, of type at+jwt (RFC 9068).
//
// One key, one algorithm, one header: the token's own header selects nothing. Each token has
// exactly one text; changing any character invalidates it.
#pragma once
#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "core/base/bounds.hpp"
#include "core/base/result.hpp"
#include "core/base/secret.hpp"
#include "core/base/strong_id.hpp"
#include "core/base/uuid.hpp"

namespace bank::crypto {

inline constexpr std::size_t access_token_size_max = 2048;
inline constexpr std::int64_t clock_skew_s_max = 60;  // Tolerance for an iat in the future.

struct AccessClaims {
    UserId user_id;                                                          // sub
    std::array<std::uint8_t, bounds::session_secret_size> session_secret{};  // sid
    Uuid token_id;                                                           // jti
    std::string role;               // One word of a-z and '_', at most 32 characters.
    std::int64_t issued_at_s = 0;   // iat, seconds since the epoch; not negative.
    std::int64_t expires_at_s = 0;  // exp, after iat.
};

struct TokenSettings {
    Secret key_pem;        // A P-256 private key.
    std::string key_id;    // kid; 1 to 64 of A-Z, a-z, 0-9, '.', '_', '-'.
    std::string issuer;    // iss; 1 to 255 bytes of plain text.
    std::string audience;  // aud; likewise.
};

// Threads: any.
class TokenSigner {
public:
    // Errors: invalid_field with a detail without key material.
    static Result<TokenSigner> make(TokenSettings settings);
    TokenSigner(TokenSigner&& other) noexcept;
    TokenSigner& operator=(TokenSigner&& other) noexcept;
    ~TokenSigner();

    // Precondition: the claims satisfy their comments.
    [[nodiscard]] Secret sign(AccessClaims const& claims) const;

    // The claims of a token that this key signed for this issuer and audience and that is valid at
    // `now_s`: issued at most clock_skew_s_max later, not expired. Does not check the session,
    // which only the database knows. Errors: not_authenticated, with the failed check as detail.
    [[nodiscard]] Result<AccessClaims> verify(std::string_view token, std::int64_t now_s) const;

private:
    struct State;
    explicit TokenSigner(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace bank::crypto
