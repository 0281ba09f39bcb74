// What the kernel knows of this process.
#pragma once
#include "core/metrics/collection.hpp"

namespace bank::metrics {

// Reads /proc and asks the kernel: for the time of a look, not for the hot path.
void add_process(Collection& collection, Process process);

}  // namespace bank::metrics
