// Signing in and out, and sessions.
#pragma once
#include "core/api/users.hpp"
#include "core/operations/facts.hpp"

namespace bank::operations {

// login_refused, login_throttled.
struct Login {
    using Input = api::LoginRequest;
    using Output = api::Tokens;
    static constexpr Facts facts{
        .number = 2,
        .name = "login",
        .callers = Callers::rest,
        .entry = Entry::anyone,
        .budget = Budget::login,
        .action = Action::login,
        .route = {Method::post, "/v1/login"},
        .summary = "Sign in",
    };
};

// refresh_token_reused.
struct Refresh {
    using Input = api::RefreshRequest;
    using Output = api::Tokens;
    static constexpr Facts facts{
        .number = 3,
        .name = "refresh",
        .effect = Effect::changes,
        .callers = Callers::rest,
        .entry = Entry::anyone,
        .budget = Budget::login,
        .action = Action::refresh,
        .route = {Method::post, "/v1/refresh"},
        .summary = "Exchange a refresh token",
    };
};

struct Logout {
    using Input = Done;
    using Output = Done;
    static constexpr Facts facts{
        .number = 4,
        .name = "logout",
        .effect = Effect::changes,
        .callers = Callers::rest,
        .entry = Entry::any_password,
        .budget = Budget::write,
        .permission = Permission::revoke_session,
        .action = Action::logout,
        .route = {Method::post, "/v1/logout", 204},
        .summary = "Sign out",
    };
};

struct ListSessions {
    using Input = api::ListSessionsRequest;
    using Output = api::Page<api::Session>;
    static constexpr Facts facts{
        .number = 5,
        .name = "list_sessions",
        .budget = Budget::read,
        .permission = Permission::list_sessions,
        .action = Action::list_sessions,
        .route = {Method::get, "/v1/sessions"},
        .summary = "List sessions",
    };
};

struct RevokeSession {
    using Input = api::RevokeSessionRequest;
    using Output = Done;
    static constexpr Facts facts{
        .number = 6,
        .name = "revoke_session",
        .effect = Effect::changes,
        .budget = Budget::write,
        .permission = Permission::revoke_session,
        .action = Action::revoke_session,
        .route = {Method::del, "/v1/sessions/{id}", 204},
        .summary = "Revoke a session",
    };
};

struct WhoAmI {
    using Input = Done;
    using Output = api::User;
    static constexpr Facts facts{
        .number = 7,
        .name = "who_am_i",
        .callers = Callers::rest,
        .entry = Entry::any_password,
        .budget = Budget::read,
        .permission = Permission::view_users,
        .action = Action::view_users,
        .route = {Method::get, "/v1/users/me"},
        .summary = "Show your own user",
    };
};

// password_wrong, secret_too_weak. Replaces a one-time password.
struct ChangePassword {
    using Input = api::ChangePasswordRequest;
    using Output = Done;
    static constexpr Facts facts{
        .number = 8,
        .name = "change_password",
        .effect = Effect::changes,
        .callers = Callers::rest,
        .entry = Entry::any_password,
        .budget = Budget::write,
        .permission = Permission::change_password,
        .action = Action::change_password,
        .route = {Method::put, "/v1/users/me/password", 204},
        .summary = "Change your own password",
    };
};

}  // namespace bank::operations
