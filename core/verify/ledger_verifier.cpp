#include "core/verify/ledger_verifier.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "core/api/transfer_kind.hpp"
#include "core/base/overflow.hpp"
#include "core/base/text.hpp"

namespace bank::verify {
namespace {

using Effect = LedgerTransfer::Effect;

// How many transfers early an entry may arrive before its predecessor. Adjacent transactions can be
// swapped, and a transaction can contain a hundred linked transfers.
constexpr std::uint64_t window = 4096;

constexpr std::int64_t sum_of(std::int64_t a, std::int64_t b) noexcept {
    // Overflow happens only with invalid input, and then becomes one more wrong balance.
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
}

Effect effect_of(api::TransferKind kind) {
    if (api::places_hold(kind)) return Effect::holds;
    if (!api::settles_hold(kind)) return Effect::moves;
    return api::moves_money(kind) ? Effect::moves_and_ends_hold : Effect::ends_hold;
}

}  // namespace

std::optional<LedgerTransfer> ledger_transfer(audit::TransferRecord const& record) {
    auto const kind = api::parse_transfer_kind(record.action);
    if (!kind) return std::nullopt;
    return LedgerTransfer{.effect = record.outcome == "posted" ? effect_of(*kind) : Effect::none,
                          .id = record.id,
                          .debit = record.debit,
                          .credit = record.credit,
                          .amount = record.amount,
                          .currency = record.currency,
                          .origin = record.origin,
                          .at = record.time,
                          .expires = record.expires,
                          .record = {}};
}

void LedgerVerifier::report(FindingCode code, Entry const& entry, std::string text) {
    findings_->add({.code = code,
                    .text = std::move(text),
                    .record = entry.record,
                    .transfer = entry.transfer,
                    .account = entry.account});
}

void LedgerVerifier::report(FindingCode code, LedgerTransfer const& transfer, AccountId account,
                            std::string text) {
    findings_->add({.code = code,
                    .text = std::move(text),
                    .record = transfer.record,
                    .transfer = transfer.id,
                    .account = account});
}

void LedgerVerifier::add(LedgerTransfer const& transfer, audit::PrivatePart const* part) {
    ++time_;
    if (time_ > window) end_waiting(time_ - window);
    auto const has_previous = part != nullptr && part->debit_previous && part->credit_previous;
    auto const has_any = part != nullptr && (part->debit_previous || part->credit_previous);
    if (part != nullptr && (transfer.moves_money() ? !has_previous : has_any)) {
        report(FindingCode::entry_mismatch, transfer, transfer.debit,
               fmt::format(
                   "Transfer {} {}.", transfer.id.value,
                   has_any ? "moved no money but has an entry" : "moved money but lacks an entry"));
        part = nullptr;
    }
    if (transfer.effect == Effect::none) return;
    if (!transfer.debit || !transfer.credit || transfer.debit == transfer.credit) {
        report(
            FindingCode::entry_mismatch, transfer, transfer.debit,
            fmt::format("Transfer {} is posted, but not between two accounts.", transfer.id.value));
        return;
    }
    // The second look-up may rehash the map, which keeps pointers to accounts valid.
    auto* const debit = find_account(transfer.debit, transfer);
    auto* const credit = find_account(transfer.credit, transfer);
    if (transfer.effect == Effect::holds) add_hold(transfer);
    if (transfer.effect == Effect::ends_hold || transfer.effect == Effect::moves_and_ends_hold) {
        end_hold(transfer);
    }
    if (!transfer.moves_money()) return;
    auto const id = 2 * static_cast<std::uint64_t>(transfer.id.value);
    if (part == nullptr) {
        add_unknown_entry(*debit, id, -transfer.amount);
        add_unknown_entry(*credit, id + 1, transfer.amount);
        return;
    }
    add_entry(*debit, {.id = id,
                       .previous = static_cast<std::uint64_t>(*part->debit_previous),
                       .amount = -transfer.amount,
                       .balance = part->debit_balance,
                       .account = transfer.debit,
                       .transfer = transfer.id,
                       .at = transfer.at,
                       .record = transfer.record});
    add_entry(*credit, {.id = id + 1,
                        .previous = static_cast<std::uint64_t>(*part->credit_previous),
                        .amount = transfer.amount,
                        .balance = part->credit_balance,
                        .account = transfer.credit,
                        .transfer = transfer.id,
                        .at = transfer.at,
                        .record = transfer.record});
}

LedgerVerifier::Account* LedgerVerifier::find_account(AccountId id,
                                                      LedgerTransfer const& transfer) {
    auto& account = accounts_[id.value];
    if (!account.is_touched) {
        account.is_touched = true;
        account.currency = transfer.currency;
    } else if (account.currency != transfer.currency) {
        report(FindingCode::currency_mismatch, transfer, id,
               fmt::format("Transfer {} is in {}, but account {} is in {}.", transfer.id.value,
                           transfer.currency.code(), id.value, account.currency.code()));
    }
    return &account;
}

void LedgerVerifier::add_unknown_entry(Account& account, std::uint64_t id, std::int64_t amount) {
    account.has_entries = true;
    account.balance = account.other = sum_of(account.balance, amount);
    account.last = id;
}

void LedgerVerifier::add_entry(Account& account, Entry const& entry) {
    auto const is_start = is_from_the_middle_ && !account.has_entries;
    if (is_start) {
        account.first_previous = entry.previous;
        account.first_balance = sum_of(entry.balance, -entry.amount);
        account.last = entry.previous;
        account.balance = account.other = account.first_balance;
    } else if (is_from_the_middle_ && entry.id == account.first_previous) {
        // The account's first two entries were swapped.
        if (entry.balance != account.first_balance) {
            report(FindingCode::entry_mismatch, entry,
                   fmt::format("Transfer {} leaves account {} with {}, but the next entry starts "
                               "with {}.",
                               entry.transfer.value, entry.account.value, entry.balance,
                               account.first_balance));
        }
        account.first_previous = entry.previous;
        account.first_balance = sum_of(entry.balance, -entry.amount);
        return;
    }
    if (entry.previous == account.last) {
        apply(account, entry);
        apply_waiting(account, entry.account);
        return;
    }
    auto const can_come = entry.previous != 0;  // Otherwise it wrongly claims to be the first.
    auto const is_new =
        can_come && waiting_.try_emplace(entry.previous, Waiting{entry, time_}).second;
    if (is_new) {
        waiting_order_.emplace_back(time_, entry.previous);
        return;
    }
    report(FindingCode::entry_mismatch, entry,
           can_come
               ? fmt::format("Transfer {} follows entry {} on account {}, but so does another.",
                             entry.transfer.value, entry.previous, entry.account.value)
               : fmt::format("Transfer {} claims to be the first on account {}, but is not.",
                             entry.transfer.value, entry.account.value));
    account.balance = account.other = sum_of(account.balance, entry.amount);
}

void LedgerVerifier::apply(Account& account, Entry const& entry) {
    auto const computed = checked_add(account.balance, entry.amount);
    auto const other = checked_add(account.other, entry.amount);
    account.has_entries = true;
    account.last = entry.id;
    if (account.last_at && entry.at < *account.last_at) {
        report(FindingCode::entry_mismatch, entry,
               fmt::format("Transfer {} on account {} is of {}, before the one that it follows.",
                           entry.transfer.value, entry.account.value, to_string(entry.at)));
    }
    account.last_at = entry.at;
    if (entry.balance == computed || entry.balance == other) {
        account.balance = account.other = entry.balance;
        return;
    }
    report(FindingCode::entry_mismatch, entry,
           fmt::format("Transfer {} leaves account {} with a balance of {}, which is not the sum "
                       "of {} and its amount of {}.",
                       entry.transfer.value, entry.account.value, entry.balance, account.balance,
                       entry.amount));
    // The next entry shows which of the two is right, so one wrong balance is reported once.
    account.balance = sum_of(account.balance, entry.amount);
    account.other = entry.balance;
}

void LedgerVerifier::apply_waiting(Account& account, AccountId id) {
    while (!waiting_.empty()) {
        auto const next = waiting_.find(account.last);
        if (next == waiting_.end() || next->second.entry.account != id) return;
        auto const entry = next->second.entry;
        waiting_.erase(next);
        apply(account, entry);
    }
}

void LedgerVerifier::end_waiting(std::uint64_t time) {
    while (!waiting_order_.empty() && waiting_order_.front().first < time) {
        auto const [since, previous] = waiting_order_.front();
        waiting_order_.pop_front();
        auto const found = waiting_.find(previous);
        if (found == waiting_.end() || found->second.since != since) continue;
        auto const entry = found->second.entry;
        waiting_.erase(found);
        give_up(entry);
    }
    while (!early_order_.empty() && early_order_.front().first < time) {
        auto const [since, origin] = early_order_.front();
        early_order_.pop_front();
        auto const found = early_ends_.find(origin);
        if (found == early_ends_.end() || found->second.since != since) continue;
        auto const end = found->second.transfer;
        early_ends_.erase(found);
        report(FindingCode::held_mismatch, end, end.debit,
               fmt::format("Transfer {} ends the hold {} on account {}, which is not open.",
                           end.id.value, end.origin.value, end.debit.value));
    }
}

// The predecessor is missing. The account continues from this entry.
void LedgerVerifier::give_up(Entry const& entry) {
    report(
        FindingCode::entry_mismatch, entry,
        fmt::format("Transfer {} follows entry {} (transfer {}) on account {}, which is not the "
                    "preceding one.",
                    entry.transfer.value, entry.previous, entry.previous / 2, entry.account.value));
    auto& account = accounts_[entry.account.value];
    account.has_entries = true;
    account.last = entry.id;
    account.balance = account.other = entry.balance;
    apply_waiting(account, entry.account);
}

void LedgerVerifier::add_hold(LedgerTransfer const& transfer) {
    Hold const hold{.account = transfer.debit,
                    .amount = transfer.amount,
                    .expires = transfer.expires,
                    .record = transfer.record};
    auto& account = accounts_[hold.account.value];
    account.held = sum_of(account.held, hold.amount);
    if (auto const end = early_ends_.find(transfer.id.value); end != early_ends_.end()) {
        free_hold(hold, end->second.transfer);
        early_ends_.erase(end);
        return;
    }
    if (holds_.try_emplace(transfer.id.value, hold).second) return;
    report(FindingCode::held_mismatch, transfer, transfer.debit,
           fmt::format("The hold {} on account {} was placed twice.", transfer.id.value,
                       transfer.debit.value));
}

void LedgerVerifier::end_hold(LedgerTransfer const& transfer) {
    auto const found = holds_.find(transfer.origin.value);
    if (found != holds_.end()) {
        free_hold(found->second, transfer);
        holds_.erase(found);
        return;
    }
    if (is_from_the_middle_) return;  // The hold may be older than this log.
    if (early_ends_.try_emplace(transfer.origin.value, EarlyEnd{transfer, time_}).second) {
        early_order_.emplace_back(time_, transfer.origin.value);
        return;
    }
    report(FindingCode::held_mismatch, transfer, transfer.debit,
           fmt::format("Transfer {} ends the hold {} on account {}, but so does another.",
                       transfer.id.value, transfer.origin.value, transfer.debit.value));
}

void LedgerVerifier::free_hold(Hold const& hold, LedgerTransfer const& end) {
    auto& account = accounts_[hold.account.value];
    account.held = sum_of(account.held, -hold.amount);
    auto const takes_more = end.moves_money() && end.amount > hold.amount;
    if (hold.account == end.debit && !takes_more) return;
    report(FindingCode::held_mismatch, end, hold.account,
           fmt::format("Transfer {} ends the hold {} on account {} of {}, but {}.", end.id.value,
                       end.origin.value, hold.account.value, hold.amount,
                       takes_more ? fmt::format("takes {}", end.amount)
                                  : fmt::format("is on account {}", end.debit.value)));
}

void LedgerVerifier::add_account(AccountState const& state) {
    end_waiting(time_ + 1);
    auto& account = accounts_[state.id.value];
    auto const add = [&](FindingCode code, std::string text) {
        findings_->add({.code = code, .text = std::move(text), .account = state.id});
    };
    if (std::exchange(account.is_listed, true)) {
        add(FindingCode::malformed, fmt::format("Account {} is listed twice.", state.id.value));
        return;
    }
    sums_[state.currency.letters] += state.balance;
    if (!account.is_touched) {
        if (is_from_the_middle_ || (state.balance == 0 && state.held == 0)) return;
        add(FindingCode::account_unknown,
            fmt::format("Account {} has a balance of {} and {} held, but no record refers to it.",
                        state.id.value, state.balance, state.held));
        return;
    }
    if (account.currency != state.currency) {
        add(FindingCode::currency_mismatch,
            fmt::format("Account {} is in {}, but its transfers are in {}.", state.id.value,
                        state.currency.code(), account.currency.code()));
    }
    auto const is_comparable = account.has_entries || !is_from_the_middle_;
    if (is_comparable && state.balance != account.balance && state.balance != account.other) {
        add(FindingCode::balance_mismatch,
            fmt::format("Account {} has a balance of {}, but its transfers sum to {}.",
                        state.id.value, state.balance, account.balance));
    }
    if (!is_from_the_middle_ && state.held != account.held) {
        add(FindingCode::held_mismatch,
            fmt::format("Account {} has {} held, but its open holds sum to {}.", state.id.value,
                        state.held, account.held));
    }
}

void LedgerVerifier::report_hold(std::int64_t id, std::string_view field, Hold const& hold,
                                 std::string text) {
    findings_->add(
        {.code = FindingCode::state_mismatch,
         .text = std::move(text),
         .record = hold.record,
         .transfer = {id},
         .account = hold.account,
         .row = StatePlace{
             .table = "open_holds", .key = std::to_string(id), .field = std::string(field)}});
}

void LedgerVerifier::add_open_hold(std::string_view key, StateFields const& state) {
    end_waiting(time_ + 1);
    auto const id = parse_int64(key).value_or(0);
    auto const found = holds_.find(id);
    if (found == holds_.end()) {
        if (is_from_the_middle_) return;
        report_hold(id, "", {}, fmt::format("Hold {} is open, but no record says so.", id));
        return;
    }
    auto& hold = found->second;
    hold.is_listed = true;
    auto const us = hold.expires ? hold.expires->us : 0;
    std::array<std::pair<std::string_view, std::int64_t>, 3> const placed{
        {{"account_id", hold.account.value}, {"amount", hold.amount}, {"expires_at", us}}};
    for (auto const& [field, expected] : placed) {
        auto const is = state.find(field);
        auto const value = is == state.end() ? std::string_view("null") : is->second;
        if (value == std::to_string(expected)) continue;
        report_hold(
            id, field, hold,
            fmt::format("{} of hold {} is {}, but was placed as {}.", field, id, value, expected));
    }
}

void LedgerVerifier::finish(bool is_complete, bool has_open_holds) {
    if (!is_complete) return;
    end_waiting(time_ + 1);
    for (auto const& [id, hold] : holds_) {
        if (!has_open_holds || hold.is_listed) continue;
        report_hold(id, "", hold,
                    fmt::format("Hold {} is not open in the database, but no record ends it.", id));
    }
    for (auto const& [id, account] : accounts_) {
        if (account.is_listed) continue;
        findings_->add({.code = FindingCode::account_missing,
                        .text = fmt::format("Account {} has transfers, but is not listed.", id),
                        .account = {id}});
    }
    for (auto const& [letters, sum] : sums_) {
        if (sum == 0) continue;
        // Clamped: the exact digits beyond 64 bits do not matter.
        findings_->add({.code = FindingCode::money_not_conserved,
                        .text = fmt::format("The balances of all accounts in {} sum to {} instead "
                                            "of 0.",
                                            std::string_view(letters.data(), letters.size()),
                                            static_cast<std::int64_t>(sum))});
    }
}

}  // namespace bank::verify
