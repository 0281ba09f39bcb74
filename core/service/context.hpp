// What the use cases share: the stores, the proofs, the budgets. One per Bank, which owns them.
#pragma once
#include "core/access/authenticator.hpp"
#include "core/access/bindings.hpp"
#include "core/access/gate.hpp"
#include "core/access/hash_gate.hpp"
#include "core/access/known_devices.hpp"
#include "core/access/pin_authorizations.hpp"
#include "core/access/refusal_log.hpp"
#include "core/base/live.hpp"
#include "core/base/time.hpp"
#include "core/crypto/secret_hash.hpp"
#include "core/jobs/runner.hpp"
#include "core/service/bank.hpp"
#include "core/service/log_proof.hpp"
#include "core/service/meters.hpp"

namespace bank::service {

using access::Purpose;
using access::Request;

// Owners of secrets.
[[nodiscard]] inline crypto::SecretOwner password_of(UserId user) {
    return {crypto::Purpose::password, user.value};
}
[[nodiscard]] inline crypto::SecretOwner pin_of(AccountId account) {
    return {crypto::Purpose::pin, account.value};
}

struct Context {
    Live<Settings> settings;
    Stores stores;
    Clock const& clock;
    access::Authenticator& authenticator;
    access::DeviceMarks const& device_marks;
    crypto::SecretHasher const& hasher;
    access::Bindings const& bindings;
    access::PinAuthorizations& pin_authorizations;
    access::HashGate& hash_gate;
    access::Admission& admission;
    access::Gate& gate;
    access::RefusalLog& refusals;
    Meters& meters;
    jobs::Runner const& jobs;
    CheckpointRequest request_checkpoint;
};

}  // namespace bank::service
