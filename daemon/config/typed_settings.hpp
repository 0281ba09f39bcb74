// Converts the configuration to the core's settings structs.
#pragma once
#include "core/audit/sealer.hpp"
#include "core/postgres/database.hpp"
#include "core/service/settings.hpp"
#include "daemon/config/config.hpp"
#include "daemon/evidence/checkpoint_publisher.hpp"

namespace bank::daemon {

// Precondition of all: `config` was read without mistakes.
[[nodiscard]] service::Settings service_settings(Config const& config);
[[nodiscard]] postgres::Settings database_settings(Config const& config,
                                                   audit::RecordSigner const* signer);
// Whether the database is reached over a network, which the sandbox must then allow.
[[nodiscard]] bool needs_network(Config const& config);

[[nodiscard]] audit::SealerSettings sealer_settings(Config const& config);
[[nodiscard]] CheckpointPublisher::Settings publisher_settings(Config const& config);

}  // namespace bank::daemon
