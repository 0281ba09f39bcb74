// The limits of roles, and what any limits must look like.
#pragma once
#include <vector>

#include "core/operations/bank_api.hpp"
#include "core/service/context.hpp"

namespace bank::service {

class RoleLimits {
public:
    // `context` must outlive it.
    explicit RoleLimits(Context& context) : context_(context) {}

    Result<std::vector<api::RoleLimits>> list(access::Principal const& who);
    Status set(access::Principal const& who, api::RoleLimits const& change);

private:
    Context& context_;
};

}  // namespace bank::service
