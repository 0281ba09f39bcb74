// Writes an export of the audit trail. Grammar: packaging/doc/audit-format.md.
//
// The sink receives chunks of complete lines, the last one from end(). Threads: one. Errors: those
// of the sink; after an error nothing more may be written.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "core/api/audit.hpp"
#include "core/audit/merkle.hpp"
#include "core/base/bytes.hpp"
#include "core/base/time.hpp"

namespace bank::audit {

// A record and the contents of its hashes. A part with an empty salt is absent.
struct ExportedRecord {
    Bytes leaf;
    std::string text;
    api::Revealed private_part;
    api::Revealed reference;
    api::Revealed details;
};

enum class ExportKind : std::uint8_t { whole, archive };

class ExportWriter {
public:
    // `sink` must outlive it.
    explicit ExportWriter(api::ExportSink const& sink) : sink_(sink) {}

    // `edge`: audit::TileTree::edge() of the records before `first`.
    [[nodiscard]] Status begin(ExportKind kind, std::string_view origin, std::uint64_t first,
                               Proof const& edge);
    // For every seal: the tiles, the records, the checkpoint if there is one.
    [[nodiscard]] Status seal(std::uint64_t first, std::uint64_t count, Timestamp at);
    [[nodiscard]] Status tile(std::int64_t level, std::uint64_t index, BytesView hashes);
    [[nodiscard]] Status sealed(ExportedRecord const& record);
    [[nodiscard]] Status checkpoint(std::string_view note);
    // After all seals, in this order.
    [[nodiscard]] Status pending(ExportedRecord const& record);
    [[nodiscard]] Status subject(BytesView hash, api::Revealed const& subject);
    [[nodiscard]] Status account(std::int64_t id, std::string_view currency, std::int64_t balance,
                                 std::int64_t held);
    // `state`: a JSON object.
    [[nodiscard]] Status state(std::string_view table, std::string_view key, std::int64_t change_no,
                               std::string_view state);
    [[nodiscard]] Status end(std::uint64_t sealed_count);

    // Digest of all lines. Call once, after end().
    [[nodiscard]] crypto::Sha256Digest digest() { return digest_.finish(); }

private:
    [[nodiscard]] Status record(char tag, ExportedRecord const& record);
    void revealed(char tag, api::Revealed const& revealed);
    [[nodiscard]] Status end_line();
    [[nodiscard]] Status send();

    api::ExportSink const& sink_;
    std::string lines_;
    crypto::Sha256 digest_;
};

}  // namespace bank::audit
