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
    };
};

struct FindUser {
    using Input = api::UserById;
    using Output = api::User;
    static constexpr Facts facts{
        .number = 11,
        .name = "find_user",
        .callers = Callers::rest,
        .budget = Budget::read,
        .permission = Permission::view_users,
        .action = Action::view_users,
        .route = {Method::get, "/v1/users/{id}"},
        .summary = "Show a user",
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
    };
};

// user_not_disabled. Cannot be undone; the records stay and keep their proofs.
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
    };
};

}  // namespace bank::operations
