// The tree's tiles and its last checkpoint as the database keeps them. See
// core/sql/functions/sealing.sql.
#pragma once
#include <functional>
#include <optional>
#include <vector>

#include "core/audit/seal_store.hpp"
#include "core/postgres/client/connection.hpp"

namespace bank::postgres {

// internal_error if it has not 32 bytes.
[[nodiscard]] Result<audit::Hash> hash_of(BytesView bytes);

inline constexpr Statement last_checkpoint_statement{
    "last_checkpoint", "select c.tree_size, c.note from bank.last_checkpoint() c"};
// What that statement found.
[[nodiscard]] Result<std::optional<audit::KeptCheckpoint>> read_checkpoint(
    Result<Rows> const& rows);

class TileSourcePg final : public audit::TileSource {
public:
    using Run = std::function<Result<Rows>(Statement const&, Parameters const&)>;

    // `run` asks as the daemon's own role.
    explicit TileSourcePg(Run run) : run_(std::move(run)) {}

    Result<std::vector<audit::Hash>> read(audit::TileId const& id) override;

private:
    Result<std::vector<audit::Hash>> find(audit::TileId const& id);

    Run run_;
    std::optional<audit::Tile> last_;  // A proof asks for each of its tiles several times over.
};

}  // namespace bank::postgres
