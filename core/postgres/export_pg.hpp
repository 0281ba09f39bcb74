// The audit trail as its export takes it: what is sealed in small transactions, for it never
// changes; what is not, and the balances, in one snapshot at the end.
//
// Threads: one. No transaction waits for the sink but the last.
#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "core/audit/export_writer.hpp"
#include "core/postgres/transaction.hpp"
#include "core/storage/acting.hpp"

namespace bank::postgres {

class TrailExport {
public:
    // All must outlive it.
    TrailExport(Pool& pool, storage::Acting const& acting, api::ExportSink const& sink)
        : pool_(pool), acting_(acting), writer_(sink) {}

    [[nodiscard]] Status run(std::string const& origin, api::ExportRequest const& request);

private:
    // What one transaction reads of the seals.
    struct Page {
        Rows records;
        Rows tiles;
        Rows checkpoints;
    };

    [[nodiscard]] Status record_reading(std::uint64_t from);
    // Where the export begins.
    [[nodiscard]] Result<std::uint64_t> first_seal(api::ExportRequest const& request);
    [[nodiscard]] Result<Page> read_page(Transaction& transaction) const;
    // Moves next_ behind what it wrote.
    [[nodiscard]] Status write(Page const& page);
    [[nodiscard]] Status write_rest();
    [[nodiscard]] Status each_row(Transaction& transaction, Statement const& declare,
                                  std::function<Status(Row)> const& write);

    Pool& pool_;
    storage::Acting const& acting_;
    audit::ExportWriter writer_;
    std::uint64_t next_ = 0;  // The first record that is not written.
};

}  // namespace bank::postgres
