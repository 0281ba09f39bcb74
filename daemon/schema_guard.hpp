// Halts the bank while its database's schema is not the one that this program was built for: a
// dropped index would post a retry twice, a replaced function would hide it.
//
// Owner: the composition root; objects that `parts` refer to must outlive it. Threads: any.
#pragma once
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "core/api/system.hpp"
#include "core/audit/sealer.hpp"
#include "core/base/result.hpp"

namespace bank::daemon {

class SchemaGuard {
public:
    // Between two comparisons on an unchanged server.
    static constexpr std::chrono::minutes interval{10};

    struct Parts {
        std::function<Result<api::SchemaReport>()> attest;
        // Called when the grave differences are other than last time. If it fails, the next
        // look() calls it again, even if they are gone by then.
        std::function<Status(api::SchemaReport const&)> record;
    };

    explicit SchemaGuard(Parts parts) : parts_(std::move(parts)) {}

    // Compares if it is time to, or if `server` is not the one that was last compared. Errors:
    // those of the parts; the schema is then compared again at the next look.
    [[nodiscard]] Status look(std::string const& server);

    // Compares now.
    [[nodiscard]] Result<api::SchemaReport> check();

    // Why the bank must not change anything. bank_halted: the last comparison found a grave
    // difference, or was itself prevented; storage_unavailable: there was none yet.
    [[nodiscard]] std::optional<Code> obstacle() const noexcept;

private:
    using Steady = std::chrono::steady_clock;

    [[nodiscard]] Result<api::SchemaReport> compare();
    [[nodiscard]] Status record(api::SchemaReport const& report);

    Parts parts_;
    std::mutex mutex_;  // One comparison at a time; guards all below.
    std::string server_;
    std::optional<Steady::time_point> compared_at_;  // None: again at the next look.
    std::vector<std::string> recorded_;              // Grave objects.
    std::optional<api::SchemaReport> unrecorded_;    // The last alarm, until it is recorded.
    enum class Verdict : std::uint8_t { none, as_built, halted };
    std::atomic<Verdict> verdict_{Verdict::none};
};

// The same of records that the bank did not write: their transaction, the digest and the first of
// them.
[[nodiscard]] std::string alarm_details(audit::RecordsAlarm const& alarm);

// The grave differences of a report, for the details of a record: a JSON object with their number,
// the digest of all that were found and the first names.
[[nodiscard]] std::string alarm_details(api::SchemaReport const& report);

}  // namespace bank::daemon
