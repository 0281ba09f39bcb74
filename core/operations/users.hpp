// The administration of users.
#pragma once
#include "core/api/users.hpp"
#include "core/operations/facts.hpp"

namespace bank::operations {

struct AddUser {
    using Input = api::AddUserRequest;
    using Output = api::User;
    static constexpr Facts facts{
        .number = 9,
        .name = "add_user",
        .effect = Effect::changes,
        .budget = Budget::write,
        .permission = Permission::add_user,
        .action = Action::add_user,
        .route = {Method::post, "/v1/users", 201},
        .summary = "Add a user",
        .text =
            "Creates a user with a role and an initial password. Only administrators may call "
            "it. It fails with audit_behind while the audit log is behind, and is not "
            "idempotent: a repeated request fails with user_name_taken.",
        .tag = "Users",
        .command =
            {
                .words = "user add",
                .examples = {{{"bankctl user add alice --role teller",
                               "Prompts for the password twice."},
                              {"bankctl user add bob --role customer --password-stdin < secret",
                               "Reads it from a file, for scripts."}}},
                .text = "The password is a one-time password: the user must choose another at the "
                        "first sign-in, within 24 hours.",
            },
    };
};

struct ListUsers {
    using Input = api::ListUsersRequest;
    using Output = api::Page<api::User>;
    static constexpr Facts facts{
        .number = 10,
        .name = "list_users",
        .budget = Budget::read,
        .permission = Permission::view_users,
        .action = Action::view_users,
        .route = {Method::get, "/v1/users"},
        .summary = "List users",
        .text =
            "Lists users, paginated, optionally by role or by the beginning of the username. "
            "Administrators and auditors may call it.",
        .tag = "Users",
        .command =
            {
                .words = "user list",
                .examples = {{{"bankctl user list", "All users."},
                              {"bankctl user list --role admin", "The administrators."}}},
                .text = "Users with their roles, states and password states. Filters can be "
                        "combined.",
            },
    };
};

struct FindUser {
    using Input = api::UserById;
    using Output = api::User;
    static constexpr Facts facts{
        .number = 11,
        .name = "find_user",
        .budget = Budget::read,
        .permission = Permission::view_users,
        .action = Action::view_users,
        .route = {Method::get, "/v1/users/{id}"},
        .summary = "Show a user",
        .text =
            "Returns one user. Every user may read their own record; administrators and "
            "auditors may read any.",
        .tag = "Users",
        .command =
            {
                .words = "user show",
                .examples = {{{"bankctl user show bob", "The role and status of bob."}}},
                .text = "The user's role, state and password state.",
            },
    };
};

struct SetUserRole {
    using Input = api::SetUserRoleRequest;
    using Output = api::User;
    static constexpr Facts facts{
        .number = 12,
        .name = "set_user_role",
        .effect = Effect::changes,
        .budget = Budget::write,
        .permission = Permission::set_role,
        .action = Action::set_role,
        .route = {Method::put, "/v1/users/{id}/role"},
        .summary = "Change a user's role",
        .text =
            "Gives the user a new role and ends all of the user's sessions. Only "
            "administrators may call it. The role of the last administrator cannot be changed "
            "(last_admin), and the request fails with audit_behind while the audit log is "
            "behind.",
        .tag = "Users",
        .command =
            {
                .words = "user role",
                .examples = {{{"bankctl user role alice admin", "Makes alice an administrator."}}},
                .text = "Ends all of the user's sessions. The role of the last administrator "
                        "cannot be changed. Fails while the audit log is behind.",
            },
    };
};

struct SetUserDisabled {
    using Input = api::SetUserDisabledRequest;
    using Output = api::User;
    static constexpr Facts facts{
        .number = 13,
        .name = "set_user_disabled",
        .effect = Effect::changes,
        .budget = Budget::write,
        .permission = Permission::set_disabled,
        .action = Action::set_disabled,
        .route = {Method::put, "/v1/users/{id}/disabled"},
        .summary = "Disable or enable a user",
        .text =
            "A disabled user cannot log in; disabling ends the user's sessions at once. Only "
            "administrators may call it. The last administrator cannot be disabled "
            "(last_admin), and the request fails with audit_behind while the audit log is "
            "behind.",
        .tag = "Users",
    };
};

// user_not_disabled. Cannot be undone; the records and their proofs remain.
struct EraseSubject {
    using Input = api::UserById;
    using Output = api::User;
    static constexpr Facts facts{
        .number = 41,
        .name = "erase_subject",
        .effect = Effect::changes,
        .budget = Budget::write,
        .permission = Permission::erase_subject,
        .action = Action::erase_subject,
        .route = {Method::post, "/v1/users/{id}/erase-subject"},
        .summary = "Erase a user's personal data from the audit log",
        .text =
            "Irreversibly erases the name, addresses, programs and details of a disabled user "
            "from the audit log. Only administrators may call it; the request fails with "
            "audit_behind while the audit log is behind. The records and their proofs stay "
            "valid, because they contain only salted hashes; the ledger does not change.",
        .tag = "Users",
        .command =
            {
                .words = "user erase",
                .examples = {{{"bankctl user erase bob", "After bankctl user disable bob."}}},
                .question = "Erase the personal data of user {} from the audit log for good?",
                .text =
                    "Erases the user's name, addresses, programs and details from the audit log. "
                    "This cannot be undone. The user must be disabled first. The records and "
                    "their proofs remain valid, because they contain only salted hashes, and the "
                    "ledger does not change. Fails while the audit log is behind.",
            },
    };
};

// Ends the user's sessions. permission_denied for the caller and for local administrators.
struct ResetPassword {
    using Input = api::UserById;
    using Output = api::OneTimePassword;
    static constexpr Facts facts{
        .number = 50,
        .name = "reset_password",
        .effect = Effect::changes,
        .budget = Budget::write,
        .permission = Permission::reset_password,
        .action = Action::reset_password,
        .route = {Method::post, "/v1/users/{id}/reset-password"},
        .summary = "Set a one-time password for a user",
        .text =
            "Sets a one-time password for a user who has forgotten theirs, and returns it "
            "once. The bank generates it; it cannot be read again. All sessions of the user and "
            "their PIN authorizations end, and the old password no longer works. The user "
            "signs in with the one-time password and must then choose a new one (PUT "
            "/v1/users/me/password); until then every other request fails with "
            "password_change_required. A one-time password expires 24 hours after it was set, "
            "or 15 minutes after its first use. Only administrators may call it, not for "
            "themselves and not for local administrators. The request fails with audit_behind "
            "while the audit log is behind. If the answer is lost, repeat the request; it sets "
            "another password.",
        .tag = "Users",
        .command =
            {
                .words = "user password",
                .examples = {{{"bankctl user password bob",
                               "Prompts for confirmation, then prints the password once."},
                              {"bankctl --json user password bob --yes",
                               "For scripts; the password is in the result."}}},
                .question = "Reset the password of user {} and end all sessions?",
                .text =
                    "The bank generates the password and shows it only once. The old password no "
                    "longer works, and the user's sessions end immediately. At the first sign-in "
                    "the user must choose a new password. The one-time password expires after 24 "
                    "hours, or 15 minutes after its first use. First verify the identity of the "
                    "person who asks.",
            },
    };
};

using Users =
    List<AddUser, ListUsers, FindUser, SetUserRole, SetUserDisabled, EraseSubject, ResetPassword>;

}  // namespace bank::operations
