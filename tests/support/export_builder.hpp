// Builds valid exports of an audit log in memory: a small bank that is the same in every run, with
// its records sealed, tiled and signed. Tests alter the result.
#pragma once
#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/audit/checkpoint.hpp"
#include "core/audit/note.hpp"
#include "core/audit/record.hpp"
#include "core/audit/tile_tree.hpp"
#include "core/base/bytes.hpp"
#include "core/crypto/key_maker.hpp"

namespace bank::test {

// A record, and the lines that disclose the values behind its hashes, each with its line break.
struct ExportItem {
    std::string record;
    std::string disclosures;
};

// The bank's state, and the records of all its actions. Account 1 is its cash account, which may be
// negative; the others are its customers'.
class ExportBank {
public:
    explicit ExportBank(std::size_t account_count, std::uint64_t seed = 20'260'301,
                        std::chrono::microseconds step = std::chrono::microseconds(137))
        : accounts_(account_count + 1), random_(seed), step_(step) {
        for (int i = 0; i < 8; ++i) make_subject(i);
    }

    // Adds one record: mostly postings, some holds and their ends, declined requests and events.
    ExportItem next() {
        auto const choice = draw(100);
        auto const a = customer();
        auto const b = customer();
        auto const amount = static_cast<std::int64_t>(1 + draw(5'000));
        if (choice < 5) return event();
        if (choice < 20) return post("deposit", 1, a, amount, {});
        if (a == b || available(a) < amount) return refuse("transfer", a, b, amount);
        if (choice < 30) return hold(a, b, amount);
        if (choice < 45 && !holds_.empty()) return end_hold();
        return post("transfer", a, b, amount, {});
    }
    // Adds this many records, each a transfer that moves money.
    ExportItem next_posting() {
        auto const a = customer();
        auto b = customer();
        if (a == b) b = 1;
        auto const amount = static_cast<std::int64_t>(1 + draw(5'000));
        if (available(a) < amount) return post("deposit", 1, a, amount, {});
        return post("transfer", a, b, amount, {});
    }

    ExportItem post(std::string_view action, std::size_t debit, std::size_t credit,
                    std::int64_t amount, TransferId origin) {
        auto transfer = make(action, "posted", debit, credit, amount);
        transfer.origin = origin;
        auto const entry = 2 * transfer.id.value;
        auto& from = accounts_[debit];
        auto& to = accounts_[credit];
        from.balance -= amount;
        to.balance += amount;
        audit::PrivatePart const part{.debit_balance = from.balance,
                                      .debit_previous = std::exchange(from.last, entry),
                                      .credit_balance = to.balance,
                                      .credit_previous = std::exchange(to.last, entry + 1),
                                      .available = available(debit),
                                      .session = {7},
                                      .idempotency = make_uuid(),
                                      .digest = random_hash()};
        return finish(transfer, part);
    }
    ExportItem hold(std::size_t debit, std::size_t credit, std::int64_t amount) {
        auto transfer = make("hold", "posted", debit, credit, amount);
        transfer.expires = transfer.time + std::chrono::hours(24);
        accounts_[debit].held += amount;
        holds_.push_back({transfer.id, debit, credit, amount});
        return finish(transfer, still(debit, credit));
    }
    // For the oldest hold: alternately a partial capture, a release and an expiry.
    ExportItem end_hold() {
        auto const hold = holds_.front();
        holds_.erase(holds_.begin());
        accounts_[hold.debit].held -= hold.amount;
        auto const turn = hold.id.value % 3;
        if (turn == 0) {
            return post("capture", hold.debit, hold.credit, (hold.amount + 1) / 2, hold.id);
        }
        auto transfer =
            make(turn == 1 ? "release" : "expiry", "posted", hold.debit, hold.credit, hold.amount);
        transfer.origin = hold.id;
        return finish(transfer, still(hold.debit, hold.credit));
    }
    ExportItem refuse(std::string_view action, std::size_t debit, std::size_t credit,
                      std::int64_t amount) {
        return finish(make(action, "insufficient_funds", debit, credit, amount),
                      still(debit, credit));
    }
    ExportItem event() { return event("login", fmt::format("{{\"attempt\":{}}}", draw(1000))); }
    // The first state of an account, or a change of its limit.
    ExportItem change_state(std::size_t account) {
        auto& changed = accounts_[account];
        auto const before = std::exchange(changed.limit, changed.limit + 1);
        auto const limit = [](std::int64_t value) {
            return fmt::format(R"({{"limit_per_day": {}}})", value);
        };
        auto const details = changed.change_no < 0
                                 ? fmt::format(R"({{"after" : {}}})", state_of(account))
                                 : fmt::format(R"({{"before" : {}, "after" : {}}})", limit(before),
                                               limit(changed.limit));
        return event("change_state",
                     fmt::format(R"({{"table" : "accounts", "key" : "{}", "change_no" : {}, {})",
                                 account, ++changed.change_no, details.substr(1)));
    }
    ExportItem change_any_state() { return change_state(customer()); }
    ExportItem event(std::string_view action, std::string const& details) {
        auto const salt = random_salt();
        auto const& subject = subjects_[draw(subjects_.size())];
        audit::EventRecord const record{.time = tick(),
                                        .action = action,
                                        .outcome = "ok",
                                        .actor = subject.actor,
                                        .account = {},
                                        .request = make_uuid(),
                                        .subject = subject.hash,
                                        .details = audit::salted_hash(salt, details)};
        return {audit::to_text(record), fmt::format("D\t{}\t{}\n", to_hex(salt), details)};
    }

    [[nodiscard]] std::vector<std::string> account_lines() const {
        std::vector<std::string> lines;
        for (std::size_t id = 1; id < accounts_.size(); ++id) {
            lines.push_back(
                fmt::format("A\t{}\tEUR\t{}\t{}", id, accounts_[id].balance, accounts_[id].held));
        }
        return lines;
    }
    // Of accounts that have a state.
    [[nodiscard]] std::vector<std::string> state_lines() const {
        std::vector<std::string> lines;
        for (std::size_t id = 1; id < accounts_.size(); ++id) {
            if (accounts_[id].change_no < 0) continue;
            lines.push_back(
                fmt::format("V\taccounts\t{}\t{}\t{}", id, accounts_[id].change_no, state_of(id)));
        }
        return lines;
    }
    [[nodiscard]] std::vector<std::string> subject_lines() const {
        std::vector<std::string> lines;
        for (auto const& subject : subjects_) lines.push_back(subject.line);
        return lines;
    }

private:
    struct Account {
        std::int64_t balance = 0;
        std::int64_t held = 0;
        std::int64_t last = 0;
        std::int64_t change_no = -1;  // -1: none yet.
        std::int64_t limit = 0;       // Per day.
    };
    struct Subject {
        UserId actor;
        audit::Hash hash{};
        std::string line;
    };
    struct OpenHold {
        TransferId id;
        std::size_t debit = 0;
        std::size_t credit = 0;
        std::int64_t amount = 0;
    };

    [[nodiscard]] std::string state_of(std::size_t account) const {
        return fmt::format(
            R"({{"kind": "customer", "name": "{0:032x}", "user_id": {0}, "currency": "EUR", )"
            R"("pin_hash": "{0:032x}", "is_closed": false, "is_locked": false, "account_no": )"
            R"("DE27999999{0:012}", "created_at": 1772366400000000, "is_debit_frozen": false, )"
            R"("limit_per_day": {1}, "minimum_balance": 0, "failed_attempts": 0, )"
            R"("overdraft_limit": 0, "is_credit_frozen": false}})",
            account, accounts_[account].limit);
    }
    std::size_t draw(std::size_t count) { return random_() % count; }
    std::size_t customer() { return 2 + draw(accounts_.size() - 2); }
    [[nodiscard]] std::int64_t available(std::size_t account) const {
        return accounts_[account].balance - accounts_[account].held;
    }
    Timestamp tick() {
        time_ = time_ + step_;
        return time_;
    }
    template <std::size_t size>
    std::array<std::uint8_t, size> random_array() {
        std::array<std::uint8_t, size> bytes{};
        for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random_());
        return bytes;
    }
    audit::Hash random_hash() { return random_array<32>(); }
    audit::Salt random_salt() { return random_array<16>(); }
    Uuid make_uuid() { return make_uuid_v7(time_.us / 1000, random_array<10>()); }

    void make_subject(int number) {
        auto const salt = random_salt();
        auto const text = audit::to_text({.actor = {10 + number},
                                          .name = number % 2 == 0 ? "teller" : "customer",
                                          .ip = "192.0.2.7",
                                          .user_agent = "bank-app/3.1 (phone; en)"});
        Subject subject{.actor = {10 + number}, .hash = audit::salted_hash(salt, text), .line = {}};
        subject.line = fmt::format("P\t{}\t{}\t{}", to_hex(subject.hash), to_hex(salt), text);
        subjects_.push_back(std::move(subject));
    }
    audit::TransferRecord make(std::string_view action, std::string_view outcome, std::size_t debit,
                               std::size_t credit, std::int64_t amount) {
        auto const& subject = subjects_[draw(subjects_.size())];
        return {.time = tick(),
                .action = action,
                .outcome = outcome,
                .actor = subject.actor,
                .request = make_uuid(),
                .subject = subject.hash,
                .id = {++last_id_},
                .debit = {static_cast<std::int64_t>(debit)},
                .credit = {static_cast<std::int64_t>(credit)},
                .amount = amount,
                .currency = {{'E', 'U', 'R'}},
                .value_date = "2026-03-01"};
    }
    audit::PrivatePart still(std::size_t debit, std::size_t credit) {
        return {.debit_balance = accounts_[debit].balance,
                .credit_balance = accounts_[credit].balance,
                .available = available(debit)};
    }
    ExportItem finish(audit::TransferRecord& transfer, audit::PrivatePart const& part) {
        auto const salt = random_salt();
        auto const text = audit::to_text(part);
        transfer.private_part = audit::salted_hash(salt, text);
        auto lines = fmt::format("E\t{}\t{}\n", to_hex(salt), text);
        if (transfer.id.value % 2 == 0) {
            auto const reference = fmt::format("invoice {}", transfer.id.value);
            auto const reference_salt = random_salt();
            transfer.reference = audit::salted_hash(reference_salt, reference);
            lines += fmt::format("F\t{}\t{}\n", to_hex(reference_salt), reference);
        }
        return {audit::to_text(transfer), std::move(lines)};
    }
    ExportItem finish(audit::TransferRecord&& transfer, audit::PrivatePart const& part) {
        return finish(transfer, part);
    }

    std::vector<Account> accounts_;  // By id; 0 is none.
    std::vector<Subject> subjects_;
    std::vector<OpenHold> holds_;
    std::mt19937_64 random_;
    std::int64_t last_id_ = 0;
    Timestamp time_{1'772'366'400'000'000};
    std::chrono::microseconds step_;  // Between two records.
};

inline audit::NoteSigner make_log_signer(std::string name = "bank.example/audit") {
    return audit::NoteSigner::make(std::move(name), crypto::make_signing_key_pem()).value();
}

// The parts of an export. lines() writes it.
struct ExportPlan {
    static constexpr std::string_view origin = "bank.example/audit";

    bool is_archive = false;
    std::uint64_t first = 0;         // Its first record in the log.
    std::vector<ExportItem> items;   // Of the whole log, including those before `first`.
    std::vector<std::size_t> seals;  // Counts, for the whole log.
    std::vector<ExportItem> unsealed;
    std::vector<std::string> tail;               // Subjects and accounts.
    std::map<std::uint64_t, std::string> notes;  // By size; made if missing.

    // A bank of `count` sealed records and five unsealed ones.
    static ExportPlan make(std::size_t count, std::size_t seal_size,
                           std::chrono::microseconds step = std::chrono::microseconds(137)) {
        ExportBank bank(40, 20'260'301, step);
        ExportPlan plan;
        for (std::size_t i = 0; i < count; ++i) plan.items.push_back(bank.next());
        for (std::size_t i = 0; i < 5; ++i) plan.unsealed.push_back(bank.next());
        plan.seal_all(seal_size);
        plan.tail = bank.subject_lines();
        for (auto& line : bank.account_lines()) plan.tail.push_back(std::move(line));
        return plan;
    }
    void seal_all(std::size_t seal_size) {
        seals.clear();
        for (std::size_t done = 0; done < items.size(); done += seals.back()) {
            seals.push_back(std::min(seal_size, items.size() - done));
        }
    }

    static std::string note_of(audit::TreeHead const& head, audit::NoteSigner const& signer) {
        return signer.sign(audit::to_text(audit::Checkpoint{std::string(origin), head, {}}));
    }

    // Calls `sink` with each line. Missing notes are signed and stored.
    template <typename Sink>
    void write(audit::NoteSigner const& signer, Sink const& sink) {
        std::vector<audit::Hash> leaves;
        leaves.reserve(items.size());
        audit::TileEdge edge;
        std::vector<audit::Hash> left_edge;  // Roots of full subtrees, the left ones first.
        std::vector<std::uint64_t> sizes;
        // By the record before which they appear; higher levels first.
        std::map<std::uint64_t, std::map<unsigned, std::string, std::greater<>>> tiles;
        std::map<std::uint64_t, audit::TreeHead> heads;
        std::size_t seal = 0;
        std::uint64_t seal_end = seals.empty() ? 0 : seals[0];
        for (auto const& item : items) {
            leaves.push_back(audit::leaf_hash(as_bytes(item.record)));
            edge.append(leaves.back());
            if (leaves.size() <= first) grow(leaves.back(), left_edge, sizes);
            if (leaves.size() % audit::tile_width == 0) keep(edge.take_changed(), tiles);
            if (leaves.size() < seal_end) continue;
            heads[seal_end] = edge.head();
            seal_end += ++seal < seals.size() ? seals[seal] : 0;
        }
        sink(fmt::format("bankd-{}/1\t{}\t{}", is_archive ? "archive" : "export", origin, first));
        if (first > 0) {
            std::string line = "L";
            for (auto const& root : left_edge) line += "\t" + to_hex(root);
            sink(line);
        }
        std::uint64_t number = 0;
        for (auto const count : seals) {
            auto const end = number + count;
            if (number < first) {
                number = end;
                continue;
            }
            sink(fmt::format("S\t{}\t{}\t1772366400000000", number, count));
            for (auto at = tiles.lower_bound(number); at != tiles.end() && at->first < end; ++at) {
                for (auto const& [level, line] : at->second) sink(line);
            }
            for (; number < end; ++number) write_item('R', leaves[number], items[number], sink);
            auto const note = notes.try_emplace(end, note_of(heads[end], signer)).first;
            sink("C\t" + to_base64(as_bytes(note->second)));
        }
        for (auto const& item : unsealed) {
            write_item('U', audit::leaf_hash(as_bytes(item.record)), item, sink);
        }
        for (auto const& line : tail) sink(line);
        sink(fmt::format(".\t{}", items.size()));
    }

    std::vector<std::string> lines(audit::NoteSigner const& signer) {
        std::vector<std::string> all;
        write(signer, [&](std::string_view line) { all.emplace_back(line); });
        return all;
    }

private:
    // By the definition: two adjacent subtrees of the same size are merged.
    static void grow(audit::Hash const& leaf, std::vector<audit::Hash>& roots,
                     std::vector<std::uint64_t>& sizes) {
        roots.push_back(leaf);
        sizes.push_back(1);
        while (sizes.size() > 1 && sizes[sizes.size() - 2] == sizes.back()) {
            auto const right = roots.back();
            roots.pop_back();
            sizes.pop_back();
            roots.back() = audit::node_hash(roots.back(), right);
            sizes.back() *= 2;
        }
    }
    template <typename Tiles>
    static void keep(std::vector<audit::Tile> const& changed, Tiles& tiles) {
        for (auto const& tile : changed) {
            if (tile.id.width < audit::tile_width) continue;
            std::string bytes;
            for (auto const& hash : tile.hashes) bytes.append(hash.begin(), hash.end());
            auto const before = tile.id.index << (audit::tile_height * (tile.id.level + 1));
            tiles[before][tile.id.level] = fmt::format("T\t{}\t{}\t{}", tile.id.level,
                                                       tile.id.index, to_base64(as_bytes(bytes)));
        }
    }
    template <typename Sink>
    static void write_item(char tag, audit::Hash const& leaf, ExportItem const& item,
                           Sink const& sink) {
        sink(fmt::format("{}\t{}\t{}", tag, to_hex(leaf), item.record));
        for (std::string_view rest = item.disclosures; !rest.empty();) {
            auto const end = rest.find('\n');
            sink(rest.substr(0, end));
            rest.remove_prefix(end + 1);
        }
    }
};

inline std::string joined(std::vector<std::string> const& lines) {
    std::string text;
    for (auto const& line : lines) text.append(line).append("\n");
    return text;
}

}  // namespace bank::test
