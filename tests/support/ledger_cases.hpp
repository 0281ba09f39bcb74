// Makes batches from choices: of a random generator in the model test, of the input's bytes in the
// fuzz target. Their states are possible ones (the held amount is at least the sum of the pending
// holds, currencies of posted transfers agree), but as close to the bounds as possible.
#pragma once
#include <algorithm>
#include <limits>
#include <string_view>
#include <vector>

#include "core/base/bounds.hpp"
#include "core/ledger/lane_store.hpp"
#include "core/ledger/transfer_order.hpp"

namespace bank::test {

struct LedgerCase {
    ledger::LockedBatch batch;
    std::vector<ledger::TransferOrder> orders;
};

// Source has below(n): a number from 0 to n - 1.
template <typename Source>
class LedgerCaseMaker {
public:
    explicit LedgerCaseMaker(Source& source) : source_(source) {}

    LedgerCase make() {
        for (std::int64_t id = 1; id <= account_count; ++id) add_account(AccountId{id});
        for (auto count = below(8); count > 0; --count) add_origin();
        auto const order_count = static_cast<std::size_t>(1 + below(8));
        while (case_.orders.size() < order_count) add_orders();
        return std::move(case_);
    }

private:
    using TransferKind = api::TransferKind;
    static constexpr std::int64_t cash_count = 2;
    static constexpr std::int64_t account_count = 8;
    static constexpr std::int64_t int64_max = std::numeric_limits<std::int64_t>::max();
    static constexpr std::int64_t int64_min = std::numeric_limits<std::int64_t>::min();

    std::int64_t below(std::uint64_t count) {
        return static_cast<std::int64_t>(source_.below(count));
    }
    bool one_in(std::uint64_t count) { return below(count) == count_of(count) - 1; }
    static std::int64_t count_of(std::uint64_t count) { return static_cast<std::int64_t>(count); }

    money::Currency currency(std::uint64_t dollars_one_in) {
        return one_in(dollars_one_in) ? money::Currency{{'U', 'S', 'D'}}
                                      : money::Currency{{'E', 'U', 'R'}};
    }

    void add_account(AccountId id) {
        ledger::LockedAccount account;
        account.id = id;
        account.kind = id.value <= cash_count ? api::AccountKind::cash : api::AccountKind::customer;
        account.currency = currency(id.value == cash_count ? 1 : 16);
        account.balance = below(250);
        if (account.kind == api::AccountKind::customer) {
            account.user_id = UserId{1 + below(3)};
            account.overdraft_limit = 0;
        }
        if (!one_in(3)) {
            case_.batch.accounts[id] = account;
            return;
        }
        switch (below(6)) {
        case 0: account.balance = int64_max - below(60); break;
        case 1: account.balance = int64_min + below(60); break;
        case 2: account.balance = -below(60); break;
        default: break;
        }
        switch (below(6)) {
        case 0: account.overdraft_limit.reset(); break;
        case 1: account.overdraft_limit = below(100); break;
        case 2: account.overdraft_limit = int64_max - below(60); break;
        case 3: account.minimum_balance = below(60); break;
        case 4: account.minimum_balance = int64_max - below(60); break;
        default: break;
        }
        if (one_in(3)) account.held = below(60);
        if (one_in(12)) account.held = int64_max - below(60);
        if (one_in(3)) account.limits = limits();
        if (one_in(3)) account.spending = {spent(), spent(), spent()};
        account.is_locked = one_in(10);
        account.is_debit_frozen = one_in(10);
        account.is_credit_frozen = one_in(10);
        account.is_closed = one_in(12);
        case_.batch.accounts[id] = account;
    }

    std::optional<std::int64_t> limit() {
        switch (below(4)) {
        case 0: return below(200);
        case 1: return one_in(4) ? int64_max : 100;
        default: return std::nullopt;
        }
    }
    api::Limits limits() { return {limit(), limit(), limit(), limit()}; }
    std::int64_t spent() { return one_in(8) ? int64_max - below(60) : below(150); }

    AccountId any_customer() { return AccountId{cash_count + 1 + below(account_count - 2)}; }
    AccountId other_than(AccountId id) {
        auto const other = any_customer();
        if (other != id) return other;
        return AccountId{id.value == account_count ? cash_count + 1 : id.value + 1};
    }
    AccountId any_account() {
        if (one_in(16)) return AccountId{99};
        return one_in(16) ? AccountId{1 + below(2)} : any_customer();
    }

