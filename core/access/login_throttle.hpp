// Slows down the guessing of passwords, in layers:
//   user and source   a few tries, then delays that grow to a quarter of an hour;
//   source            many users tried from one place;
//   wider networks    the same of a /56 and a /48, with more tries and shorter delays;
//   user              one user tried from many places: delays of half a minute at most.
// The tries that the last two leave are shared among those who ask (see FairTurns). A source from
// which the user signed in before is subject to the first two alone, a device that is known by its
// token to the first alone, with a count of its own (see known_devices.hpp). So nobody can keep a
// user out who has signed in before, and strangers get their share.
//
// Bounds, however many guess at one user: 150 tries in an hour by strangers, and 20 from each
// known device and source; a user has at most 8 of each.
//
// An unknown user is treated alike, look-ups of devices included. Threads: any. Bounded. The delays
// are in memory: a restart forgives. Known devices are in the database.
#pragma once
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/access/fair_turns.hpp"
#include "core/access/known_devices.hpp"
#include "core/access/penalties.hpp"
#include "core/base/result.hpp"
#include "core/base/time.hpp"

namespace bank::access {

class LoginThrottle {
public:
    struct Login {
        std::string source_ip;
        std::string user_name;  // In lower case.
        // Of the device, as the bank made it; empty if it has none yet. None: the client keeps
        // none.
        std::optional<Secret> device_token;
    };

    // To be kept by the client and by the database once the login has succeeded.
    struct Familiarity {
        Secret device_token;  // Empty: the client keeps none.
        DeviceTags tags;
    };

    // A try in flight; undecided, it counts for nothing.
    class Attempt {
    public:
        [[nodiscard]] Familiarity succeed();
        void fail();

    private:
        friend class LoginThrottle;
        Attempt(LoginThrottle& throttle, Login login)
            : throttle_(throttle), login_(std::move(login)) {}

        LoginThrottle& throttle_;
        Login login_;
        DeviceTags tags_;
        std::optional<Penalties::Attempt> own_;   // Cleared by a success.
        std::vector<Penalties::Attempt> shared_;  // A success says nothing about the others.
    };

    // `turns`: random. The references must outlive it.
    LoginThrottle(Clock const& clock, KnownDeviceStore& known, DeviceMarks const& marks,
                  FairTurns::Key const& turns);

    // login_throttled, with retry_after_s; storage_unavailable.
    [[nodiscard]] Result<Attempt> begin(Login login);

private:
    [[nodiscard]] Status admit_stranger(Attempt& attempt, std::vector<std::string> const& networks,
                                        Instant now);

    Clock const& clock_;
    KnownDeviceStore& known_;
    DeviceMarks const& marks_;
    FairTurns turns_;
    Penalties by_pair_;
    Penalties by_source_;
    Penalties by_home_;
    Penalties by_site_;
    Penalties by_user_;
};

}  // namespace bank::access
