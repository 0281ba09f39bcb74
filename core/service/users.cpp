#include "core/service/users.hpp"

#include "core/auth/credential_rules.hpp"
#include "core/auth/one_time_password.hpp"

namespace bank::service {
namespace {
constexpr Purpose viewing{policy::Permission::view_users, audit::Action::view_users};
}

Result<api::User> Users::add(Request const& request, api::AddUserRequest const& add) {
    auto const principal =
        context_.guard.enter(request, {policy::Permission::add_user, audit::Action::add_user});
    if (!principal.ok()) return principal.error();
    auto const name = auth::check_user_name(add.user_name);
    if (!name.ok()) return name.error();
    auto const password = auth::check_new_password(add.password, add.user_name);
    if (!password.ok()) return password.error();
    auto const permit = context_.hash_gate.enter();
    if (!permit.ok()) return permit.error();
    return context_.guard.heeded(
        *principal,
        context_.stores.users.add_user(principal->acting, add, context_.hasher.hash(add.password)));
}

Result<api::Page<api::User>> Users::list(Request const& request,
                                         api::ListUsersRequest const& list) {
    auto const principal = context_.guard.enter(request, viewing);
    if (!principal.ok()) return principal.error();
    // The listing shows everybody: what a role may see of itself alone does not open it.
    auto const allowed = context_.guard.may(*principal, viewing, UserId{});
    if (!allowed.ok()) return allowed.error();
    return context_.guard.heeded(*principal,
                                 context_.stores.users.list_users(principal->acting, list));
}

Result<api::User> Users::find(Request const& request, UserId id) {
    auto const principal = context_.guard.enter(request, viewing);
    if (!principal.ok()) return principal.error();
    auto const allowed = context_.guard.may(*principal, viewing, id);
    if (!allowed.ok()) return allowed.error();
    return context_.guard.heeded(*principal,
                                 context_.stores.users.find_user(principal->acting, id));
}

Result<api::User> Users::set_role(Request const& request, api::SetUserRoleRequest const& change) {
    auto const principal =
        context_.guard.enter(request, {policy::Permission::set_role, audit::Action::set_role});
    if (!principal.ok()) return principal.error();
    auto changed = context_.stores.users.set_role(principal->acting, change);
    if (!changed.ok()) {
        context_.guard.heed(*principal, changed.error());
    } else {
        context_.authenticator.forget_user(change.user_id);
    }
    return changed;
}

Result<api::User> Users::set_disabled(Request const& request,
                                      api::SetUserDisabledRequest const& change) {
    auto const principal = context_.guard.enter(
        request, {policy::Permission::set_disabled, audit::Action::set_disabled});
    if (!principal.ok()) return principal.error();
    auto changed = context_.stores.users.set_disabled(principal->acting, change);
    if (!changed.ok()) {
        context_.guard.heed(*principal, changed.error());
    } else {
        context_.authenticator.forget_user(change.user_id);
    }
    return changed;
}

Result<api::OneTimePassword> Users::reset_password(Request const& request, UserId id) {
    auto const principal = context_.guard.enter(
        request, {policy::Permission::reset_password, audit::Action::reset_password});
    if (!principal.ok()) return principal.error();
    if (id == principal->user_id) {
        return context_.guard.refused(
            *principal, audit::Action::reset_password,
            {.code = Code::permission_denied,
             .message = "Nobody can reset their own password. Change it instead."});
    }
    auto const permit = context_.hash_gate.enter();
    if (!permit.ok()) return permit.error();
    auto password = auth::make_one_time_password();
    auto user = context_.guard.heeded(
        *principal, context_.stores.users.reset_password(principal->acting, id,
                                                         context_.hasher.hash(password)));
    if (!user.ok()) {
        auto error = user.error();
        if (error.code == Code::permission_denied) {
            error.message = "A local administrator has no password.";
        }
        return error;
    }
    context_.authenticator.forget_user(id);
    return api::OneTimePassword{std::move(user).value(), std::move(password)};
}

Result<api::User> Users::erase_subject(Request const& request, UserId id) {
    auto const principal = context_.guard.enter(
        request, {policy::Permission::erase_subject, audit::Action::erase_subject});
    if (!principal.ok()) return principal.error();
    return context_.guard.heeded(*principal,
                                 context_.stores.users.erase_subject(principal->acting, id));
}

}  // namespace bank::service
