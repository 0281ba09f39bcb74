// Hashes of passwords and PINs, as stored in the database.
//
// A record is `v1$<pepper id>$<bcrypt>`: bcrypt ($2b$, libxcrypt) over the base64url text of
// HMAC-SHA-256(pepper, secret). The pepper is not in the database, so a stolen table of PINs is
// worthless without it; and because bcrypt always gets 43 characters, neither its truncation at 72
// bytes nor a NUL byte in the secret matters.
//
// Threads: any. The cost sets the duration of hash() and verify(): 54 ms at 10 on the reference
// machine; each step doubles it.
#pragma once
#include <memory>
#include <string>
#include <string_view>

#include "core/base/result.hpp"
#include "core/base/secret.hpp"

namespace bank::crypto {

inline constexpr int bcrypt_cost_min = 4;
inline constexpr int bcrypt_cost_max = 16;

class SecretHasher {
public:
    // `pepper` comes from read_pepper(); `pepper_id` is 1 to 32 of a-z, 0-9, '-'; `cost` is
    // bcrypt_cost_min..max. Errors: invalid_field with a detail.
    static Result<SecretHasher> make(Secret pepper, std::string const& pepper_id, int cost);
    SecretHasher(SecretHasher&& other) noexcept;
    SecretHasher& operator=(SecretHasher&& other) noexcept;
    ~SecretHasher();

    [[nodiscard]] std::string hash(Secret const& secret) const;

    // False for any record of another format, another pepper or a cost out of range. Only a record
    // that might match takes time; for the others see dummy_record().
    [[nodiscard]] bool verify(Secret const& secret, std::string_view record) const;

    // Whether hash() would now produce a stronger record, or one with another pepper.
    [[nodiscard]] bool needs_rehash(std::string_view record) const;

    // A record that no secret matches but that takes verify() the usual time. Verifying against it
    // for an unknown user makes the response time the same.
    [[nodiscard]] std::string dummy_record() const;

private:
    struct State;
    explicit SecretHasher(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace bank::crypto
