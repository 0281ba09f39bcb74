// Database interface for identities. Each change and its audit record are one transaction.
//
// Threads: any. Errors common to all: storage_unavailable; with an Acting also session_ended and
// permission_denied.
#pragma once
#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/access/acting.hpp"
#include "core/access/known_devices.hpp"
#include "core/api/accounts.hpp"
#include "core/api/users.hpp"
#include "core/base/bytes.hpp"
#include "core/base/result.hpp"
#include "core/base/time.hpp"
#include "core/base/uuid.hpp"

namespace bank::access {

// A stored password. A caller that verified it passes on its version; the call fails if a newer
// password was set in the meantime.
struct PasswordRecord {
    std::string hash;  // Empty: there is none (local administrators).
    std::int64_t version = 0;
};

// The login data of a user name.
struct LoginRecord {
    api::User user;
    PasswordRecord password;
    Bytes role_mac;  // See Bindings; empty: the row has none.
};

using TokenDigest = std::array<std::uint8_t, 32>;
using Mac = std::array<std::uint8_t, 32>;

// A user to add. The id comes first, because the rest is bound to it.
struct NewUser {
    UserId id;
    std::string user_name;
    api::Role role = api::Role::customer;
    std::string password_record;
    Mac role_mac{};
};

// A session to open. The caller keeps the secrets; the database gets digests.
struct NewSession {
    UserId user_id;
    std::int64_t password_version = 0;  // The verified one; open_local_session() ignores it.
    SessionRandom random{};             // The session's secret but for the user's id.
    TokenDigest refresh_digest{};
    std::chrono::seconds lifetime{};  // From now; a refresh does not extend it.
    DeviceTags known_from_now;        // Of open_session() only.
};

// An open session and its user. If the user's password is a one-time password, the session may only
// end, report its user, and change the password.
struct SessionRecord {
    SessionId id;
    api::User user;
    Bytes role_mac;  // As in LoginRecord.
    Timestamp expires_at;
};

// What a database of an earlier version has and this one binds to its owner, once.
struct UnboundCredentials {
    struct Record {
        std::int64_t owner = 0;
        std::string record;
    };
    struct Role {
        UserId user;
        api::Role role = api::Role::customer;
    };
    std::vector<Record> passwords;
    std::vector<Record> pins;
    std::vector<Role> roles;

    [[nodiscard]] bool empty() const noexcept {
        return passwords.empty() && pins.empty() && roles.empty();
    }
};

// The same, bound.
struct BoundCredentials {
    struct Record {
        std::int64_t owner = 0;
        std::string record;
    };
    struct Role {
        UserId user;
        Mac mac{};
    };
    std::vector<Record> passwords;
    std::vector<Record> pins;
    std::vector<Role> roles;
};

class UserStore {
public:
    virtual ~UserStore() = default;

    // Before there is a session.
    virtual Result<std::optional<LoginRecord>> login_record(std::string const& user_name) = 0;
    // login_refused: disabled, or the password is not the one that was verified, or has expired.
    // Once used, a one-time password remains valid for 15 minutes; each of its sessions ends the
    // previous ones.
    virtual Result<SessionRecord> open_session(Source const& source, NewSession const& session) = 0;
    // Adopts a stronger hash of the password that was verified in version `verified`, and returns
    // the new version. Sessions remain. nullopt: it is not the user's present password any more.
    virtual Result<std::optional<std::int64_t>> rehash_password(Source const& source,
                                                                UserId user_id,
                                                                std::int64_t verified,
                                                                std::string const& record) = 0;
    // Exchanges a refresh token. `secret` replaces the session's: older access tokens become
    // invalid. refresh_token_reused: the token was used before; this ends the session. Not an error
    // if the same client used it within the last 10 s and got the session `renewed`.
    virtual Result<SessionRecord> refresh_session(Source const& source,
                                                  TokenDigest const& old_digest,
                                                  NewSession const& renewed) = 0;
    // A session of the local administrator `uid`, a user "os:<uid>" with role admin and no
    // password, created at first use.
    virtual Result<SessionRecord> open_local_session(Source const& source, std::uint32_t uid,
                                                     NewSession const& session) = 0;
    // session_ended unless the session is open.
    virtual Result<SessionRecord> find_session(SessionSecret const& secret) = 0;

