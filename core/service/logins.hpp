// Logging in and out, sessions, and the change of one's own password.
#pragma once
#include <string>

#include "core/access/login_throttle.hpp"
#include "core/access/penalties.hpp"
#include "core/operations/bank_api.hpp"
#include "core/service/context.hpp"

namespace bank::service {

class Logins {
public:
    // `context` must outlive it.
    explicit Logins(Context& context);

    Result<api::Tokens> login(Request const& request, api::LoginRequest const& login);
    Result<api::Tokens> refresh(Request const& request, api::RefreshRequest const& refresh);
    Status logout(access::Principal const& who);
    Result<api::User> who_am_i(access::Principal const& who);
    Result<api::Page<api::Session>> list_sessions(access::Principal const& who,
                                                  api::ListSessionsRequest const& list);
    Status revoke_session(access::Principal const& who, api::RevokeSessionRequest const& revoke);
    Status change_password(access::Principal const& who, api::ChangePasswordRequest const& change);

private:
    // With what the bank lets the user do.
    [[nodiscard]] Result<api::Tokens> described(Result<api::Tokens> tokens) const;
    Error refuse_login(Request const& request, std::string const& user_name, Error error);
    // The user whose password this is; login_refused for whatever reason it is not.
    Result<access::LoginRecord> verify(std::string const& user_name, Secret const& password);
    // The same, with a strong hash: a weak one is replaced.
    Result<access::LoginRecord> prove(access::Source const& source, std::string const& user_name,
                                      Secret const& password);

    Context& context_;
    access::LoginThrottle throttle_;
    access::Penalties changes_;  // Guesses at the current password, by session.
};

}  // namespace bank::service
