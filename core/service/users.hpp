// The administration of users.
#pragma once
#include "core/api/bank_api.hpp"
#include "core/service/context.hpp"

namespace bank::service {

class Users {
public:
    // `context` must outlive it.
    explicit Users(Context& context) : context_(context) {}

    Result<api::User> add(Request const& request, api::AddUserRequest const& add);
    Result<api::Page<api::User>> list(Request const& request, api::ListUsersRequest const& list);
    Result<api::User> find(Request const& request, UserId id);
    Result<api::User> set_role(Request const& request, api::SetUserRoleRequest const& change);
    Result<api::User> set_disabled(Request const& request,
                                   api::SetUserDisabledRequest const& change);
    Result<api::OneTimePassword> reset_password(Request const& request, UserId id);
    Result<api::User> erase_subject(Request const& request, UserId id);

private:
    Context& context_;
};

}  // namespace bank::service
