#include "core/api/users.hpp"

#include "core/api/describe.hpp"
#include "core/base/bounds.hpp"

namespace bank::api {
namespace {

constexpr std::string_view example_user_name = "\"alice\"";
constexpr std::string_view example_password = "\"correct horse battery staple\"";
constexpr std::string_view example_device_token = "\"kq2wM5o0vXkEw8m1i7tKfgY2jD0nqLr4sB9uVh3cZxA\"";

}  // namespace

void* bearer(void*) {
    static std::string type = "Bearer";
    return &type;
}

BANK_DESCRIBE(
    User, "User", field<&User::id>("id", "Id of the user.", "7"),
    field<&User::user_name>("user_name", "Name with which the user signs in.", example_user_name),
    field<&User::role>("role", "Role, which determines the permissions.", "\"customer\""),
    field<&User::is_disabled>("is_disabled", "Whether the user is barred from signing in."),
    field<&User::created_at>("created_at", "When the user was added.", example_instant),
    field<&User::password_state>("password_state", "State of the password.", "\"chosen\""),
    field<&User::password_expires_at>(
        "password_expires_at",
        "When the one-time password expires or expired; null if the password is not one.", "null"))

BANK_DESCRIBE(
    Session, "Session", field<&Session::id>("id", "Id of the session.", "42"),
    field<&Session::user_id>("user_id", "Id of the user.", "7"),
    field<&Session::user_name>("user_name", "Name of the user.", example_user_name),
    field<&Session::role>("role", "Role of the user.", "\"customer\""),
    field<&Session::ip>("ip", "Address from which the user signed in.", example_ip),
    field<&Session::user_agent>("user_agent", "Program that signed in.", "\"Mozilla/5.0\""),
    field<&Session::created_at>("created_at", "When the user signed in.", example_instant),
    field<&Session::expires_at>("expires_at", "When the session ends at the latest.",
                                "\"2026-03-02T00:00:00.000000Z\""),
    field<&Session::is_current>("is_current", "Whether it is the session of this request.", "true"))

// A text too short for a password counts as a wrong password here, not as malformed.
BANK_DESCRIBE(LoginRequest, "LoginRequest",
              field<&LoginRequest::user_name>("user_name", "Name of the user.", example_user_name)
                  .sized(1, bounds::user_name_size_max),
              field<&LoginRequest::password>("password", "Password of the user.", example_password)
                  .sized(1, bounds::password_size_max),
              field<&LoginRequest::device_token>("device_token", "Token of a known device.",
                                                 example_device_token)
                  .sized(0, bounds::token_size_max)
                  .optional()
                  .as(Appearance::hidden))

BANK_DESCRIBE(
    Tokens, "Tokens",
    field<&Tokens::access_token>("access_token", "For the header Authorization: Bearer.",
                                 "\"eyJhbGciOiJFUzI1NiJ9.e30.c2ln\""),
    derived<std::string>("token_type", "Always Bearer (RFC 6750).", "\"Bearer\"", bearer),
    field<&Tokens::expires_in_s>("expires_in", "Lifetime of the access token in seconds.", "600"),
    field<&Tokens::refresh_token>("refresh_token",
                                  "Valid for one use; a second use ends the session. The same "
                                  "client may repeat a renewal whose answer was lost, for 10 s.",
                                  "\"kq2wM5o0vXkEw8m1i7tKfg\""),
    field<&Tokens::session_id>("session_id", "Id of the session.", "42"),
    field<&Tokens::user>("user", "The user who signed in."),
    field<&Tokens::may_move_cash>(
        "may_move_cash",
        "Whether the user may make deposits and withdrawals: tellers and administrators, and "
        "customers unless the bank has switched it off.",
        "true"),
    field<&Tokens::device_token>("device_token", "Token of the device, known from now on.",
                                 example_device_token)
        .as(Appearance::hidden))

BANK_DESCRIBE(RefreshRequest, "RefreshRequest",
              field<&RefreshRequest::refresh_token>("refresh_token",
                                                    "The newest refresh token of the session.",
                                                    "\"kq2wM5o0vXkEw8m1i7tKfg\"")
                  .sized(1, bounds::token_size_max))

BANK_DESCRIBE(ListSessionsRequest, "ListSessionsRequest",
              field<&ListSessionsRequest::user_id>(
                  "user_id",
                  "Only sessions of this user; by default the caller's own. Sessions of others "
                  "require the role admin or auditor.",
                  "7")
                  .optional()
                  .typed_as({.text = "The username.", .is_positional = true}),
              field<&ListSessionsRequest::page>("page", "The page.").as(Appearance::inlined))

BANK_DESCRIBE(
    RevokeSessionRequest, "RevokeSessionRequest",
    field<&RevokeSessionRequest::session_id>("session_id", "Id of the session.", "42").in_path())

// The core decides whether the new one is strong enough.
BANK_DESCRIBE(ChangePasswordRequest, "ChangePasswordRequest",
              field<&ChangePasswordRequest::current_password>("current_password",
                                                              "The current password.",
                                                              example_password)
                  .sized(1, bounds::password_size_max),
              field<&ChangePasswordRequest::new_password>("new_password", "The new password.",
                                                          "\"a new and longer passphrase\"")
                  .sized(1, bounds::password_size_max))

BANK_DESCRIBE(AddUserRequest, "AddUserRequest",
              field<&AddUserRequest::user_name>("user_name",
                                                "Name with which the user will sign in.",
                                                example_user_name)
                  .sized(bounds::user_name_size_min, bounds::user_name_size_max)
                  .typed_as({.is_positional = true}),
              field<&AddUserRequest::role>("role", "Role of the user.", "\"customer\""),
              field<&AddUserRequest::password>(
                  "password",
                  "One-time password, to be changed at the first sign-in. It expires 24 hours "
                  "after the user was added, or 15 minutes after its first use.",
                  example_password)
                  .sized(1, bounds::password_size_max))

BANK_DESCRIBE(OneTimePassword, "OneTimePassword",
              field<&OneTimePassword::user>("user", "The user."),
              field<&OneTimePassword::password>(
                  "password", "Valid once, until password_expires_at of the user.",
                  "\"k7mp-x2wn-9hqe-r4tz\""))

BANK_DESCRIBE(
    ListUsersRequest, "ListUsersRequest",
    field<&ListUsersRequest::name_prefix>("name_prefix",
                                          "Only users whose name begins with this text.", "\"al\"")
        .sized(1, bounds::user_name_size_max)
        .optional()
        .typed_as({.option = "prefix"}),
    field<&ListUsersRequest::role>("role", "Only users of this role.", "\"teller\"").optional(),
    field<&ListUsersRequest::page>("page", "The page.").as(Appearance::inlined))

BANK_DESCRIBE(SetUserRoleRequest, "SetUserRoleRequest",
              field<&SetUserRoleRequest::user_id>("user_id", "Id of the user.", "7").in_path(),
              field<&SetUserRoleRequest::role>("role", "The new role.", "\"teller\"")
                  .typed_as({.is_positional = true}))

BANK_DESCRIBE(SetUserDisabledRequest, "SetUserDisabledRequest",
              field<&SetUserDisabledRequest::user_id>("user_id", "Id of the user.", "7").in_path(),
              field<&SetUserDisabledRequest::is_disabled>(
                  "is_disabled", "Whether to bar the user from signing in; ends all sessions.",
                  "true"))

BANK_DESCRIBE(UserById, "UserById",
              field<&UserById::user_id>("user_id", "Id of the user.", "7").in_path())

}  // namespace bank::api
