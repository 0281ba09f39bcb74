// The output of a load generator for tests/bench/run.
//
// On standard output "begin" and "end" mark the measured window, so that the reader can sample the
// machine during it; the last line is a JSON object:
//
//     {"posted": N, "seconds": S,                        in the window
//      "p50_us": N, "p99_us": N, "p999_us": N,
//      "posted_in_all": N, "refused": N, "failed": N,    with what was before and after it
//      "failure": "word"}
#pragma once
#include <cstdint>
#include <string>

#include "tests/bench/latencies.hpp"

namespace bank::bench {

struct Outcome {
    Latencies latencies;  // Of transactions posted in the window.
    std::uint64_t refused = 0;
    std::uint64_t failed = 0;
    std::uint64_t posted_in_all = 0;
    double seconds = 0;
    std::string failure;  // The last error code, for people.

    void add(Outcome const& other);
};

// Each writes one line and flushes it.
void say_begin();
void say_end();
void say(Outcome const& outcome);

}  // namespace bank::bench
