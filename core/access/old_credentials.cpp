#include "core/access/old_credentials.hpp"

#include "core/base/log.hpp"

namespace bank::access {
namespace {

std::vector<BoundCredentials::Record> bound_to(
    crypto::Purpose purpose, std::vector<UnboundCredentials::Record> const& records,
    crypto::SecretHasher const& hasher) {
    std::vector<BoundCredentials::Record> bound;
    for (auto const& [owner, record] : records) {
        auto text = hasher.bind({purpose, owner}, record);
        // Of another pepper, or no record at all: it opens nothing as it is.
        if (!text.empty()) bound.push_back({owner, std::move(text)});
    }
    return bound;
}

}  // namespace

Status bind_old_credentials(UserStore& users, crypto::SecretHasher const& hasher,
                            Bindings const& bindings, Source const& source) {
    auto const unbound = users.unbound_credentials();
    if (!unbound.ok()) return unbound.error();
    if (unbound->empty()) return Done{};
    BoundCredentials bound;
    for (auto const& [user, role] : unbound->roles)
        bound.roles.push_back({user, bindings.of_role(user, role)});
    bound.passwords = bound_to(crypto::Purpose::password, unbound->passwords, hasher);
    bound.pins = bound_to(crypto::Purpose::pin, unbound->pins, hasher);
    auto done = users.bind_credentials(source, bound);
    if (!done.ok()) return done;
    log::warning("access",
                 "The credentials of a database of an earlier version were bound to their owners: "
                 "{} roles, {} passwords, {} PINs.",
                 bound.roles.size(), bound.passwords.size(), bound.pins.size());
    return done;
}

Status bind_old_evidence(audit::RestoreStore& restores, Bindings const& bindings,
                         Source const& source) {
    auto const unbound = restores.unbound_evidence();
    if (!unbound.ok()) return unbound.error();
    if (unbound->empty()) return Done{};
    audit::BoundEvidence bound;
    for (auto const& [restore, note] : unbound->lost)
        bound.lost.push_back({restore, bindings.of_lost_checkpoint(restore, note)});
    for (auto const& reached : unbound->deliveries)
        bound.deliveries.push_back({reached, bindings.of_delivery(reached.sink, reached.next)});
    auto done = restores.bind_evidence(source, bound);
    if (!done.ok()) return done;
    log::warning("access",
                 "Rows of a database of an earlier version were bound: {} lost checkpoints, {} "
                 "copies of the audit log.",
                 bound.lost.size(), bound.deliveries.size());
    return done;
}

}  // namespace bank::access
