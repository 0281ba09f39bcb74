// Hashes of passwords and PINs, as stored in the database.
//
// A record is `v2$<pepper id>$<bcrypt>`: bcrypt ($2b$, libxcrypt) over the base64url text of an
// HMAC-SHA-256 of purpose, owner and secret, whose key is derived from the pepper. The pepper is
// not in the database, so a stolen table of PINs is worthless without it; a record that is copied
// to another owner, or a PIN's to a password, matches nothing; and because bcrypt always gets 43
// characters, neither its truncation at 72 bytes nor a NUL byte in the secret matters.
//
// Records of earlier versions, `v1$<pepper id>$<bcrypt>`, hash the secret alone. They are accepted
// only inside a MAC over purpose, owner and record, `w1$<mac>$v1$...`; see bind().
//
// Threads: any. The cost sets the duration of hash() and verify(): 54 ms at 10 on the reference
// machine; each step doubles it.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "core/base/result.hpp"
#include "core/base/secret.hpp"

namespace bank::crypto {

inline constexpr int bcrypt_cost_min = 4;
inline constexpr int bcrypt_cost_max = 16;

enum class Purpose : std::uint8_t { password, pin };

// Whose secret it is: of a password a user's id, of a PIN an account's.
struct SecretOwner {
    Purpose purpose = Purpose::password;
    std::int64_t id = 0;
};

class SecretHasher {
public:
    // `pepper` comes from read_pepper(); `pepper_id` is 1 to 32 of a-z, 0-9, '-'; `cost` is
    // bcrypt_cost_min..max. Errors: invalid_field with a detail.
    static Result<SecretHasher> make(Secret pepper, std::string const& pepper_id, int cost);
    SecretHasher(SecretHasher&& other) noexcept;
    SecretHasher& operator=(SecretHasher&& other) noexcept;
    ~SecretHasher();

    [[nodiscard]] std::string hash(SecretOwner owner, Secret const& secret) const;

    // False for any record of another format, owner or pepper, or with a cost out of range. Only a
    // record that might match takes time; for the others see dummy_record().
    [[nodiscard]] bool verify(SecretOwner owner, Secret const& secret,
                              std::string_view record) const;

    // Whether hash() would now produce a stronger record, or one with another pepper.
    [[nodiscard]] bool needs_rehash(std::string_view record) const;

    // A bare record of an earlier version, bound to its owner without the secret. Empty if it is
    // none.
    [[nodiscard]] std::string bind(SecretOwner owner, std::string_view record) const;

    // A record that no secret matches but that takes verify() the usual time. Verifying against it
    // for an unknown user makes the response time the same.
    [[nodiscard]] std::string dummy_record() const;

private:
    struct State;
    explicit SecretHasher(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace bank::crypto
