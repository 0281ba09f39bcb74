#include "core/service/users.hpp"

#include "core/access/credential_rules.hpp"
#include "core/access/one_time_password.hpp"

namespace bank::service {
namespace {
constexpr Purpose viewing{operations::Permission::view_users, audit::Action::view_users};
}

Result<api::User> Users::add(access::Principal const& who, api::AddUserRequest const& add) {
    auto const name = access::check_user_name(add.user_name);
    if (!name.ok()) return name.error();
    auto const password = access::check_new_password(add.password, add.user_name);
    if (!password.ok()) return password.error();
    auto const permit = context_.hash_gate.enter();
    if (!permit.ok()) return permit.error();
    auto const id = context_.stores.users.draw_user_id();
    if (!id.ok()) return id.error();
    return context_.stores.users.add_user(
        who.acting, {.id = *id,
                     .user_name = add.user_name,
                     .role = add.role,
                     .password_record = context_.hasher.hash(password_of(*id), add.password),
                     .role_mac = context_.bindings.of_role(*id, add.role)});
}

Result<api::Page<api::User>> Users::list(access::Principal const& who,
                                         api::ListUsersRequest const& list) {
    // The listing shows everybody: what a role may see of itself alone does not open it.
    auto const allowed = context_.gate.may(who, viewing, UserId{});
    if (!allowed.ok()) return allowed.error();
    return context_.stores.users.list_users(who.acting, list);
}

Result<api::User> Users::find(access::Principal const& who, api::UserById const& wanted) {
    auto const allowed = context_.gate.may(who, viewing, wanted.user_id);
    if (!allowed.ok()) return allowed.error();
    return context_.stores.users.find_user(who.acting, wanted.user_id);
}

Result<api::User> Users::set_role(access::Principal const& who,
                                  api::SetUserRoleRequest const& change) {
    auto changed = context_.stores.users.set_role(
        who.acting, change, context_.bindings.of_role(change.user_id, change.role));
    if (changed.ok()) context_.authenticator.forget_user(change.user_id);
    return changed;
}

Result<api::User> Users::set_disabled(access::Principal const& who,
                                      api::SetUserDisabledRequest const& change) {
    auto changed = context_.stores.users.set_disabled(who.acting, change);
    if (changed.ok()) context_.authenticator.forget_user(change.user_id);
    return changed;
}

Result<api::OneTimePassword> Users::reset_password(access::Principal const& who,
                                                   api::UserById const& wanted) {
    if (wanted.user_id == who.user_id) {
        return context_.gate.refused(
            who, audit::Action::reset_password,
            {.code = Code::permission_denied,
             .message = "Nobody can reset their own password. Change it instead."});
    }
    auto const permit = context_.hash_gate.enter();
    if (!permit.ok()) return permit.error();
    auto password = access::make_one_time_password();
    auto user = context_.stores.users.reset_password(
        who.acting, wanted.user_id, context_.hasher.hash(password_of(wanted.user_id), password));
    if (!user.ok()) {
        auto error = user.error();
        if (error.code == Code::permission_denied) {
            error.message = "A local administrator has no password.";
        }
        return error;
    }
    context_.authenticator.forget_user(wanted.user_id);
    return api::OneTimePassword{std::move(user).value(), std::move(password)};
}

Result<api::User> Users::erase_subject(access::Principal const& who, api::UserById const& wanted) {
    return context_.stores.users.erase_subject(who.acting, wanted.user_id);
}

}  // namespace bank::service
