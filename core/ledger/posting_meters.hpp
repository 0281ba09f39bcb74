// Metrics of the lanes.
#pragma once
#include "core/metrics/cells.hpp"

namespace bank::ledger {

struct PostingMeters {
    // Decisions by kind and outcome, without replays.
    metrics::PairCounters<metrics::kinds_count, metrics::outcomes_count> transfers;
    metrics::Counter replays;
    metrics::BatchSizes batch_sizes;  // Of committed transactions.
    metrics::Latencies batch_times;   // A lane's work on one batch.
    metrics::Counter splits;
    metrics::Counter turned_away;  // Because the queue was full.
};

}  // namespace bank::ledger
