// The bank's keys on disk.
//
// A key is looked for among the service manager's credentials first, then in the directory of
// [keys]. A file there that anyone but its owner may read is no secret, and is refused.
#pragma once
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/audit/note.hpp"
#include "core/base/result.hpp"
#include "core/service/bank.hpp"
#include "daemon/config.hpp"
#include "daemon/report.hpp"

namespace bank::daemon {

inline constexpr auto pepper_file = "pepper.key";
inline constexpr auto token_key_file = "token.pem";
// Signs checkpoints; during a change of keys the next one signs beside it.
inline constexpr auto audit_key_file = "audit.pem";
inline constexpr auto next_audit_key_file = "audit-next.pem";
inline constexpr auto tls_certificate_file = "tls-certificate.pem";
inline constexpr auto tls_key_file = "tls-key.pem";

struct KeyPlaces {
    std::string directory;              // [keys] directory.
    std::string credentials_directory;  // Empty: none.
};

// Whether the package's service keeps the key `name` of `places` as a credential that only systemd
// can decrypt, and this process is not that service.
[[nodiscard]] bool is_encrypted_credential(KeyPlaces const& places, std::string const& name);

// $CREDENTIALS_DIRECTORY, or empty.
[[nodiscard]] std::string credentials_directory();

// Errors, with one sentence for an administrator: invalid_field; permission_denied if this process
// may not read a key.
[[nodiscard]] Result<service::Keys> read_keys(KeyPlaces const& places);

// One signer, or during a change of keys two, in the name of the log. Errors as read_keys().
[[nodiscard]] Result<std::vector<audit::NoteSigner>> read_audit_keys(KeyPlaces const& places,
                                                                     std::string const& origin);

// Reports each key that the core could not read at a start, as a mistake of `origin`; as a warning
// if only this process may not look, as at a credential that systemd decrypts for the unit alone. A
// directory that is not there is one mistake.
void check_keys(KeyPlaces const& places, Origin const& origin, Report& report);
// The same of those that `config` names, unless `report` has [keys] in doubt.
void check_keys_of(Config const& config, Report& report);

// Makes what is missing in `directory`, and the directory. What exists is never touched. `made`
// hears the path of each file after it is on disk. Error: internal_error with one sentence.
[[nodiscard]] Status make_keys(std::string const& directory,
                               std::function<void(std::string const& path)> const& made);

}  // namespace bank::daemon
