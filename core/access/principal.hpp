// An authenticated actor.
#pragma once
#include <string>

#include "core/access/acting.hpp"
#include "core/api/users.hpp"
#include "core/base/strong_id.hpp"
#include "core/base/time.hpp"

namespace bank::access {

struct Principal {
    Acting acting;
    UserId user_id;
    SessionId session_id;
    std::string user_name;
    api::Role role = api::Role::customer;
    Timestamp expires_at;               // Of the session.
    bool must_change_password = false;  // And may do nothing else; see Guard.
};

}  // namespace bank::access
