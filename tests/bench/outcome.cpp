#include "tests/bench/outcome.hpp"

#include <fmt/format.h>

#include <cstdio>

namespace bank::bench {
namespace {

void line(std::string const& text) {
    std::fputs((text + "\n").c_str(), stdout);
    std::fflush(stdout);
}

}  // namespace

void Outcome::add(Outcome const& other) {
    latencies.add(other.latencies);
    refused += other.refused;
    failed += other.failed;
    posted_in_all += other.posted_in_all;
    if (!other.failure.empty()) failure = other.failure;
}

void say_begin() {
    line("begin");
}

void say_end() {
    line("end");
}

void say(Outcome const& outcome) {
    auto const& l = outcome.latencies;
    line(fmt::format(
        R"({{"posted":{},"refused":{},"failed":{},"posted_in_all":{},"seconds":{:.6f},)"
        R"("p50_us":{},"p99_us":{},"p999_us":{},"failure":"{}"}})",
        l.count(), outcome.refused, outcome.failed, outcome.posted_in_all, outcome.seconds,
        l.percentile(0.50), l.percentile(0.99), l.percentile(0.999), outcome.failure));
}

}  // namespace bank::bench
