// Tells the core once a second what this front end has counted.
//
// Owner: the host of a plugin. Runs on a thread of its own between start() and stop().
#pragma once
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "core/api/bank_api.hpp"

namespace bank::daemon {

class MetricsReporter {
public:
    using Collect = std::function<std::vector<api::MetricFamily>()>;

    // `bank` must outlive it. While the core is away there is nobody to tell, and it goes on.
    MetricsReporter(api::BankApi& bank, Collect collect)
        : bank_(bank), collect_(std::move(collect)) {}
    ~MetricsReporter() { stop(); }
    MetricsReporter(MetricsReporter const&) = delete;
    MetricsReporter& operator=(MetricsReporter const&) = delete;

    void start();
    void stop();

private:
    void report();

    api::BankApi& bank_;
    Collect collect_;
    std::mutex mutex_;
    std::condition_variable wake_;
    bool is_stopping_ = false;  // Guarded by mutex_.
    std::thread thread_;
};

}  // namespace bank::daemon
