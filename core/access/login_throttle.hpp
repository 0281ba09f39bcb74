// Slows down the guessing of passwords, in three layers:
//   user and source   a few tries, then delays that grow to a quarter of an hour;
//   source            many users tried from one place;
//   user              one user tried from many places: a delay of half a minute at most, and none
//                     for a source from which this user has logged in before, so that nobody can
//                     shut a stranger out.
//
// Threads: any. Bounded. In memory: a restart forgives.
#pragma once
#include <mutex>
#include <optional>
#include <string>
#include <unordered_set>
#include <utility>

#include "core/access/penalties.hpp"
#include "core/base/result.hpp"
#include "core/base/time.hpp"

namespace bank::access {

class LoginThrottle {
public:
    // A try in flight; undecided, it counts for nothing.
    class Attempt {
    public:
        void succeed();
        void fail();

    private:
        friend class LoginThrottle;
        using Penalty = access::Penalties::Attempt;
        Attempt(LoginThrottle& throttle, std::string pair, Penalty by_pair, Penalty by_source,
                std::optional<Penalty> by_user)
            : throttle_(throttle),
              pair_(std::move(pair)),
              by_pair_(std::move(by_pair)),
              by_source_(std::move(by_source)),
              by_user_(std::move(by_user)) {}

        LoginThrottle& throttle_;
        std::string pair_;
        Penalty by_pair_;
        Penalty by_source_;
        std::optional<Penalty> by_user_;
    };

    // `clock` must outlive it.
    explicit LoginThrottle(Clock const& clock);

    // login_throttled, with retry_after_s.
    [[nodiscard]] Result<Attempt> begin(std::string const& source_ip, std::string const& user_name);

private:
    [[nodiscard]] bool is_familiar(std::string const& pair);

    Clock const& clock_;
    access::Penalties by_pair_;
    access::Penalties by_source_;
    access::Penalties by_user_;
    std::mutex mutex_;
    std::unordered_set<std::string> familiar_;  // Guarded by mutex_.
};

}  // namespace bank::access
