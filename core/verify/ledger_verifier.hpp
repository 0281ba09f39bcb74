// Recomputes all account balances from the transfers of a log, in one pass. Memory grows only with
// accounts and open holds.
//
// The entries of an account form a chain; transfers arrive almost in its order. An entry that
// arrives before its predecessor waits for it, for a bounded number of transfers.
//
// Threads: one at a time.
#pragma once
#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "core/audit/record.hpp"
#include "core/verify/export_line.hpp"
#include "core/verify/finding.hpp"
#include "core/verify/state_change.hpp"

namespace bank::verify {

// The ledger's part of a TransferRecord; outlives the line.
struct LedgerTransfer {
    enum class Effect : std::uint8_t { none, moves, holds, ends_hold, moves_and_ends_hold };

    Effect effect = Effect::none;
    TransferId id;
    AccountId debit;
    AccountId credit;
    std::int64_t amount = 0;
    money::Currency currency;
    TransferId origin;
    Timestamp at;
    std::optional<Timestamp> expires;     // Of a hold.
    std::optional<std::uint64_t> record;  // None: not sealed yet.

    [[nodiscard]] bool moves_money() const noexcept {
        return effect == Effect::moves || effect == Effect::moves_and_ends_hold;
    }
};

// nullopt if the action is not a transfer's.
[[nodiscard]] std::optional<LedgerTransfer> ledger_transfer(audit::TransferRecord const& record);

class LedgerVerifier {
public:
    // `findings` must outlive this.
    explicit LedgerVerifier(Findings& findings) : findings_(&findings) {}

    // Call before the first transfer if earlier balances are unknown.
    void begin_in_the_middle() noexcept { is_from_the_middle_ = true; }

    // `part`: null if not reliably known; the transfer is then assumed to be in order.
    void add(LedgerTransfer const& transfer, audit::PrivatePart const* part);
    void add_account(AccountState const& state);
    // An open hold of the export. Call after the last transfer.
    void add_open_hold(std::string_view key, StateFields const& state);
    // Call last. `is_complete`: all accounts were added; `has_open_holds`: and all open holds.
    void finish(bool is_complete, bool has_open_holds);

private:
    struct Account {
        money::Currency currency;
        bool has_entries = false;
        bool is_touched = false;  // By any transfer.
        bool is_listed = false;
        std::uint64_t last = 0;  // Its last entry; 0: none.
        std::optional<Timestamp> last_at;
        std::int64_t balance = 0;
        std::int64_t other = 0;  // The balance if the last mismatching one was right.
        std::int64_t held = 0;
        std::uint64_t first_previous = 0;  // For a log from the middle: the predecessor of
        std::int64_t first_balance = 0;    // the first entry, and the balance there.
    };
    struct Entry {
        std::uint64_t id = 0;
        std::uint64_t previous = 0;
        std::int64_t amount = 0;
        std::int64_t balance = 0;
        AccountId account;
        TransferId transfer;
        Timestamp at;
        std::optional<std::uint64_t> record;
    };
    struct Waiting {
        Entry entry;
        std::uint64_t since = 0;
    };
    struct Hold {
        AccountId account;
        std::int64_t amount = 0;
        std::optional<Timestamp> expires;
        std::optional<std::uint64_t> record;
        bool is_listed = false;
    };
    struct EarlyEnd {  // The end of a hold that has not arrived yet.
        LedgerTransfer transfer;
        std::uint64_t since = 0;
    };

    Account* find_account(AccountId id, LedgerTransfer const& transfer);
    void add_unknown_entry(Account& account, std::uint64_t id, std::int64_t amount);
    void add_entry(Account& account, Entry const& entry);
    void apply(Account& account, Entry const& entry);
    void apply_waiting(Account& account, AccountId id);
    void give_up(Entry const& entry);
    void add_hold(LedgerTransfer const& transfer);
    void end_hold(LedgerTransfer const& transfer);
    void free_hold(Hold const& hold, LedgerTransfer const& end);
    void report_hold(std::int64_t id, std::string_view field, Hold const& hold, std::string text);
    // Reports entries and ends that have waited since before `time`.
    void end_waiting(std::uint64_t time);
    void report(FindingCode code, Entry const& entry, std::string text);
    void report(FindingCode code, LedgerTransfer const& transfer, AccountId account,
                std::string text);

    Findings* findings_;
    bool is_from_the_middle_ = false;
    std::uint64_t time_ = 0;  // Transfers so far.
    std::unordered_map<std::int64_t, Account> accounts_;
    std::unordered_map<std::int64_t, Hold> holds_;
    std::unordered_map<std::uint64_t, Waiting> waiting_;  // By predecessor.
    std::unordered_map<std::int64_t, EarlyEnd> early_ends_;
    std::deque<std::pair<std::uint64_t, std::uint64_t>> waiting_order_;  // since, key
    std::deque<std::pair<std::uint64_t, std::int64_t>> early_order_;
    __extension__ using Sum = __int128;        // A 64-bit sum could wrap back to zero.
    std::map<std::array<char, 3>, Sum> sums_;  // Sums of listed balances.
};

}  // namespace bank::verify
