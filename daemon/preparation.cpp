#include "daemon/preparation.hpp"

#include <optional>

#include "core/access/old_credentials.hpp"
#include "core/audit/record_mac_start.hpp"
#include "core/audit/restore_check.hpp"
#include "core/base/log.hpp"
#include "core/base/uuid.hpp"
#include "core/money/currency.hpp"

namespace bank::daemon {
namespace {
constexpr auto category = "daemon";
}  // namespace

access::Source Preparation::source() const {
    access::Source source;
    source.request_id = new_uuid(parts_.clock.now());
    return source;
}

// The marks of an earlier version come first: what is written before them would be older than they
// are.
Status Preparation::run(Config const& config) {
    if (auto admitted = admit_restored(); !admitted) return admitted;
    if (auto bound = bind_old_credentials(); !bound) return bound;
    auto begun = audit::begin_record_macs(
        parts_.database.record_macs(), parts_.record_keys, source(),
        parts_.alarms.have_macs_begun() ? audit::Pending::refused : audit::Pending::accepted);
    if (!begun) return begun;
    for (auto const& code : config.list("bank", "currencies")) {
        auto kept = parts_.database.keep_currency(money::parse_currency(code).value());
        if (!kept) return kept;
    }
    return keep_customer_cash(config.boolean("bank", "customer_cash"));
}

// A restored database may serve only if its audit log matches the signed checkpoints.
Status Preparation::admit_restored() {
    auto const restore = parts_.database.restores().open_restore();
    if (!restore) return restore.error();
    if (!*restore) return Done{};
    auto const kept = parts_.publisher.kept();
    auto const store = parts_.database.make_seal_store();
    auto const checked =
        audit::check_restore(*store, parts_.identity, **restore,
                             kept.empty() ? std::nullopt : std::optional{kept.front()});
    if (!checked) {
        if (checked.error().code == Code::internal_error) parts_.refuse(checked.error().detail);
        return checked.error();
    }
    std::optional<audit::RowMac> mac;
    if (auto const& lost = checked->lost_checkpoint)
        mac = parts_.bindings.of_lost_checkpoint(checked->id, *lost);
    auto finished = parts_.database.restores().finish(source(), *checked, mac);
    if (!finished) return finished;
    log::warning(category, "The restored database was compared with the newest checkpoint: {}",
                 checked->details);
    return Done{};
}

// In a log whose MACs have begun, binding was done before: the roles and hashes of now may be
// anybody's.
Status Preparation::bind_old_credentials() {
    if (parts_.alarms.have_macs_begun()) {
        auto const unbound = parts_.database.users().unbound_credentials();
        if (!unbound) return unbound.error();
        return unbound->empty() ? Status{Done{}} : parts_.recorder.refused_binding();
    }
    // The cost matters to new hashes alone.
    auto const hasher = crypto::SecretHasher::make(parts_.pepper.clone(), parts_.pepper_id,
                                                   crypto::bcrypt_cost_min);
    if (!hasher) return hasher.error();
    auto bound = access::bind_old_evidence(parts_.database.restores(), parts_.bindings, source());
    if (!bound) return bound;
    return access::bind_old_credentials(parts_.database.users(), *hasher, parts_.bindings,
                                        source());
}

Status Preparation::keep_customer_cash(bool wanted) {
    auto const is_changed = parts_.database.keep_customer_cash(wanted);
    if (!is_changed) return is_changed.error();
    if (*is_changed) {
        log::warning(category,
                     "[bank] customer_cash is now {} in the database and was {}; daemons that "
                     "share it must agree, or each changes it when it starts.",
                     wanted ? "yes" : "no", wanted ? "no" : "yes");
    }
    return Done{};
}

}  // namespace bank::daemon
