// What the lanes count.
#pragma once
#include "core/metrics/cells.hpp"

namespace bank::ledger {

struct PostingMeters {
    // What was decided, by kind and outcome, but for what was answered again.
    metrics::PairCounters<metrics::kinds_count, metrics::outcomes_count> transfers;
    metrics::Counter replays;
    metrics::BatchSizes batch_sizes;  // Of the transactions that were committed.
    metrics::Latencies batch_times;   // Of a lane's work at one batch.
    metrics::Counter splits;
    metrics::Counter turned_away;  // Because the queue was full.
};

}  // namespace bank::ledger
