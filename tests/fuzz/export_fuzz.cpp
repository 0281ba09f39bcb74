// Exports and receipts of the audit log. Verification always ends with a summary, and nothing
// unsigned passes as a complete, valid log.
#include <vector>

#include "core/verify/export_verifier.hpp"
#include "core/verify/receipt.hpp"
#include "core/verify/report.hpp"
#include "tests/fuzz/fuzz_input.hpp"

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    using namespace bank;
    using namespace bank::verify;
    // A key under which a firmware's transparency log is published; it did not sign the seeds.
    static std::vector<audit::NoteKey> const keys{
        audit::parse_note_key(
            "armory-drive-log+16541b8f+AYDPmG5pQp4Bgu0a1mr5uDZ196+t8lIVIfWQSPWmP+Jv")
            .value()};
    auto const text = fuzz::as_text(data, size);
    {
        ExportVerifier verifier(keys);
        // Findings about them must not mask those about the export.
        if (!text.starts_with("bankd-export")) verifier.add_checkpoints("known", text);
        TextSource source(text);
        BANK_CHECK(verifier.add_file("export", source, true).ok());
        auto const summary = verifier.finish();
        BANK_CHECK(summary.verified_checkpoints == 0);
        BANK_CHECK(summary.sealed_records == 0 || verifier.findings().count() > 0);
        BANK_CHECK(verifier.findings().kept().size() <= Findings::kept_max);
        BANK_CHECK(!report_text(summary, verifier.findings(), {}).empty());
        BANK_CHECK(!report_json(summary, verifier.findings()).empty());
    }
    Receipt receipt;
    Findings findings;
    verify_receipt(text, keys, receipt, findings);
    BANK_CHECK(findings.count() > 0);
    BANK_CHECK(!report_json(receipt, findings).empty());
    return 0;
}
