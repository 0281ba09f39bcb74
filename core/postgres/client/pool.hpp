// Who opens connections, and the bounded pool of them.
//
// Threads: any. While the server is away a caller hears storage_unavailable at once; one caller at
// a time tries again, at growing distances.
#pragma once
#include <chrono>
#include <memory>

#include "core/base/result.hpp"
#include "core/postgres/client/connection.hpp"

namespace bank::postgres {

// Opens connections with back-off, for the pool and the lanes alike: one outage is known to all.
class Connector {
public:
    explicit Connector(ConnectionSettings settings);
    ~Connector();
    // storage_unavailable, at once if the last try was a moment ago or another is under way.
    [[nodiscard]] Result<std::unique_ptr<Connection>> connect();

private:
    struct State;
    std::unique_ptr<State> state_;
};

class Pool {
public:
    // `connector` must outlive the pool, and the pool its leases.
    Pool(Connector& connector, int size_max, std::chrono::milliseconds wait_max);
    ~Pool();

    // A connection for one user; goes back, or is dropped if it is not idle, with the lease.
    class Lease {
    public:
        Lease(Pool& pool, std::unique_ptr<Connection> connection);
        Lease(Lease&&) noexcept;
        Lease& operator=(Lease&&) = delete;
        ~Lease();
        Connection& operator*() const { return *connection_; }
        Connection* operator->() const { return connection_.get(); }

    private:
        Pool* pool_;
        std::unique_ptr<Connection> connection_;
    };

    // overloaded if none became free in `wait_max`; storage_unavailable.
    [[nodiscard]] Result<Lease> take();

    struct Use {
        int busy = 0;
        int size = 0;
    };
    [[nodiscard]] Use use() const;

private:
    void give_back(std::unique_ptr<Connection> connection);
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace bank::postgres
