// Exports the audit trail: sealed records, which never change, in small transactions; unsealed
// records and balances in one snapshot at the end.
//
// Threads: one. Only the last transaction waits for the sink.
#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "core/access/acting.hpp"
#include "core/audit/export_writer.hpp"
#include "core/postgres/client/transaction.hpp"
#include "core/postgres/sealed_pages_pg.hpp"

namespace bank::postgres {

class TrailExport {
public:
    // All must outlive it.
    TrailExport(Pool& pool, access::Acting const& acting, api::ExportSink const& sink)
        : pool_(pool), acting_(acting), writer_(sink) {}

    [[nodiscard]] Status run(std::string const& origin, api::ExportRequest const& request);

private:
    [[nodiscard]] Status record_reading(std::uint64_t from);
    // The first record of the export.
    [[nodiscard]] Result<std::uint64_t> first_seal(api::ExportRequest const& request);
    [[nodiscard]] Status write_rest();
    [[nodiscard]] Status each_row(Transaction& transaction, Statement const& declare,
                                  std::function<Status(Row)> const& write);

    Pool& pool_;
    access::Acting const& acting_;
    audit::ExportWriter writer_;
    SealedPages pages_{writer_};
};

}  // namespace bank::postgres
