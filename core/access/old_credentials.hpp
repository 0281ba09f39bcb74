// Binds the credentials of a database of an earlier version to their owners, before the first
// request: from then on, a hash record or role that was copied from another row opens nothing.
#pragma once
#include "core/access/bindings.hpp"
#include "core/access/user_store.hpp"
#include "core/audit/restore_store.hpp"
#include "core/base/result.hpp"
#include "core/crypto/secret_hash.hpp"

namespace bank::access {

// Nothing to do if the database has a bound credential. Errors: those of the store.
[[nodiscard]] Status bind_old_credentials(UserStore& users, crypto::SecretHasher const& hasher,
                                          Bindings const& bindings, Source const& source);

// Likewise the rows by which the log is checked. Before the credentials: once one of those is
// bound, nothing is to do.
[[nodiscard]] Status bind_old_evidence(audit::RestoreStore& restores, Bindings const& bindings,
                                       Source const& source);

}  // namespace bank::access
