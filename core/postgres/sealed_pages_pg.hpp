// The sealed trail in pages, for exports and archives. It never changes, so pages need no common
// transaction.
//
// Threads: one.
#pragma once
#include <cstdint>
#include <limits>
#include <string>

#include "core/audit/export_writer.hpp"
#include "core/postgres/client/transaction.hpp"

namespace bank::postgres {

// The columns of bank.exported() and bank.exported_pending() for read_exported(). An absent part
// has an empty salt.
// NOLINTNEXTLINE(cppcoreguidelines-macro-usage): only a macro concatenates literals.
#define BANK_SQL_EXPORTED                                                                        \
    "x.leaf, x.record, coalesce(x.private_salt, ''), x.private, coalesce(x.reference_salt, '')," \
    " x.reference, coalesce(x.details_salt, ''), x.details"

[[nodiscard]] api::Revealed read_revealed(Row& row);
[[nodiscard]] audit::ExportedRecord read_exported(Row& row);

class SealedPages {
public:
    // The data of one transaction.
    struct Page {
        Rows records;
        Rows tiles;
        Rows checkpoints;
    };

    // `writer` must outlive it.
    explicit SealedPages(audit::ExportWriter& writer) : writer_(writer) {}

    // Writes the header, and the left edge of the tree at `from`, the first record.
    [[nodiscard]] Status begin(Pool& pool, audit::ExportKind kind, std::string const& origin,
                               std::uint64_t from);
    // Restrict the pages to seals from `from`, the start of a seal, to before `end`.
    void go_on(std::uint64_t from) noexcept { next_ = from; }
    void end_at(std::uint64_t end) noexcept { end_ = end; }

    // The transaction must have entered a session that may read the trail.
    [[nodiscard]] Result<Page> read(Transaction& transaction) const;
    // Advances next().
    [[nodiscard]] Status write(Page const& page);
    // Reads and writes all pages, in transactions of its own.
    [[nodiscard]] Status write_all(Pool& pool, access::Acting const& acting);

    // The first record that is not yet written.
    [[nodiscard]] std::uint64_t next() const noexcept { return next_; }

private:
    audit::ExportWriter& writer_;
    std::uint64_t next_ = 0;
    std::uint64_t end_ = std::numeric_limits<std::int64_t>::max();
};

}  // namespace bank::postgres
