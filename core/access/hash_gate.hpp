// Limits the load of password hashing: bounded concurrency, a bounded queue, immediate rejection
// beyond it. Hashing itself runs on the caller's thread.
//
// Threads: any.
#pragma once
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>

#include "core/base/result.hpp"

namespace bank::access {

class HashGate {
public:
    struct Limits {
        std::uint32_t running_max = 2;
        std::uint32_t waiting_max = 64;
    };
    // Held while hashing; the gate must outlive it.
    class Permit {
    public:
        explicit Permit(HashGate& gate) : gate_(&gate) {}
        Permit(Permit&& other) noexcept : gate_(other.gate_) { other.gate_ = nullptr; }
        Permit& operator=(Permit&&) = delete;
        ~Permit() {
            if (gate_ != nullptr) gate_->leave();
        }

    private:
        HashGate* gate_;
    };

    explicit HashGate(Limits limits) : limits_(limits) {}

    // Waits for a slot. overloaded: the queue is full.
    [[nodiscard]] Result<Permit> enter();
    // Requests turned away since the start because the queue was full.
    [[nodiscard]] std::uint64_t refused() const noexcept { return refused_; }

private:
    void leave();

    Limits const limits_;
    std::mutex mutex_;
    std::condition_variable place_;
    std::uint32_t running_ = 0;  // Guarded by mutex_, as the next.
    std::uint32_t waiting_ = 0;
    std::atomic<std::uint64_t> refused_{0};
};

}  // namespace bank::access
