// Process metrics from the kernel.
#pragma once
#include "core/metrics/collection.hpp"

namespace bank::metrics {

// Reads /proc and makes system calls: for scrapes, not for the hot path.
void add_process(Collection& collection, Process process);

}  // namespace bank::metrics
