// The administration of users.
#pragma once
#include "core/operations/bank_api.hpp"
#include "core/service/context.hpp"

namespace bank::service {

class Users {
public:
    // `context` must outlive it.
    explicit Users(Context& context) : context_(context) {}

    Result<api::User> add(auth::Principal const& who, api::AddUserRequest const& add);
    Result<api::Page<api::User>> list(auth::Principal const& who,
                                      api::ListUsersRequest const& list);
    Result<api::User> find(auth::Principal const& who, api::UserById const& wanted);
    Result<api::User> set_role(auth::Principal const& who, api::SetUserRoleRequest const& change);
    Result<api::User> set_disabled(auth::Principal const& who,
                                   api::SetUserDisabledRequest const& change);
    Result<api::OneTimePassword> reset_password(auth::Principal const& who,
                                                api::UserById const& wanted);
    Result<api::User> erase_subject(auth::Principal const& who, api::UserById const& wanted);

private:
    Context& context_;
};

}  // namespace bank::service