    void add_origin() {
        ledger::Origin origin;
        origin.id = TransferId{static_cast<std::int64_t>(case_.batch.origins.size()) + 101};
        origin.kind = one_in(2) ? TransferKind::hold : static_cast<TransferKind>(below(8));
        origin.debit_account = any_customer();
        origin.credit_account =
            one_in(24) ? origin.debit_account : other_than(origin.debit_account);
        if (origin.kind == TransferKind::deposit) origin.debit_account = AccountId{1 + below(2)};
        if (origin.kind == TransferKind::withdrawal) {
            origin.credit_account = AccountId{1 + below(2)};
        }
        auto const& debit = case_.batch.accounts.at(origin.debit_account);
        auto const& credit = case_.batch.accounts.at(origin.credit_account);
        origin.amount = {one_in(10) ? bounds::amount_max - below(2) : 1 + below(80),
                         debit.currency};
        if (one_in(12)) origin.status = any_status();
        if (debit.id == credit.id) origin.status = Code::accounts_are_the_same;
        if (debit.currency != credit.currency) origin.status = Code::currency_mismatch;
        origin.is_past = origin.kind == TransferKind::hold && one_in(8);
        auto const is_hold = origin.kind == TransferKind::hold && origin.status == Code::posted;
        auto& held = case_.batch.accounts[debit.id].held;
        origin.is_settled = one_in(8) || (is_hold && held > int64_max - origin.amount.amount);
        if (is_hold && !origin.is_settled) held += origin.amount.amount;
        case_.batch.origins[origin.id] = origin;
    }

    Code any_status() { return static_cast<Code>(1 + below(21)); }

    // One order, a linked group, or a repetition of earlier ones.
    void add_orders() {
        auto const first = case_.orders.size();
        switch (below(8)) {
        case 0:
            ++groups_;
            for (auto count = 2 + below(3); count > 0; --count) add_order(groups_);
            break;
        case 1:
            if (first == 0) return add_order(0);
            repeat(static_cast<std::size_t>(below(first)));
            break;
        default: add_order(0); break;
        }
        auto const is_known = one_in(10);
        for (auto i = first; i < case_.orders.size(); ++i) {
            if (is_known != one_in(24)) know(case_.orders[i]);
        }
    }

    // The order, with the rest of its group; sometimes slightly changed.
    void repeat(std::size_t index) {
        auto const group = case_.orders[index].group;
        if (group != 0) ++groups_;
        auto const count = case_.orders.size();
        for (auto i = index; i < count && case_.orders[i].group == group; ++i) {
            auto order = case_.orders[i];
            if (group != 0) order.group = groups_;
            if (one_in(6)) order.request_digest[0] ^= 1;
            if (one_in(10)) order.idempotency_id = next_id();
            case_.orders.push_back(order);
            case_.batch.authorities.push_back(case_.batch.authorities[i]);
            if (group == 0) return;
        }
    }

    void know(ledger::TransferOrder const& order) {
        ledger::KnownTransfer known;
        known.request_digest = order.request_digest;
        if (one_in(6)) known.request_digest[0] ^= 1;
        known.answer.status = any_status();
        case_.batch.known[order.idempotency_id] = known;
    }

    Uuid next_id() {
        ++ids_;
        Uuid id;
        id.bytes[15] = static_cast<std::uint8_t>(ids_);
        id.bytes[14] = static_cast<std::uint8_t>(ids_ >> 8U);
        return id;
    }

    void add_order(std::uint64_t group) {
        static constexpr TransferKind kinds[] = {TransferKind::transfer, TransferKind::hold,
                                                 TransferKind::capture,  TransferKind::reversal,
                                                 TransferKind::release,  TransferKind::withdrawal,
                                                 TransferKind::deposit,  TransferKind::transfer};
        ledger::TransferOrder order;
        order.group = group;
        order.idempotency_id = next_id();
        order.kind = kinds[below(std::size(kinds))];
        if (api::has_origin(order.kind)) {
            order.origin = any_origin(order.kind);
            auto const origin = case_.batch.origins.find(order.origin);
            auto const original =
                origin == case_.batch.origins.end() ? money::Money{} : origin->second.amount;
            if (order.kind != TransferKind::release && one_in(2)) {
                order.amount = {about(original.amount), original.currency};
                if (one_in(16)) order.amount.currency = currency(2);
            }
        } else {
            if (order.kind != TransferKind::deposit) order.debit_account = any_account();
            if (order.kind != TransferKind::withdrawal) order.credit_account = any_account();
            if (order.debit_account == order.credit_account && !one_in(4)) {
                order.credit_account = other_than(order.debit_account);
            }
            order.amount = {amount(order.debit_account), currency(24)};
        }
        if (group != 0 && !case_.orders.empty() && one_in(32)) {
            order.idempotency_id = case_.orders.back().idempotency_id;
        }
        case_.orders.push_back(order);
        add_authority(group);
    }

