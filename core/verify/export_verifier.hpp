// Verifies a whole export of a log, line by line, trusting nothing but public keys.
//
// Threads: one at a time.
#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/audit/note.hpp"
#include "core/verify/checkpoint_book.hpp"
#include "core/verify/disclosures.hpp"
#include "core/verify/finding.hpp"
#include "core/verify/ledger_verifier.hpp"
#include "core/verify/line_reader.hpp"
#include "core/verify/log_verifier.hpp"

namespace bank::verify {

struct Summary {
    std::string origin;
    bool is_complete = false;
    bool is_archive = false;  // The last file: it has no balances.
    std::uint64_t first_number = 0;
    std::uint64_t sealed_records = 0;  // Of these files.
    std::uint64_t unsealed_records = 0;
    std::uint64_t transfers = 0;
    std::uint64_t accounts = 0;
    std::optional<Timestamp> first_time;
    std::optional<Timestamp> last_time;
    std::uint64_t verified_checkpoints = 0;
    std::uint64_t known_checkpoints = 0;              // Those given beside the export.
    std::uint64_t signed_size = 0;                    // Of the largest verified checkpoint.
    std::uint64_t unsigned_records = 0;               // Sealed, and after that checkpoint.
    std::map<std::string, std::uint64_t> signatures;  // By the name of the key.
    std::uint64_t erased_details = 0;
    std::uint64_t erased_subjects = 0;
};

class ExportVerifier {
public:
    explicit ExportVerifier(std::vector<audit::NoteKey> keys);
    ExportVerifier(ExportVerifier const&) = delete;
    ExportVerifier& operator=(ExportVerifier const&) = delete;

    // Called now and then with the number of records so far.
    std::function<void(std::uint64_t)> on_progress;

    // Checkpoints that were seen before. Before the first file.
    void add_checkpoints(std::string const& name, std::string_view text) {
        checkpoints_.add_file(name, text);
    }
    // The files of one log in order. Only the last one has accounts and unsealed records that
    // count: those of an archive are in the files after it. Errors: what the source says.
    Status add_file(std::string const& name, ByteSource& source, bool is_last);
    // After the last file; once.
    Summary finish();

    [[nodiscard]] Findings const& findings() const noexcept { return findings_; }

private:
    // The order of an export's parts.
    enum class Part : std::uint8_t { header, seals, unsealed, subjects, accounts, ended };
    // The record that the lines after it may disclose something of.
    struct Open {
        std::optional<LedgerTransfer> transfer;  // None: an event, or a record that is not sound.
        std::optional<std::uint64_t> number;
        TransferId id;
        bool is_event = false;
        bool is_transfer = false;
        bool has_private_part = false;
        bool has_reference_text = false;
        bool has_details = false;
        audit::Hash private_hash{};
        audit::Hash details_hash{};
        std::optional<audit::Hash> reference_hash;
        std::optional<audit::PrivatePart> part;
    };

    void add_line(std::string_view line);
    void add(Header const& header);
    void add(LeftEdge const& edge);
    void add(Seal const& seal);
    void add(StoredTile& tile);
    void add(StoredRecord const& stored);
    void add(Disclosure const& disclosure);
    void add(StoredCheckpoint const& checkpoint);
    void add(DisclosedSubject const& subject);
    void add(AccountState const& state);
    void add(End const& end);
    void open_record(audit::Record const& record);
    void check_private_part(Disclosure const& disclosure);
    void end_record();
    void end_file(bool is_cut);
    void judge_unsigned();
    bool enter(Part part);
    bool is_in_seal(char const* what);
    void report_malformed(std::string why);

    Findings findings_;
    CheckpointBook checkpoints_;
    LogVerifier log_;
    LedgerVerifier ledger_;
    Disclosures disclosures_;
    Summary summary_;

    std::string file_;
    std::uint64_t line_number_ = 0;
    bool is_last_file_ = false;
    bool has_begun_ = false;
    Part part_ = Part::header;
    bool awaits_edge_ = false;
    std::optional<Timestamp> unsigned_since_;  // The first record under no checkpoint yet.
    bool is_in_seal_ = false;                  // A seal's records may come.
    bool has_seal_record_ = false;             // Since the last seal.
    std::optional<Open> open_;
};

}  // namespace bank::verify
