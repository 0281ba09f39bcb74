// The connector and the bounded connection pool.
//
// Threads: any. While the server is unavailable, callers get storage_unavailable immediately; one
// caller at a time retries, with growing back-off.
#pragma once
#include <chrono>
#include <memory>

#include "core/base/result.hpp"
#include "core/postgres/client/connection.hpp"

namespace bank::postgres {

// Opens connections with back-off, shared by the pool and the lanes, so all of them know of an
// outage.
class Connector {
public:
    explicit Connector(ConnectionSettings settings);
    ~Connector();
    // storage_unavailable; immediately during back-off or while another attempt is in progress.
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

    // A connection for one user. The end of the lease returns it, or drops it if it is not idle.
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
