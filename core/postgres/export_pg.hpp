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
#include "core/postgres/client/transaction.hpp"
#include "core/postgres/sealed_pages_pg.hpp"
#include "core/storage/acting.hpp"

namespace bank::postgres {

class TrailExport {
public:
    // All must outlive it.
    TrailExport(Pool& pool, storage::Acting const& acting, api::ExportSink const& sink)
        : pool_(pool), acting_(acting), writer_(sink) {}

    [[nodiscard]] Status run(std::string const& origin, api::ExportRequest const& request);

private:
    [[nodiscard]] Status record_reading(std::uint64_t from);
    // Where the export begins.
    [[nodiscard]] Result<std::uint64_t> first_seal(api::ExportRequest const& request);
    [[nodiscard]] Status write_rest();
    [[nodiscard]] Status each_row(Transaction& transaction, Statement const& declare,
                                  std::function<Status(Row)> const& write);

    Pool& pool_;
    storage::Acting const& acting_;
    audit::ExportWriter writer_;
    SealedPages pages_{writer_};
};

}  // namespace bank::postgres
