// Hashes of passwords and PINs, as the database keeps them.
//
// A record is `v1$<pepper id>$<bcrypt>`: bcrypt ($2b$, libxcrypt) over the base64url text of
// HMAC-SHA-256(pepper, secret). The pepper is not in the database, so a stolen table of PINs is
// worthless without it; and since bcrypt sees 43 characters whatever the secret is, neither its
// cut at 72 bytes nor a NUL byte in the secret matters.
//
// Threads: any. hash() and verify() take as long as the cost says: 54 ms at 10 on the reference
// machine; each step of one doubles it.
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
    // `pepper` as read_pepper() gives it; `pepper_id` is 1 to 32 of a-z, 0-9, '-'; a cost of
    // bcrypt_cost_min..max. Errors: invalid_field with a detail.
    static Result<SecretHasher> make(Secret pepper, std::string const& pepper_id, int cost);
    SecretHasher(SecretHasher&& other) noexcept;
    SecretHasher& operator=(SecretHasher&& other) noexcept;
    ~SecretHasher();

    [[nodiscard]] std::string hash(Secret const& secret) const;

    // False for any record that is not of this format, this pepper and a cost in range. Only a
    // record that might match takes time; for the rest see dummy_record().
    [[nodiscard]] bool verify(Secret const& secret, std::string_view record) const;

    // Whether hash() would now make a stronger record, or one of another pepper.
    [[nodiscard]] bool needs_rehash(std::string_view record) const;

    // A record that no secret matches and that verify() takes its usual time to refuse: verify
    // against it for a user who does not exist, so that the answer takes the same time.
    [[nodiscard]] std::string dummy_record() const;

private:
    struct State;
    explicit SecretHasher(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace bank::crypto
