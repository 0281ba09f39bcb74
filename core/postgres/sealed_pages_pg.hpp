// What is sealed of the trail, page by page, as exports and archives have it. It never changes, so
// no page needs the transaction of another.
//
// Threads: one.
#pragma once
#include <cstdint>
#include <limits>
#include <string>

#include "core/audit/export_writer.hpp"
#include "core/postgres/client/transaction.hpp"

namespace bank::postgres {

// The columns of bank.exported() and bank.exported_pending() that read_exported() takes. A part
// that is not there reads as one with an empty salt.
// NOLINTNEXTLINE(cppcoreguidelines-macro-usage): only a macro concatenates literals.
#define BANK_SQL_EXPORTED                                                                        \
    "x.leaf, x.record, coalesce(x.private_salt, ''), x.private, coalesce(x.reference_salt, '')," \
    " x.reference, coalesce(x.details_salt, ''), x.details"

[[nodiscard]] api::Revealed read_revealed(Row& row);
[[nodiscard]] audit::ExportedRecord read_exported(Row& row);

class SealedPages {
public:
    // What one transaction reads of the seals.
    struct Page {
        Rows records;
        Rows tiles;
        Rows checkpoints;
    };

    // `writer` must outlive it.
    explicit SealedPages(audit::ExportWriter& writer) : writer_(writer) {}

    // The first line, and the left edge of the tree from `from` on, where it starts.
    [[nodiscard]] Status begin(Pool& pool, audit::ExportKind kind, std::string const& origin,
                               std::uint64_t from);
    // Goes on at `from`, with a seal, and ends with the seal before `end`.
    void go_on(std::uint64_t from) noexcept { next_ = from; }
    void end_at(std::uint64_t end) noexcept { end_ = end; }

    // The transaction must have entered a session that may read the trail.
    [[nodiscard]] Result<Page> read(Transaction& transaction) const;
    // Moves next() behind what it wrote.
    [[nodiscard]] Status write(Page const& page);
    // Reads and writes all there is, in transactions of its own.
    [[nodiscard]] Status write_all(Pool& pool, storage::Acting const& acting);

    // The first record that is not written.
    [[nodiscard]] std::uint64_t next() const noexcept { return next_; }

private:
    audit::ExportWriter& writer_;
    std::uint64_t next_ = 0;
    std::uint64_t end_ = std::numeric_limits<std::int64_t>::max();
};

}  // namespace bank::postgres
