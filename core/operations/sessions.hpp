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
        .text =
            "Creates a session from a username and a password, and returns an access token "
            "and a refresh token. Anyone may call it. Each failure increases the delay of the "
            "next attempt (login_throttled).",
        .tag = "Identity",
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
        .text =
            "Exchanges a refresh token for a new access token and a new refresh token. A refresh "
            "token works once: if it is used again, the session ends (refresh_token_reused). A "
            "client that lost the response may repeat the request within 10 s.",
        .tag = "Identity",
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
        .works_in_halt = true,
        .budget = Budget::write,
        .permission = Permission::revoke_session,
        .action = Action::logout,
        .route = {Method::post, "/v1/logout", 204},
        .summary = "Sign out",
        .text =
            "Ends the session of the access token. Its tokens stop working at once. Any "
            "logged-in user may call it.",
        .tag = "Identity",
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
        .text =
            "Lists the open sessions of the caller. Administrators and auditors may list "
            "those of any user with user_id.",
        .tag = "Identity",
        .command =
            {
                .words = "session list",
                .examples = {{{"bankctl session list bob",
                               "The devices on which bob is signed in."}}},
                .text = "The open sessions of a user.",
            },
    };
};

struct RevokeSession {
    using Input = api::RevokeSessionRequest;
    using Output = Done;
    static constexpr Facts facts{
        .number = 6,
        .name = "revoke_session",
        .effect = Effect::changes,
        .works_in_halt = true,
        .budget = Budget::write,
        .permission = Permission::revoke_session,
        .action = Action::revoke_session,
        .route = {Method::del, "/v1/sessions/{id}", 204},
        .summary = "Revoke a session",
        .text =
            "Ends one session of the caller. Administrators may end any session. Its access "
            "and refresh tokens stop working at once.",
        .tag = "Identity",
        .command =
            {
                .words = "session revoke",
                .examples = {{{"bankctl session revoke 42", "Signs out that device."}}},
                .text = "The access and refresh tokens of the session stop working immediately. "
                        "bankctl session list shows the ids.",
            },
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
        .text = "Returns the user of the access token. Any logged-in user may call it.",
        .tag = "Users",
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
        .works_in_halt = true,
        .budget = Budget::write,
        .permission = Permission::change_password,
        .action = Action::change_password,
        .route = {Method::put, "/v1/users/me/password", 204},
        .summary = "Change your own password",
        .text =
            "Replaces the password of the caller, who must supply the current one; the new "
            "one must differ from it. All other sessions of the user end. A session that was "
            "opened with a one-time password becomes an ordinary one. Wrong current passwords "
            "are delayed like failed logins.",
        .tag = "Users",
    };
};

using Sessions = List<Login, Refresh, Logout, ListSessions, RevokeSession, WhoAmI, ChangePassword>;

}  // namespace bank::operations
