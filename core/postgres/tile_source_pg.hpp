// The tree's tiles and its last checkpoint in the database. See core/sql/functions/sealing.sql.
#pragma once
#include <functional>
#include <optional>
#include <vector>

#include "core/audit/seal_store.hpp"
#include "core/postgres/client/connection.hpp"

namespace bank::postgres {

// internal_error unless it has 32 bytes.
[[nodiscard]] Result<audit::Hash> hash_of(BytesView bytes);

inline constexpr Statement last_checkpoint_statement{
    "last_checkpoint", "select c.tree_size, c.note from bank.last_checkpoint() c"};
// Result of that statement.
[[nodiscard]] Result<std::optional<audit::KeptCheckpoint>> read_checkpoint(
    Result<Rows> const& rows);

class TileSourcePg final : public audit::TileSource {
public:
    using Run = std::function<Result<Rows>(Statement const&, Parameters const&)>;

    // `run` must query as the daemon's own role.
    explicit TileSourcePg(Run run) : run_(std::move(run)) {}

    Result<std::vector<audit::Hash>> read(audit::TileId const& id) override;

private:
    Result<std::vector<audit::Hash>> find(audit::TileId const& id);

    Run run_;
    std::optional<audit::Tile> last_;  // Cache: a proof reads each of its tiles several times.
};

}  // namespace bank::postgres
