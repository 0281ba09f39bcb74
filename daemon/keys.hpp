// The bank's keys on disk.
//
// A key is searched among the service manager's credentials first, then in the directory of [keys].
// A file there that others than its owner can read is not a secret, and is rejected.
#pragma once
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/audit/note.hpp"
#include "core/audit/record_keys.hpp"
#include "core/base/result.hpp"
#include "core/service/bank.hpp"
#include "daemon/config/config.hpp"
#include "daemon/config/report.hpp"
#include "daemon/os/credentials.hpp"

namespace bank::daemon {

inline constexpr auto pepper_file = "pepper.key";
// MACs audit records; a second line is the previous key, which only verifies.
inline constexpr auto record_key_file = "record.key";
inline constexpr auto token_key_file = "token.pem";
// Signs checkpoints; during a key rotation the next key signs too.
inline constexpr auto audit_key_file = "audit.pem";
inline constexpr auto next_audit_key_file = "audit-next.pem";
inline constexpr auto tls_certificate_file = "tls-certificate.pem";
inline constexpr auto tls_key_file = "tls-key.pem";

// Errors, with one sentence for an administrator: invalid_field; permission_denied if this process
// cannot read a key.
[[nodiscard]] Result<service::Keys> read_keys(KeyPlaces const& places);

// One signer, or two during a key rotation, with the log's name. Errors: those of read_keys().
[[nodiscard]] Result<std::vector<audit::NoteSigner>> read_audit_keys(KeyPlaces const& places,
                                                                     std::string const& origin);

// Errors: those of read_keys().
[[nodiscard]] Result<audit::RecordKeys> read_record_keys(KeyPlaces const& places);

// Reports each key that the core could not read at start, as a mistake at `place`; as a warning if
// only this process lacks access, for example to a credential that systemd decrypts only for the
// unit. A missing directory is one mistake.
void check_keys(KeyPlaces const& places, Place const& place, Report& report);
// The same for the keys of `config`, unless `report` has [keys] as doubted.
void check_keys_of(Config const& config, Report& report);

// Creates missing keys in `directory`, and the directory. Never changes existing files. Calls
// `made` with the path of each file once it is on disk. Error: internal_error with one sentence.
[[nodiscard]] Status make_keys(std::string const& directory,
                               std::function<void(std::string const& path)> const& made);

}  // namespace bank::daemon
