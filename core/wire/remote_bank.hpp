// BankApi at the other end of the core's socket.
//
// Many threads share one pipelined connection; an export has one of its own, so that its pace holds
// up nobody. While the core is away calls wait for it, but none for longer than `patience` after it
// went; then they fail at once with storage_unavailable. A call that was sent and whose answer is
// lost fails with outcome_unknown if it may have changed something.
//
// Threads: every function from any, but start() and stop(): from one. Replies run on the thread of
// the connection, or on the caller's.
#pragma once
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "core/operations/bank_api.hpp"

namespace bank::wire {

class RemoteBank final : public operations::BankApi {
public:
    struct Settings {
        std::string socket;  // Path.
        api::FrontEnd front_end = api::FrontEnd::rest;
        std::string version;
        std::chrono::milliseconds patience{2000};
        std::chrono::milliseconds call_max{60'000};  // An answer that takes longer is lost.
        std::size_t calls_max = 4096;                // That wait; beyond, calls are overloaded.
    };

    // `say` hears one sentence whenever the connection comes or goes.
    RemoteBank(Settings settings, std::function<void(std::string const& sentence)> say);
    ~RemoteBank() override;

    void start();
    // What waits fails with shutting_down. Idempotent.
    void stop();

    [[nodiscard]] bool is_connected() const;
    // For how long the connection's thread has given no sign of life.
    [[nodiscard]] std::chrono::milliseconds silence() const;

    void call(operations::Operation const& operation, api::Caller const& caller, void* input,
              api::ExportSink const* sink, Reply reply) override;
    api::Readiness readiness() override;

private:
    class Link;
    std::unique_ptr<Link> link_;
};

}  // namespace bank::wire
