// A posting lane on a PostgreSQL connection of its own; see core/sql/functions/posting.sql.
#pragma once
#include <memory>

#include "core/ledger/lane_store.hpp"
#include "core/postgres/client/pool.hpp"

namespace bank::postgres {

class LaneStorePg final : public ledger::LaneStore {
public:
    // `connector` must outlive the lane.
    explicit LaneStorePg(Connector& connector) : connector_(connector) {}
    ~LaneStorePg() override;

    Result<std::vector<ledger::LockedAccount>> read(std::span<AccountId const> ids) override;
    Result<ledger::LockedBatch> lock(std::span<ledger::TransferOrder const> orders) override;
    Result<std::vector<ledger::Posted>> post(std::span<ledger::TransferOrder const> orders,
                                             std::span<ledger::Decision const> decisions,
                                             ledger::LockedBatch const& batch) override;
    void abandon() noexcept override;

private:
    [[nodiscard]] Status connect();
    [[nodiscard]] Result<Rows> send(Parameters const& parameters, bool is_locked);
    [[nodiscard]] Status commit(Parameters const& mac);

    Connector& connector_;
    std::unique_ptr<Connection> connection_;  // None until needed, and after it was lost.
    bool is_open_ = false;                    // A transaction.
};

}  // namespace bank::postgres
