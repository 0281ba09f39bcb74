// The lanes: threads that group waiting transfers, so that one database transaction makes many of
// them durable.
//
// Threads: submit() and statistics() from any thread; stop() from one. An idle lane takes all
// waiting transfers at once, up to a bound. There is no timer: a single transfer takes one commit's
// time, and batches grow with load. With two lanes one computes while another commits.
#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "core/api/transfers.hpp"
#include "core/base/result.hpp"
#include "core/ledger/lane_store.hpp"
#include "core/ledger/posting_meters.hpp"
#include "core/ledger/transfer_order.hpp"

namespace bank::ledger {

class PostingLanes {
public:
    struct Limits {
        std::size_t queue_max = 8192;  // Waiting orders; submit() rejects more.
        std::size_t batch_max = 512;   // Orders per database transaction.
    };
    struct Statistics {
        std::uint64_t posted = 0;
        std::uint64_t refused = 0;
        std::uint64_t batches = 0;
        std::uint64_t queue_depth = 0;  // Now.
        std::uint64_t queue_limit = 0;
        std::uint64_t lanes = 0;
        std::uint64_t lanes_busy = 0;  // Now.
    };
    using Reply = std::function<void(Result<std::vector<api::Transfer>>)>;
    // Called on a lane's thread when SQL or an invariant rejected the engine's decision.
    using Alarm = std::function<void(TransferOrder const&, Error const&)>;

    // One lane per store; the threads start at once.
    PostingLanes(std::vector<std::unique_ptr<LaneStore>> stores, Limits limits, Alarm alarm);
    ~PostingLanes();

    // Queues one order, or a group that is posted completely or not at all: its orders share a
    // non-zero `group`. `reply` runs exactly once: on a lane's thread, after the outcome is
    // durable, with the transfers, stored or replayed, or with an Error, where nothing was stored
    // unless it is outcome_unknown; or before the function returns, with overloaded or
    // shutting_down, where nothing was queued. The error of a group is that of its first order that
    // was not decided.
    // Precondition: 1..bounds::linked_transfers_max orders.
    void submit(std::vector<TransferOrder> orders, Reply reply);

    // Rejects new orders, posts the waiting ones, joins the threads. Idempotent.
    void stop();

    [[nodiscard]] Statistics statistics() const;
    [[nodiscard]] PostingMeters const& meters() const noexcept;

    // How long the slowest busy lane has been stalled; 0 if no lane is busy.
    [[nodiscard]] std::chrono::milliseconds silence() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace bank::ledger
