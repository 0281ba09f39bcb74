#include "core/postgres/client/pool.hpp"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <utility>
#include <vector>

#include "core/base/log.hpp"

namespace bank::postgres {
namespace {
constexpr std::chrono::milliseconds back_off_min{50};
constexpr std::chrono::milliseconds back_off_max{2000};
}  // namespace

struct Connector::State {
    ConnectionSettings settings;
    std::mutex mutex;
    std::chrono::milliseconds back_off{0};  // 0: the last attempt succeeded.
    std::chrono::steady_clock::time_point next_try;
    bool is_trying = false;  // During an outage: one caller at a time.
};

Connector::Connector(ConnectionSettings settings) : state_(std::make_unique<State>()) {
    state_->settings = std::move(settings);
}
Connector::~Connector() = default;

Result<std::unique_ptr<Connection>> Connector::connect() {
    auto was_away = false;
    {
        std::lock_guard const lock(state_->mutex);
        was_away = state_->back_off.count() != 0;
        if (was_away &&
            (state_->is_trying || std::chrono::steady_clock::now() < state_->next_try)) {
            Error error{Code::storage_unavailable, "waiting before the next connection attempt"};
            error.retry_after_s = 1;
            return error;
        }
        state_->is_trying = true;
    }
    auto connection = Connection::open(state_->settings);
    std::lock_guard const lock(state_->mutex);
    state_->is_trying = false;
    if (connection) {
        if (was_away) log::info("postgres", "connected again");
        state_->back_off = std::chrono::milliseconds{0};
        return connection;
    }
    if (!was_away) log::warning("postgres", "cannot connect: {}", connection.error().detail);
    state_->back_off = std::clamp(2 * state_->back_off, back_off_min, back_off_max);
    state_->next_try = std::chrono::steady_clock::now() + state_->back_off;
    return connection;
}

struct Pool::State {
    State(Connector& connector_to_use, int size_max_allowed,
          std::chrono::milliseconds wait_max_allowed)
        : connector(connector_to_use), size_max(size_max_allowed), wait_max(wait_max_allowed) {}

    Connector& connector;
    int const size_max;
    std::chrono::milliseconds const wait_max;
    mutable std::mutex mutex;
    std::condition_variable freed;
    std::vector<std::unique_ptr<Connection>> idle;  // LIFO.
    int busy = 0;                                   // Leased, or about to be.
};

Pool::Pool(Connector& connector, int size_max, std::chrono::milliseconds wait_max)
    : state_(std::make_unique<State>(connector, std::max(size_max, 1), wait_max)) {}
Pool::~Pool() = default;

Result<Pool::Lease> Pool::take() {
    {
        std::unique_lock lock(state_->mutex);
        auto const is_free = [&] { return state_->busy < state_->size_max; };
        if (!state_->freed.wait_for(lock, state_->wait_max, is_free)) {
            Error error{Code::overloaded, "all connections are busy"};
            error.retry_after_s = 1;
            return error;
        }
        ++state_->busy;
        while (!state_->idle.empty()) {
            auto connection = std::move(state_->idle.back());
            state_->idle.pop_back();
            if (connection->is_idle()) return Lease(*this, std::move(connection));
        }
    }
    auto connection = state_->connector.connect();
    if (connection) return Lease(*this, std::move(connection).value());
    give_back(nullptr);
    return std::move(connection).error();
}

void Pool::give_back(std::unique_ptr<Connection> connection) {
    // Checked, and closed if necessary, outside the lock.
    if (connection && !connection->is_idle()) connection.reset();
    {
        std::lock_guard const lock(state_->mutex);
        --state_->busy;
        if (connection) state_->idle.push_back(std::move(connection));
    }
    state_->freed.notify_one();
}

Pool::Use Pool::use() const {
    std::lock_guard const lock(state_->mutex);
    return {state_->busy, state_->busy + static_cast<int>(state_->idle.size())};
}

Pool::Lease::Lease(Pool& pool, std::unique_ptr<Connection> connection)
    : pool_(&pool), connection_(std::move(connection)) {}
Pool::Lease::Lease(Lease&&) noexcept = default;
Pool::Lease::~Lease() {
    if (connection_) pool_->give_back(std::move(connection_));
}

}  // namespace bank::postgres
