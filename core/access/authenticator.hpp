// Authenticates callers as Principals, and issues their next tokens.
//
// Threads: any.
#pragma once
#include <chrono>
#include <memory>
#include <string>

#include "core/access/bindings.hpp"
#include "core/access/local_access.hpp"
#include "core/access/principal.hpp"
#include "core/access/user_store.hpp"
#include "core/api/caller.hpp"
#include "core/api/users.hpp"
#include "core/base/result.hpp"
#include "core/base/time.hpp"
#include "core/crypto/access_token.hpp"

namespace bank::access {

class Authenticator {
public:
    struct Settings {
        std::chrono::seconds access_token_lifetime{600};
        std::chrono::seconds session_lifetime{12 * 3600};
        LocalAccess local_access;
    };

    // All must outlive it.
    Authenticator(UserStore& users, crypto::TokenSigner signer, Bindings const& bindings,
                  Settings settings, Clock const& clock);
    ~Authenticator();

    // A bearer token's session: not_authenticated (no token, or not issued here), session_ended.
    [[nodiscard]] Result<Principal> by_token(std::string const& token, Source source);
    // A local administrator's session, opened at first use: permission_denied.
    [[nodiscard]] Result<Principal> by_peer(api::LocalPeer const& peer, Source source);
    // The user whose budget a request is charged to; no database. None if the token is not valid.
    [[nodiscard]] UserId user_of(std::string const& token);

    // Opens a session for a user whose password was just verified, and makes the device known.
    [[nodiscard]] Result<api::Tokens> open(LoginRecord const& verified, Source const& source,
                                           DeviceTags const& tags = {});
    // Exchanges a refresh token for new tokens: refresh_token_reused, session_ended. The same
    // client gets the same session again for a token that it used within the last 10 s.
    [[nodiscard]] Result<api::Tokens> refresh(Secret const& refresh_token, Source const& source);

    // To be called after a session ended, here or according to the database.
    void forget_session(SessionId id);
    void forget_user(UserId id);

    // Threads: any.
    void reload(Settings settings);

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace bank::access
