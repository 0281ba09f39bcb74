// Erases the access token of a caller at the end of a scope.
#pragma once
#include "core/api/caller.hpp"
#include "core/base/secret.hpp"

namespace bank::api {

// `caller` must outlive it.
struct WipesToken {
    Caller& caller;
    ~WipesToken() { wipe(caller.access_token); }
};

}  // namespace bank::api
