// Numbers audit records, appends them to the Merkle tree and signs checkpoints of it.
//
// Any number of daemons may run one on a database: one of them seals, the others stand by and take
// over if it fails. Records are sealed in the order of their transactions, after all of these have
// ended, so the numbers have no gaps and the order is final.
//
// Threads: one of its own between start() and stop(); lag(), ahead(), is_sealing(),
// has_alarm(), look_again() and request_checkpoint() from any; check() and step() from one, while
// the thread does not run.
#pragma once
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "core/audit/log_check.hpp"
#include "core/audit/note.hpp"
#include "core/audit/record_keys.hpp"
#include "core/audit/seal_store.hpp"
#include "core/base/periodic.hpp"
#include "core/base/time.hpp"

namespace bank::audit {

struct SealerSettings {
    std::string origin;                                  // The log's name, in every checkpoint.
    std::chrono::milliseconds interval{100};             // Between two rounds.
    std::chrono::milliseconds checkpoint_every{10'000};  // If the tree has grown.
    std::uint32_t seal_max = 4096;                       // Records per seal.
    std::chrono::milliseconds early_every{1000};         // Between requested checkpoints.
};

// A transaction whose records have no MAC of the bank that fits them.
struct RecordsAlarm {
    std::uint64_t xid = 0;
    Hash digest{};                     // SHA-256 of the leaves.
    std::vector<WrittenLine> records;  // The first ones; empty: they were removed.
    std::string sentence;
};

class Sealer {
public:
    struct Hooks {
        // Publishes a signed checkpoint outside the database. Must not block for long.
        std::function<void(std::string const& note)> publish;
        // The log contradicts its signed checkpoints, as `sentence` explains. The process must
        // stop.
        std::function<void(std::string const& sentence)> refuse;
        // Records that come next were not written by the bank, or not so. Called on the sealer's
        // thread, for each transaction and each change of its records until it succeeds, and again
        // after look_again().
        std::function<Status(RecordsAlarm const&)> alarm;
        // Whether the core wrote the row. None: no row is believed.
        std::function<bool(LostCheckpoint const&)> is_own;
    };

    enum class Step : std::uint8_t {
        idle,      // Nothing is left to seal.
        more,      // There may be more.
        standing,  // Another daemon seals, or MACs have not begun.
        away,      // The database is unavailable.
        refused,   // The log contradicts its checkpoints.
        halted,    // Nothing more is sealed: see has_alarm().
    };

    // `store`, `clock` and `verifier` must outlive it. `signers`: at least one, the first of which
    // is the log's key; two during a key rotation. `evidence`: signed checkpoints kept outside the
    // database.
    Sealer(SealStore& store, Clock const& clock, RecordVerifier const& verifier,
           std::vector<NoteSigner> signers, SealerSettings settings, Hooks hooks,
           std::vector<std::string> evidence = {});

    // Checks the tree against its last checkpoint and the evidence. Errors: those of the store;
    // internal_error with one sentence on a mismatch.
    [[nodiscard]] Status check();

    Step step();
    void start() { worker_.start(); }
    // Seals and signs the remaining records. Idempotent.
    void stop() { worker_.stop(); }

    // Age of the oldest unsealed record, measured every second. The age of a stale measurement is
    // added to it.
    [[nodiscard]] std::chrono::milliseconds lag() const;
    // How far the latest transfer seen so far is dated ahead of the database's clock, as last
    // measured.
    [[nodiscard]] std::chrono::milliseconds ahead() const noexcept {
        return std::chrono::milliseconds{ahead_ms_};
    }
    [[nodiscard]] bool is_sealing() const noexcept { return is_sealing_; }
    // Whether records wait that the bank did not write. They and all later ones are not sealed.
    [[nodiscard]] bool has_alarm() const noexcept { return has_alarm_; }
    // Makes the next step verify the pending records again, as needed after a decision on an alarm.
    void look_again() {
        looks_again_ = true;
        worker_.wake();
    }

    // Requests a checkpoint of the records up to `covering` ahead of schedule, signed by this
    // daemon or by the one that seals. Signs at most one every `early_every`, regardless of the
    // number of requests. Does not block. False: do not expect one soon, because records or
    // requests have been waiting for seconds.
    [[nodiscard]] bool request_checkpoint(Position covering);
    // Checkpoints signed early because of a request.
    [[nodiscard]] std::uint64_t early_checkpoints() const noexcept { return early_checkpoints_; }

private:
    using Steady = std::chrono::steady_clock;

    // Requested records that no checkpoint covers yet.
    struct Requested {
        Position first;
        Position last;
        Steady::time_point since;
    };

    // The first record without a number, and when it became the first.
    struct Waiting {
        Position position;
        Steady::time_point since;
    };

    // Unsealed records in order, of which the first `count` may be sealed.
    struct Next {
        std::vector<UnsealedLeaf> leaves;
        std::size_t count = 0;
        bool is_cut = false;  // There may be more.
    };

    Status check_note(std::string const& note, SealedTo const& to);
    Status begin();
    Status watch();
    Result<Next> next();
    Status verify(Next& next);
    Status end_alarm();
    Status raise_alarm(std::uint64_t xid, BytesView leaves);
    Status report_alarm();
    Status seal_next(Next const& next);
    Status sign_if_due();
    Status sign();
    Steady::duration add_request(Position covering);
    [[nodiscard]] bool is_requested();
    void settle_requests();
    Status pass_requests();
    Step away(Error const& error);
    [[nodiscard]] std::chrono::milliseconds wait_of(std::optional<UnsealedRecord> const& oldest,
                                                    Steady::time_point now);
    void measure();
    void measure_clock();
    [[nodiscard]] Periodic::Pause round();
    void finish();

    SealStore& store_;
    Clock const& clock_;
    RecordVerifier const& verifier_;
    std::vector<NoteSigner> signers_;
    LogIdentity identity_;
    SealerSettings settings_;
    Hooks hooks_;
    std::vector<std::string> evidence_;

    std::optional<TileEdge> edge_;  // nullopt: not the sealer, or possibly stale.
    Position last_;
    std::uint64_t signed_size_ = 0;
    Steady::time_point signed_at_{};
    bool is_away_ = false;  // Logged once.
    bool is_late_ = false;  // Likewise.
    bool is_ahead_ = false;
    Timestamp latest_;  // Maximum so far: newer transfers of other accounts may be dated earlier.
    std::atomic<std::int64_t> ahead_ms_{0};
    bool is_checked_ = false;
    std::atomic<bool> is_sealing_{false};
    std::optional<RecordsAlarm> alarmed_;
    bool is_reported_ = true;  // alarmed_.
    std::atomic<bool> has_alarm_{false};
    std::atomic<bool> looks_again_{false};
    std::optional<Steady::time_point> passed_at_;
    std::atomic<std::uint64_t> early_checkpoints_{0};
    std::optional<Waiting> waiting_;
    std::atomic<std::int64_t> lag_ms_{0};
    std::atomic<Steady::rep> measured_at_{0};

    std::mutex mutex_;
    std::optional<Requested> requested_;
    bool is_refused_ = false;
    Periodic worker_;
};

}  // namespace bank::audit
