// The administration of users.
#pragma once
#include "core/operations/bank_api.hpp"
#include "core/service/context.hpp"

namespace bank::service {

class Users {
public:
    // `context` must outlive it.
    explicit Users(Context& context) : context_(context) {}

    Result<api::User> add(access::Principal const& who, api::AddUserRequest const& add);
    Result<api::Page<api::User>> list(access::Principal const& who,
                                      api::ListUsersRequest const& list);
    Result<api::User> find(access::Principal const& who, api::UserById const& wanted);
    Result<api::User> set_role(access::Principal const& who, api::SetUserRoleRequest const& change);
    Result<api::User> set_disabled(access::Principal const& who,
                                   api::SetUserDisabledRequest const& change);
    Result<api::OneTimePassword> reset_password(access::Principal const& who,
                                                api::UserById const& wanted);
    Result<api::User> erase_subject(access::Principal const& who, api::UserById const& wanted);

private:
    Context& context_;
};

}  // namespace bank::service
