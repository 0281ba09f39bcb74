// Decides whether a user may do something, with reasons. Pure: no database, no clock, no state. SQL
// decides the same independently.
//
// Threads: any.
#pragma once
#include <string>

#include "core/api/users.hpp"
#include "core/base/strong_id.hpp"
#include "core/operations/permission.hpp"

namespace bank::access {

using operations::Permission;
using operations::Scope;

// Contains the reasons of the decision, for the audit record.
struct Decision {
    bool is_allowed = false;
    Permission permission{};
    api::Role role{};
    Scope granted = Scope::none;  // By the table, for the role.
    Scope needed = Scope::any;    // By this request.

    // {"permission":"transfer","role":"customer","granted":"own","needed":"any"}
    [[nodiscard]] std::string details() const;
};

// Whether `user`, of `role`, has the permission on an object of `owner`. No owner means the bank's
// own object, or no particular owner, as in a listing of all users. To check whether the role has
// the permission at all, pass the user itself as owner. No user has no permissions.
[[nodiscard]] Decision decide(UserId user, api::Role role, Permission permission, UserId owner);

// Whether the role may deposit and withdraw in any scope: according to the table, but never for
// customers if [bank] customer_cash is off.
[[nodiscard]] bool may_move_cash(api::Role role, bool is_customer_cash) noexcept;

}  // namespace bank::access