    virtual Status end_session(Acting const& acting) = 0;
    virtual Status revoke_session(Acting const& acting, SessionId id) = 0;
    virtual Result<api::Page<api::Session>> list_sessions(
        Acting const& acting, api::ListSessionsRequest const& request) = 0;

    // The actor's own password.
    virtual Result<PasswordRecord> password_record(Acting const& acting) = 0;
    // Ends all other sessions of the actor. password_wrong: the password is no longer the one of
    // `version`.
    virtual Status change_password(Acting const& acting, std::int64_t version,
                                   std::string const& new_hash) = 0;

    // An id for add_user(), used once.
    virtual Result<UserId> draw_user_id() = 0;
    virtual Result<api::User> add_user(Acting const& acting, NewUser const& user) = 0;
    virtual Result<api::Page<api::User>> list_users(Acting const& acting,
                                                    api::ListUsersRequest const& request) = 0;
    virtual Result<api::User> find_user(Acting const& acting, UserId id) = 0;
    // This and set_disabled() end the user's sessions. last_admin.
    virtual Result<api::User> set_role(Acting const& acting, api::SetUserRoleRequest const& request,
                                       Mac const& role_mac) = 0;
    virtual Result<api::User> set_disabled(Acting const& acting,
                                           api::SetUserDisabledRequest const& request) = 0;
    // Sets a one-time password; ends the user's sessions.
    virtual Result<api::User> reset_password(Acting const& acting, UserId id,
                                             std::string const& password_hash) = 0;
    // Erases a disabled user's personal data that the audit trail keeps beside its records.
    // user_not_disabled.
    virtual Result<api::User> erase_subject(Acting const& acting, UserId id) = 0;

    // Nothing if the database has any bound credential: whatever is unbound then was planted.
    virtual Result<UnboundCredentials> unbound_credentials() = 0;
    // Recorded with the numbers. internal_error: the database has a bound credential.
    virtual Status bind_credentials(Source const& source, BoundCredentials const& bound) = 0;
};

// Verifies a PIN against its hash record. Slow (bcrypt).
using PinVerifier = std::function<bool(std::string_view record)>;

// What a PIN authorization permits.
struct PinScope {
    Uuid only_for;  // Idempotency id of the one permitted transfer; all zeros: any.
    Timestamp expires_at;
};

// The authorization that a correct PIN gives to the session.
struct PinGrant {
    std::chrono::seconds lifetime{};
    Uuid only_for;
    std::function<Mac(Timestamp expires_at)> bind;  // Makes the MAC of the row.
};

struct StoredPinAuthorization {
    AccountId account;
    PinScope scope;
    Bytes mac;
};

class PinStore {
public:
    virtual ~PinStore() = default;

    // Checks the account's PIN with `verify`, one attempt at a time per account across all daemons.
    // The count of failures is durable even if the transfer fails; at `attempts_max` the account is
    // locked. Success resets the count and gives the session `grant`. Calls verify() at most once,
    // on this thread. pin_wrong, account_locked, pin_not_set, account_not_found, account_closed.
    virtual Result<api::PinAuthorization> authorize(Acting const& acting, AccountId id,
                                                    PinVerifier const& verify, int attempts_max,
                                                    PinGrant const& grant) = 0;
    // The session's authorizations that have not expired: of any transfer from any account, and of
    // `transfer` from this one. The caller verifies the MACs.
    virtual Result<std::vector<StoredPinAuthorization>> authorizations(Acting const& acting,
                                                                       AccountId id,
                                                                       Uuid const& transfer) = 0;
    // Resets the count of failures. With `verify_current`, only if it accepts the current PIN
    // (counted as above); required of a customer whose account has a PIN.
    virtual Status set_pin(Acting const& acting, AccountId id, std::string const& new_record,
                           PinVerifier const& verify_current, int attempts_max) = 0;
    // Accounts locked by a wrong PIN since the start.
    [[nodiscard]] virtual std::uint64_t lockouts() const noexcept = 0;
};

}  // namespace bank::access
