// Reports this front end's metrics to the core once a second.
//
// Owner: the host of a plugin. Runs on a thread of its own between start() and stop().
#pragma once
#include <functional>
#include <vector>

#include "core/api/metrics.hpp"
#include "core/base/periodic.hpp"
#include "core/operations/bank_api.hpp"

namespace bank::daemon {

class MetricsReporter {
public:
    using Collect = std::function<std::vector<api::MetricFamily>()>;

    // `bank` must outlive it. Ignores failures while the core is unavailable.
    MetricsReporter(operations::BankApi& bank, Collect collect);

    void start() { worker_.start(); }
    void stop() { worker_.stop(); }

private:
    operations::BankApi& bank_;
    Collect collect_;
    Periodic worker_;
};

}  // namespace bank::daemon
