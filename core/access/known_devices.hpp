// Devices and networks with which a user has signed in before. Being known gives a place in the
// queue of a user who is being guessed at, and nothing else: the password is verified as always.
//
// The database keeps tags, not tokens or addresses: MACs of the user's name with the device's id or
// the network, under a key of the core. A row that was made without the key matches nothing, nor
// does one that was copied to another user.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.hpp"
#include "core/base/secret.hpp"

namespace bank::access {

using DeviceTag = std::array<std::uint8_t, 32>;

// Of one login.
struct DeviceTags {
    std::optional<DeviceTag> device;  // None: the client keeps no token.
    std::optional<DeviceTag> source;  // None: the address is unknown.
};

// Threads: any.
class KnownDeviceStore {
public:
    struct Known {
        bool device = false;
        bool source = false;
    };

    virtual ~KnownDeviceStore() = default;
    // storage_unavailable. UserStore::open_session() adds the tags of its login.
    virtual Result<Known> find_known(DeviceTags const& tags) = 0;
};

// Makes tokens and tags. User names are in lower case.
//
// Threads: any.
class DeviceMarks {
public:
    // All daemons of a database share `key`. If it changes, nobody is known.
    explicit DeviceMarks(Secret key) : key_(std::move(key)) {}

    // A token for a new device of the user.
    [[nodiscard]] Secret make_token(std::string_view user_name) const;
    // None unless the token was made for this user with this key.
    [[nodiscard]] std::optional<DeviceTag> device_tag(std::string_view user_name,
                                                      Secret const& token) const;
    // `network`: of source_networks().
    [[nodiscard]] DeviceTag source_tag(std::string_view user_name, std::string_view network) const;

private:
    [[nodiscard]] DeviceTag mac(std::string_view purpose, std::string_view what,
                                std::string_view user_name) const;

    Secret key_;
};

}  // namespace bank::access