    // Usually a suitable one.
    TransferId any_origin(TransferKind settling) {
        auto const count = case_.batch.origins.size();
        if (count == 0 || one_in(16)) return TransferId{101 + static_cast<std::int64_t>(count)};
        auto const is_fit = [&](TransferId id) {
            auto const& origin = case_.batch.origins.at(id);
            return (settling == TransferKind::reversal) != (origin.kind == TransferKind::hold);
        };
        auto origin = TransferId{101 + below(count)};
        if (one_in(8)) return origin;
        for (std::size_t i = 0; i < count && !is_fit(origin); ++i) {
            origin.value = 101 + (origin.value - 100) % static_cast<std::int64_t>(count);
        }
        return origin;
    }

    void add_authority(std::uint64_t group) {
        auto& all = case_.batch.authorities;
        auto const is_member = group != 0 && case_.orders.size() > 1 &&
                               case_.orders[case_.orders.size() - 2].group == group;
        if (is_member && !one_in(12)) return all.push_back(ledger::OrderAuthority(all.back()));
        ledger::OrderAuthority authority;
        authority.is_live = !one_in(20);
        authority.user_id = UserId{1 + below(3)};
        authority.role = api::Role::teller;
        if (one_in(3)) authority.role = static_cast<api::Role>(below(4));
        authority.has_pin_authorization = !one_in(16);
        authority.cash_account = AccountId{one_in(8) ? 2 : 1};
        if (one_in(16)) authority.cash_account = one_in(2) ? AccountId{} : any_account();
        if (one_in(8)) authority.role_limits = limits();
        if (authority.role == api::Role::customer) authority.may_move_cash = !one_in(4);
        all.push_back(authority);
    }

    std::int64_t about(std::int64_t value) {
        auto const near = std::clamp<std::int64_t>(value, 1, bounds::amount_max) + below(3) - 1;
        return std::clamp<std::int64_t>(near, 1, bounds::amount_max);
    }

    std::int64_t amount(AccountId debit) {
        auto const found = case_.batch.accounts.find(debit);
        if (found == case_.batch.accounts.end() || !one_in(3)) return 1 + below(50);
        auto const& account = found->second;
        auto const& limits = account.limits;
        auto const& spending = account.spending;
        switch (below(8)) {
        case 0: return about(limits.per_transfer.value_or(1));
        case 1: return about(limits.per_day.value_or(1) - spending.today);
        case 2: return about(limits.per_week.value_or(1) - spending.this_week);
        case 3: return about(limits.per_month.value_or(1) - spending.this_month);
        case 4: return bounds::amount_max - below(2);
        default: break;
        }
        // Unsigned: close to the bounds of 64 bits it may wrap.
        auto const left = static_cast<std::uint64_t>(account.balance) -
                          static_cast<std::uint64_t>(account.held) +
                          static_cast<std::uint64_t>(account.overdraft_limit.value_or(0)) -
                          static_cast<std::uint64_t>(account.minimum_balance);
        return about(static_cast<std::int64_t>(left));
    }

    Source& source_;
    LedgerCase case_;
    std::uint64_t groups_ = 0;
    unsigned ids_ = 0;
};

// The bytes of an input, then zeros.
class ByteChoices {
public:
    explicit ByteChoices(std::string_view bytes) : bytes_(bytes) {}

    std::uint64_t below(std::uint64_t count) {
        if (bytes_.empty()) return 0;
        auto const byte = static_cast<unsigned char>(bytes_.front());
        bytes_.remove_prefix(1);
        return byte % count;
    }

private:
    std::string_view bytes_;
};

}  // namespace bank::test
