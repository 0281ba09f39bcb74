#include "core/operations/bank_api.hpp"

#include <condition_variable>
#include <mutex>

namespace bank::operations {
namespace {

// Waits for the one reply of a call.
class Waiter {
public:
    void settle() {
        // Notified under the lock: the waiting thread destroys this next.
        std::lock_guard const lock(mutex_);
        is_settled_ = true;
        settled_.notify_one();
    }
    void wait() {
        std::unique_lock lock(mutex_);
        settled_.wait(lock, [&] { return is_settled_; });
    }

private:
    std::mutex mutex_;
    std::condition_variable settled_;
    bool is_settled_ = false;
};

}  // namespace

Outcome BankApi::ask(Operation const& operation, api::Caller const& caller, void* input,
                     api::ExportSink const* sink) {
    Outcome outcome;
    Waiter waiter;
    call(operation, caller, input, sink, [&](Answer const& answer) {
        outcome.rate = answer.rate;
        if (answer.error != nullptr) {
            outcome.error = *answer.error;
        } else {
            outcome.output = operation.take_output(answer.output);
        }
        waiter.settle();
    });
    waiter.wait();
    return outcome;
}

}  // namespace bank::operations
