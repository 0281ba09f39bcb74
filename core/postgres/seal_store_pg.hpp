// Seals, tiles and checkpoints on PostgreSQL, on a connection of its own: the sealer holds a
// session-level lock, which ends with the connection. See core/sql/functions/sealing.sql.
#pragma once
#include <memory>

#include "core/audit/seal_store.hpp"
#include "core/postgres/client/pool.hpp"

namespace bank::postgres {

class SealStorePg final : public audit::SealStore {
public:
    // `connector` must outlive it.
    explicit SealStorePg(Connector& connector) : connector_(connector) {}

    Result<bool> acquire() override;
    void release() noexcept override;
    Result<bool> macs_have_begun() override;
    Result<audit::SealedTo> sealed() override;
    Result<std::vector<audit::UnsealedLeaf>> unsealed(audit::Position after,
                                                      std::uint32_t limit) override;
    Result<std::vector<audit::KeptMac>> macs(std::uint64_t from_xid, std::uint64_t to_xid) override;
    Result<std::vector<audit::WrittenLine>> written_by(std::uint64_t xid,
                                                       std::uint32_t limit) override;
    Status seal(audit::Seal const& seal, std::span<audit::Tile const> full) override;
    Result<std::optional<audit::KeptCheckpoint>> last_checkpoint() override;
    Status add_checkpoint(audit::KeptCheckpoint const& checkpoint) override;
    Status pass_request() override;
    bool take_request() override;
    Result<std::vector<audit::LostCheckpoint>> lost_checkpoints() override;
    Result<std::optional<audit::UnsealedRecord>> oldest_unsealed() override;
    Result<audit::NewestTime> newest_time() override;
    Result<bool> is_transaction_clock_behind() override;
    Result<std::vector<audit::Hash>> read(audit::TileId const& id) override;

private:
    [[nodiscard]] Result<Rows> run(Statement const& statement, Parameters const& parameters = {});
    // Fails unless the lock is held: a reconnection loses it.
    [[nodiscard]] Status run_as_sealer(Statement const& statement, Parameters const& parameters);

    Connector& connector_;
    std::unique_ptr<Connection> connection_;  // None until needed, and after it was lost.
    bool is_sealer_ = false;                  // This connection holds the lock.
};

}  // namespace bank::postgres
