#include "core/metrics/process_metrics.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>

namespace bank::metrics {
namespace {

using std::chrono::nanoseconds;

std::chrono::nanoseconds since_1970() {
    return std::chrono::system_clock::now().time_since_epoch();
}

// Close enough to the start of the process: libraries are loaded before main().
nanoseconds const started_at = since_1970();

nanoseconds time_of(timeval const& time) {
    return std::chrono::seconds{time.tv_sec} + std::chrono::microseconds{time.tv_usec};
}

nanoseconds cpu_time() {
    rusage usage{};
    if (::getrusage(RUSAGE_SELF, &usage) != 0) return {};
    return time_of(usage.ru_utime) + time_of(usage.ru_stime);
}

std::uint64_t resident_bytes() {
    std::ifstream file("/proc/self/statm");
    std::uint64_t size = 0;
    std::uint64_t resident = 0;
    file >> size >> resident;
    return file ? resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE)) : 0;
}

std::uint64_t open_descriptors() {
    std::error_code error;
    std::uint64_t count = 0;
    for (std::filesystem::directory_iterator at("/proc/self/fd", error), end; !error && at != end;
         at.increment(error)) {
        ++count;
    }
    return count == 0 ? 0 : count - 1;  // Without the descriptor of this directory.
}

std::uint64_t descriptors_limit() {
    rlimit limit{};
    return ::getrlimit(RLIMIT_NOFILE, &limit) == 0 ? std::uint64_t{limit.rlim_cur} : 0;
}

std::uint64_t number(nanoseconds time) {
    return static_cast<std::uint64_t>(time.count());
}

}  // namespace

void add_process(Collection& collection, Process process) {
    auto const place = static_cast<std::uint16_t>(process);
    collection.add_at(Metric::process_start_time_seconds, place, number(started_at));
    collection.add_at(Metric::process_cpu_seconds_total, place, number(cpu_time()));
    collection.add_at(Metric::process_resident_memory_bytes, place, resident_bytes());
    collection.add_at(Metric::process_open_descriptors, place, open_descriptors());
    collection.add_at(Metric::process_descriptors_limit, place, descriptors_limit());
}

}  // namespace bank::metrics
