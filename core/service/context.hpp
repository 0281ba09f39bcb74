// What the use cases share: the stores, the proofs, the budgets. One per Bank, which owns them.
#pragma once
#include "core/auth/authenticator.hpp"
#include "core/auth/hash_gate.hpp"
#include "core/base/live.hpp"
#include "core/base/time.hpp"
#include "core/crypto/secret_hash.hpp"
#include "core/jobs/runner.hpp"
#include "core/service/bank.hpp"
#include "core/service/guard.hpp"
#include "core/service/log_proof.hpp"
#include "core/service/meters.hpp"
#include "core/service/refusal_log.hpp"

namespace bank::service {

struct Context {
    Live<Settings> settings;
    Stores stores;
    Clock const& clock;
    auth::Authenticator& authenticator;
    crypto::SecretHasher const& hasher;
    auth::HashGate& hash_gate;
    Guard& guard;
    RefusalLog& refusals;
    Meters& meters;
    jobs::Runner const& jobs;
    CheckpointRequest request_checkpoint;
};

}  // namespace bank::service
