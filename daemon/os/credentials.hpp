// The credentials that the service manager hands to this process.
#pragma once
#include <string>

namespace bank::daemon {

struct KeyPlaces {
    std::string directory;              // [keys] directory.
    std::string credentials_directory;  // Empty: none.
};

// Whether the key `name` of `places` is a credential of the package's service that only systemd can
// decrypt, and this process is not that service.
[[nodiscard]] bool is_encrypted_credential(KeyPlaces const& places, std::string const& name);

// $CREDENTIALS_DIRECTORY, or empty.
[[nodiscard]] std::string credentials_directory();

}  // namespace bank::daemon
