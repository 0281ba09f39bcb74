#include "core/ledger/account_book.hpp"

#include <algorithm>
#include <cstring>
#include <limits>
#include <unordered_set>

#include "core/base/overflow.hpp"

namespace bank::ledger {
namespace {

std::size_t hash_of(access::SessionSecret const& secret) {
    std::size_t value = 0;  // The secret is random: any part of it will do.
    std::memcpy(&value, secret.data(), sizeof value);
    return value;
}

void grow(std::int64_t& spent, std::int64_t amount) {
    spent = checked_add(spent, amount).value_or(std::numeric_limits<std::int64_t>::max());
}

}  // namespace

std::size_t AccountBook::Hash::operator()(SessionKey const& key) const noexcept {
    return hash_of(key.session) ^ static_cast<std::size_t>(key.currency.letters[0]);
}

std::optional<OrderAuthority> AccountBook::authority_of(TransferOrder const& order) const {
    auto const found =
        sessions_.find({order.acting.session, order.acting.role, order.amount.currency});
    if (found == sessions_.end()) return std::nullopt;
    auto authority = found->second;
    // SQL does not re-check orders that are not stored, so a refusal to move cash needs current
    // data.
    if (api::uses_cash(order.kind) && !(authority.cash_account && authority.may_move_cash)) {
        return std::nullopt;
    }
    authority.has_pin_authorization = needs_no_pin(order);
    return authority;
}

void AccountBook::add_account(AccountId id, Recollection& recollection) const {
    auto& [batch, missing] = recollection;
    if (!id || batch.accounts.contains(id)) return;
    auto const found = accounts_.find(id);
    if (found != accounts_.end()) {
        batch.accounts.emplace(id, found->second);
    } else {
        missing.push_back(id);
    }
}

std::optional<AccountBook::Recollection> AccountBook::recall(
    std::span<TransferOrder const> orders) const {
    std::optional<Recollection> recollection(std::in_place);
    recollection->batch.authorities.reserve(orders.size());
    recollection->batch.accounts.reserve(2 * orders.size());
    for (auto const& order : orders) {
        if (order.origin || order.was_decided) return std::nullopt;
        auto const authority = authority_of(order);
        if (!authority) return std::nullopt;
        recollection->batch.authorities.push_back(*authority);
        add_account(order.debit_account, *recollection);
        add_account(order.credit_account, *recollection);
        if (api::uses_cash(order.kind)) add_account(authority->cash_account, *recollection);
    }
    auto& missing = recollection->missing;
    std::sort(missing.begin(), missing.end());
    missing.erase(std::unique(missing.begin(), missing.end()), missing.end());
    return recollection;
}

void AccountBook::learn_authorities(std::span<TransferOrder const> orders,
                                    LockedBatch const& batch) {
    for (std::size_t i = 0; i < orders.size(); ++i) {
        auto const& authority = batch.authorities[i];
        auto const& order = orders[i];
        if (!authority.is_live) {
            std::erase_if(sessions_, [&](auto const& item) {
                return item.first.session == order.acting.session;
            });
            continue;
        }
        auto const [place, is_new] = sessions_.try_emplace(
            {order.acting.session, order.acting.role, order.amount.currency}, authority);
        if (is_new) continue;
        place->second.role_limits = authority.role_limits;
        place->second.may_move_cash = authority.may_move_cash;
        // Only set for orders that use cash.
        if (authority.cash_account) place->second.cash_account = authority.cash_account;
    }
}

void AccountBook::learn(std::span<TransferOrder const> orders, std::span<Decision const> decisions,
                        LockedBatch const& batch) {
    if (accounts_.size() + batch.accounts.size() > accounts_max_ ||
        sessions_.size() + orders.size() > accounts_max_) {
        forget();
    }
    learn_authorities(orders, batch);
    for (auto const& [id, account] : batch.accounts) accounts_.insert_or_assign(id, account);
    std::unordered_set<AccountId> touched;
    touched.reserve(batch.accounts.size());
    for (std::size_t i = 0; i < orders.size(); ++i) {
        auto const& decision = decisions[i];
        if (decision.is_replay || !is_transfer_status(decision.code)) continue;
        auto& debit = accounts_.at(decision.debit_account);
        auto& credit = accounts_.at(decision.credit_account);
        debit.balance = decision.debit_balance;
        debit.held = decision.debit_held;
        credit.balance = decision.credit_balance;
        if (decision.code == Code::posted && api::facts(orders[i].kind).counts) {
            grow(debit.spending.today, decision.amount.amount);
            grow(debit.spending.this_week, decision.amount.amount);
            grow(debit.spending.this_month, decision.amount.amount);
        }
        for (auto* const side : {&debit, &credit}) {
            if (touched.insert(side->id).second) ++side->version;
        }
    }
}

void AccountBook::forget() {
    accounts_.clear();
    sessions_.clear();
}

}  // namespace bank::ledger
