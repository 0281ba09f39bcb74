// Posting lanes on real stores, as in a daemon, with hooks to observe and to interfere.
#pragma once
#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/ledger/posting_lanes.hpp"
#include "core/postgres/database.hpp"

namespace bank::test {

// Called on the lanes' threads; set them while the lanes are idle.
struct LaneHooks {
    std::atomic<int> locks{0};  // Number of batches that read before they decided.
    std::atomic<int> posts{0};
    std::function<void()> before_post;
    // Replaces the answer of a successful post().
    std::function<std::optional<Code>()> after_post;
};

class HookedStore final : public ledger::LaneStore {
public:
    HookedStore(std::unique_ptr<ledger::LaneStore> store, LaneHooks& hooks)
        : store_(std::move(store)), hooks_(hooks) {}

    Result<std::vector<ledger::LockedAccount>> read(std::span<AccountId const> ids) override {
        return store_->read(ids);
    }
    Result<ledger::LockedBatch> lock(std::span<ledger::TransferOrder const> orders) override {
        ++hooks_.locks;
        return store_->lock(orders);
    }
    Result<std::vector<ledger::Posted>> post(std::span<ledger::TransferOrder const> orders,
                                             std::span<ledger::Decision const> decisions,
                                             ledger::LockedBatch const& batch) override {
        ++hooks_.posts;
        if (hooks_.before_post) hooks_.before_post();
        auto posted = store_->post(orders, decisions, batch);
        if (posted.ok() && hooks_.after_post) {
            if (auto const code = hooks_.after_post()) return *code;
        }
        return posted;
    }
    void abandon() noexcept override { store_->abandon(); }

private:
    std::unique_ptr<ledger::LaneStore> store_;
    LaneHooks& hooks_;
};

class DaemonLanes {
public:
    using Answer = Result<api::Transfer>;
    using GroupAnswer = Result<std::vector<api::Transfer>>;

    // `bank` must outlive it. An alarm fails the test.
    explicit DaemonLanes(postgres::Database& bank, int count = 1) {
        std::vector<std::unique_ptr<ledger::LaneStore>> stores;
        for (int i = 0; i < count; ++i) {
            stores.push_back(std::make_unique<HookedStore>(bank.make_lane(), hooks));
        }
        lanes_ = std::make_unique<ledger::PostingLanes>(
            std::move(stores), ledger::PostingLanes::Limits{},
            [this](ledger::TransferOrder const& order, Error const& error) {
                ++alarms;
                ADD_FAILURE() << "alarm: " << to_string(order.kind) << ": " << error.detail;
            });
    }

    std::future<Answer> submit(ledger::TransferOrder order) {
        auto promise = std::make_shared<std::promise<Answer>>();
        auto future = promise->get_future();
        lanes_->submit({std::move(order)}, [promise](GroupAnswer answer) {
            answer.ok() ? promise->set_value(std::move(answer->front()))
                        : promise->set_value(std::move(answer).error());
        });
        return future;
    }
    Answer post(ledger::TransferOrder order) { return submit(std::move(order)).get(); }
    GroupAnswer post_linked(std::vector<ledger::TransferOrder> orders) {
        auto promise = std::make_shared<std::promise<GroupAnswer>>();
        auto future = promise->get_future();
        lanes_->submit(std::move(orders),
                       [promise](GroupAnswer answer) { promise->set_value(std::move(answer)); });
        return future.get();
    }
    // The status of one order.
    std::string outcome(ledger::TransferOrder order) {
        auto const answer = post(std::move(order));
        return std::string{word(answer.ok() ? answer->status : answer.code())};
    }
    [[nodiscard]] ledger::PostingLanes& lanes() { return *lanes_; }

    LaneHooks hooks;  // Outlives the lanes.
    std::atomic<int> alarms{0};

private:
    std::unique_ptr<ledger::PostingLanes> lanes_;
};

}  // namespace bank::test
