// Counts latencies in buckets that are at most 1.6 % wide, so that recording one takes a few
// nanoseconds and percentiles need no list of all values.
//
// Threads: one at a time.
#pragma once
#include <array>
#include <bit>
#include <cstdint>

namespace bank::bench {

class Latencies {
public:
    void record(std::uint64_t microseconds) noexcept {
        ++counts_[bucket_of(microseconds)];
        ++count_;
    }

    void add(Latencies const& other) noexcept {
        for (std::size_t i = 0; i < counts_.size(); ++i) counts_[i] += other.counts_[i];
        count_ += other.count_;
    }

    void clear() noexcept { *this = Latencies(); }

    [[nodiscard]] std::uint64_t count() const noexcept { return count_; }

    // The latency that a share of all (such as 0.99) did not exceed; 0 if there is none.
    [[nodiscard]] std::uint64_t percentile(double share) const noexcept {
        auto const wanted = static_cast<std::uint64_t>(share * static_cast<double>(count_));
        std::uint64_t seen = 0;
        for (std::size_t i = 0; i < counts_.size(); ++i) {
            seen += counts_[i];
            if (seen > wanted) return middle_of(i);
        }
        return 0;
    }

private:
    static constexpr std::uint64_t steps = 64;  // In each power of two.
    static constexpr int step_bits = 6;

    static std::size_t bucket_of(std::uint64_t us) noexcept {
        if (us < steps) return us;
        auto const shift = std::bit_width(us) - step_bits - 1;
        auto const bucket =
            (static_cast<std::uint64_t>(shift) + 1) * steps + ((us >> shift) - steps);
        return bucket < bucket_count ? bucket : bucket_count - 1;
    }

    static std::uint64_t middle_of(std::size_t bucket) noexcept {
        if (bucket < 2 * steps) return bucket;
        auto const shift = bucket / steps - 1;
        return ((bucket % steps + steps) << shift) + ((std::uint64_t{1} << shift) >> 1);
    }

    static constexpr std::size_t bucket_count = 34 * steps;  // Up to two hours.
    std::array<std::uint64_t, bucket_count> counts_{};
    std::uint64_t count_ = 0;
};

}  // namespace bank::bench
