// Gives audit records their numbers, grows the tree over them and signs what it has become.
//
// Any number of daemons may run one on a database: one of them seals, the others stand by and take
// over when it is gone. Records are sealed in the order of their transactions, after all of these
// have ended, so that the numbers have no gaps and the order is final.
//
// Threads: one of its own between start() and stop(); lag(), ahead(), is_sealing() and
// request_checkpoint() from any; check() and step() from one, while the thread does not run.
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
#include "core/audit/seal_store.hpp"
#include "core/base/periodic.hpp"
#include "core/base/time.hpp"

namespace bank::audit {

struct SealerSettings {
    std::string origin;                                  // The log's name, in every checkpoint.
    std::chrono::milliseconds interval{100};             // Between two rounds.
    std::chrono::milliseconds checkpoint_every{10'000};  // If anything changed.
    std::uint32_t seal_max = 4096;                       // Records of one seal.
    std::chrono::milliseconds early_every{1000};         // Between checkpoints that are requested.
};

class Sealer {
public:
    struct Hooks {
        // Takes a signed checkpoint somewhere else. Must not wait long.
        std::function<void(std::string const& note)> publish;
        // The log is not what was signed, with one sentence: the process must not go on.
        std::function<void(std::string const& sentence)> refuse;
    };

    enum class Step : std::uint8_t {
        idle,      // Nothing is left to seal.
        more,      // There may be more.
        standing,  // Another one seals.
        away,      // The database is.
        refused,   // The log is not what was signed.
    };

    // `store` and `clock` must outlive it. At least one signer, the first of which names the log's
    // key; during a change of keys two. `evidence`: signed checkpoints that were kept elsewhere.
    Sealer(SealStore& store, Clock const& clock, std::vector<NoteSigner> signers,
           SealerSettings settings, Hooks hooks, std::vector<std::string> evidence = {});

    // Whether the tree still has what its last checkpoint and the evidence say. Errors: those of
    // the store; internal_error with one sentence if not.
    [[nodiscard]] Status check();

    Step step();
    void start() { worker_.start(); }
    // Seals what is there and signs it. Idempotent.
    void stop() { worker_.stop(); }

    // For how long the oldest record without a number has been waiting; as of the last second, and
    // longer if nothing is known since.
    [[nodiscard]] std::chrono::milliseconds lag() const;
    // By how much the latest transfer seen so far is dated ahead of the database's clock, likewise.
    [[nodiscard]] std::chrono::milliseconds ahead() const noexcept {
        return std::chrono::milliseconds{ahead_ms_};
    }
    [[nodiscard]] bool is_sealing() const noexcept { return is_sealing_; }

    // Has a checkpoint of the records up to `covering` signed before the regular one, by this
    // daemon or by the one that seals; at most one every `early_every`, however many ask. Does not
    // wait. False: none is to be expected soon, because records or requests have been waiting for
    // seconds.
    [[nodiscard]] bool request_checkpoint(Position covering);
    // How many were signed because they were requested.
    [[nodiscard]] std::uint64_t early_checkpoints() const noexcept { return early_checkpoints_; }

private:
    using Steady = std::chrono::steady_clock;

    // What no checkpoint covers yet and somebody waits for.
    struct Requested {
        Position first;
        Position last;
        Steady::time_point since;
    };

    // The first record without a number, and since when it has been that.
    struct Waiting {
        Position position;
        Steady::time_point since;
    };

    Status check_note(std::string const& note, SealedTo const& to);
    Status begin();
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
    std::vector<NoteSigner> signers_;
    LogIdentity identity_;
    SealerSettings settings_;
    Hooks hooks_;
    std::vector<std::string> evidence_;

    std::optional<TileEdge> edge_;  // Nothing: not the sealer, or not known any more.
    Position last_;
    std::uint64_t signed_size_ = 0;
    Steady::time_point signed_at_{};
    bool is_away_ = false;  // Said once in the log.
    bool is_late_ = false;  // Likewise.
    bool is_ahead_ = false;
    Timestamp latest_;  // Of the transfers seen: later ones of other accounts may be earlier.
    std::atomic<std::int64_t> ahead_ms_{0};
    bool is_checked_ = false;
    std::atomic<bool> is_sealing_{false};
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
