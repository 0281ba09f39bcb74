// What is done to a database before the bank serves it: a restored one is compared with the signed
// checkpoints, one of an earlier version is bound to the keys, and the configured currencies get
// their accounts.
//
// Owner: the composition root; objects that `parts` refer to must outlive it. Threads: one.
#pragma once
#include <functional>
#include <string>

#include "core/access/bindings.hpp"
#include "core/audit/log_check.hpp"
#include "core/audit/record_keys.hpp"
#include "core/base/result.hpp"
#include "core/base/secret.hpp"
#include "core/base/time.hpp"
#include "core/postgres/database.hpp"
#include "daemon/alarm_recorder.hpp"
#include "daemon/config/config.hpp"
#include "daemon/evidence/checkpoint_publisher.hpp"

namespace bank::daemon {

class Preparation {
public:
    struct Parts {
        postgres::Database& database;
        CheckpointPublisher& publisher;
        audit::LogIdentity const& identity;
        access::Bindings const& bindings;
        audit::RecordKeys const& record_keys;
        Secret const& pepper;
        std::string const& pepper_id;
        audit::Alarms const& alarms;
        AlarmRecorder& recorder;
        Clock const& clock;
        // The log contradicts its checkpoints.
        std::function<void(std::string const& sentence)> refuse;
    };

    explicit Preparation(Parts parts) : parts_(std::move(parts)) {}

    // May be repeated after a failure.
    [[nodiscard]] Status run(Config const& config);

private:
    [[nodiscard]] access::Source source() const;
    Status admit_restored();
    Status bind_old_credentials();
    Status keep_customer_cash(bool wanted);

    Parts parts_;
};

}  // namespace bank::daemon
