// Verifies a complete export of a log, line by line. Trusts only public keys.
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
#include "core/verify/key_book.hpp"
#include "core/verify/ledger_verifier.hpp"
#include "core/verify/line_reader.hpp"
#include "core/verify/log_verifier.hpp"
#include "core/verify/state_verifier.hpp"

namespace bank::verify {

struct Summary {
    std::string origin;
    bool is_complete = false;
    bool is_archive = false;  // The last file is an archive: no balances.
    std::uint64_t first_number = 0;
    std::uint64_t sealed_records = 0;  // In these files.
    std::uint64_t unsealed_records = 0;
    std::uint64_t transfers = 0;
    std::uint64_t accounts = 0;
    std::uint64_t rows = 0;  // Of users, accounts, limits and rules that were compared.
    std::optional<Timestamp> first_time;
    std::optional<Timestamp> last_time;
    std::uint64_t verified_checkpoints = 0;
    std::uint64_t known_checkpoints = 0;              // Those supplied separately.
    std::uint64_t signed_size = 0;                    // Of the largest verified checkpoint.
    std::uint64_t unsigned_records = 0;               // Sealed after that checkpoint.
    std::map<std::string, std::uint64_t> signatures;  // By key name.
    std::uint64_t erased_details = 0;
    std::uint64_t erased_subjects = 0;
};

class ExportVerifier {
public:
    explicit ExportVerifier(std::vector<audit::NoteKey> keys);
    ExportVerifier(ExportVerifier const&) = delete;
    ExportVerifier& operator=(ExportVerifier const&) = delete;

    // Called periodically with the number of records so far.
    std::function<void(std::uint64_t)> on_progress;

    // Adds checkpoints seen earlier. Call before the first file.
    void add_checkpoints(std::string const& name, std::string_view text) {
        checkpoints_.add_file(name, text);
    }
    // The files of one log in order. Accounts and unsealed records count only in the last one:
    // unsealed records of an archive are in later files. Errors: those of the source.
    Status add_file(std::string const& name, ByteSource& source, bool is_last);
    // Call once, after the last file.
    Summary finish();

    [[nodiscard]] Findings const& findings() const noexcept { return findings_; }

private:
    // The order of an export's parts.
    enum class Part : std::uint8_t { header, seals, unsealed, subjects, accounts, state, ended };
    // Events whose details are evaluated.
    enum class Told : std::uint8_t { nothing, change, begin, erasure };
    // The record to which following disclosure lines belong.
    struct Open {
        std::optional<LedgerTransfer> transfer;  // None: an event or an invalid record.
        std::optional<std::uint64_t> number;
        TransferId id;
        bool is_event = false;
        Told told = Told::nothing;
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
    void add(StateRow const& row);
    void add(End const& end);
    void open_record(audit::Record const& record);
    void check_private_part(Disclosure const& disclosure);
    void evaluate_details(std::string_view details);
    void end_record();
    void end_file(bool is_cut);
    void check_unsigned();
    bool enter(Part part);
    bool is_in_seal(char const* what);
    void report_malformed(std::string why);

    Findings findings_;
    CheckpointBook checkpoints_;
    LogVerifier log_;
    LedgerVerifier ledger_;
    StateVerifier state_;
    Disclosures disclosures_;
    KeyBook keys_;
    Summary summary_;

    std::string file_;
    std::uint64_t line_number_ = 0;
    bool is_last_file_ = false;
    bool has_begun_ = false;
    Part part_ = Part::header;
    bool awaits_edge_ = false;
    std::optional<Timestamp> unsigned_since_;  // The first record not covered by a checkpoint.
    bool is_in_seal_ = false;                  // Records of a seal may follow.
    bool has_seal_record_ = false;             // Since the last seal.
    std::optional<Open> open_;
};

}  // namespace bank::verify
