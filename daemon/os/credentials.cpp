#include "daemon/os/credentials.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdlib>
#include <string_view>

namespace bank::daemon {
namespace {

// The key directory of bankd-keys.service, with the default [keys].
constexpr std::string_view package_directory = "/var/lib/bankd/keys";
constexpr std::string_view encrypted_credentials = "/etc/credstore.encrypted/bankd.";

}  // namespace

bool is_encrypted_credential(KeyPlaces const& places, std::string const& name) {
    if (!places.credentials_directory.empty() || places.directory != package_directory) {
        return false;
    }
    struct stat status {};
    return stat(fmt::format("{}{}", encrypted_credentials, name).c_str(), &status) == 0 ||
           errno == EACCES;
}

std::string credentials_directory() {
    char const* const directory = std::getenv("CREDENTIALS_DIRECTORY");
    return directory == nullptr ? "" : directory;
}

}  // namespace bank::daemon
