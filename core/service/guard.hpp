// The first three of the five steps of every use case: limit, authenticate, authorise. What it
// refuses, it records.
//
// Threads: any.
#pragma once
#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "core/api/caller.hpp"
#include "core/api/rate.hpp"
#include "core/audit/audit_store.hpp"
#include "core/auth/authenticator.hpp"
#include "core/auth/principal.hpp"
#include "core/base/result.hpp"
#include "core/operations/facts.hpp"
#include "core/policy/policy.hpp"
#include "core/service/refusal_log.hpp"

namespace bank::service {

// A caller together with the front end that vouches for its peer credentials.
struct Request {
    api::FrontEnd front_end;
    api::Caller const& caller;
};

// What the caller wants to do, for the policy and for the audit trail.
struct Purpose {
    policy::Permission permission;
    audit::Action action;
};

class Guard {
public:
    // While records wait longer than this for their seal, operations of high risk are refused.
    static constexpr std::chrono::seconds sealing_lag_max{60};

    using SealingLag = std::function<std::chrono::milliseconds()>;

    // Both must outlive it.
    Guard(auth::Authenticator& authenticator, RefusalLog& refusals, SealingLag sealing_lag);

    // Who asks, if their role allows the purpose for at least their own things. In this order:
    // password_change_required, permission_denied, audit_behind.
    [[nodiscard]] Result<auth::Principal> enter(Request const& request, Purpose purpose);
    // The same as the facts of an operation ask for it. Precondition: their entry is any_password
    // or session.
    [[nodiscard]] Result<auth::Principal> enter(Request const& request,
                                                operations::Facts const& facts);
    // Whether the principal may do it to a thing that `owner` owns (none: the bank itself).
    [[nodiscard]] Status may(auth::Principal const& principal, Purpose purpose, UserId owner);
    // Records a refusal that no SQL function records, and hands the error back.
    [[nodiscard]] Error refused(auth::Principal const& principal, audit::Action action, Error error,
                                std::string details = "{}");
    // Looks at what the database said of a principal's call: a session that it calls ended is
    // forgotten here too.
    void heed(auth::Principal const& principal, Error const& error);

private:
    [[nodiscard]] Result<auth::Principal> authenticated(Request const& request,
                                                        audit::Action action);
    [[nodiscard]] Result<auth::Principal> authorised(auth::Principal principal, Purpose purpose);

    auth::Authenticator& authenticator_;
    RefusalLog& refusals_;
    SealingLag sealing_lag_;
};

// The origin of a caller, cleaned and cut for records.
[[nodiscard]] auth::Origin origin_of(api::Caller const& caller);

}  // namespace bank::service
