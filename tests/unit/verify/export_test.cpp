// Valid exports are accepted, and each change to the log itself is found and named.
#include <gmock/gmock.h>

#include <set>

#include "tests/unit/verify/fixture.hpp"

namespace bank::verify {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

TEST_F(VerifyExport, AcceptsWhatIsSound) {
    auto const verified = verify();
    EXPECT_EQ(verified.sentences, "");
    auto const& summary = verified.summary;
    EXPECT_EQ(summary.origin, "bank.example/audit");
    EXPECT_TRUE(summary.is_complete);
    EXPECT_EQ(summary.sealed_records, record_count);
    EXPECT_EQ(summary.unsealed_records, 5U);
    EXPECT_EQ(summary.accounts, 40U);
    EXPECT_GT(summary.transfers, 900U);
    EXPECT_EQ(summary.verified_checkpoints, plan_.seals.size());
    EXPECT_EQ(summary.signed_size, record_count);
    EXPECT_EQ(summary.unsigned_records, 0U);
    EXPECT_EQ(summary.signatures.at("bank.example/audit"), plan_.seals.size());
    EXPECT_EQ(summary.erased_details + summary.erased_subjects, 0U);
    EXPECT_LT(*summary.first_time, *summary.last_time);
}

TEST_F(VerifyExport, AcceptsSealsOfAnySize) {
    for (std::size_t const size : {1U, 2U, 255U, 256U, 257U, 600U, 1000U}) {
        plan_.seal_all(size);
        lines_ = plan_.lines(signer_);
        EXPECT_EQ(verify().sentences, "") << size;
    }
}

TEST_F(VerifyExport, AcceptsAnEmptyLog) {
    lines_ = {"bankd-export/1\tbank.example/audit\t0", "A\t1\tEUR\t0\t0", ".\t0"};
    EXPECT_EQ(verify().sentences, "");
}

TEST_F(VerifyExport, CountsWhatWasErased) {
    auto const details = next_line(0, "D\t");
    lines_.erase(lines_.begin() + static_cast<std::ptrdiff_t>(details));
    auto const subject = next_line(0, "P\t");
    lines_.erase(lines_.begin() + static_cast<std::ptrdiff_t>(subject));
    auto const verified = verify();
    EXPECT_EQ(verified.sentences, "");
    EXPECT_EQ(verified.summary.erased_details, 1U);
    EXPECT_EQ(verified.summary.erased_subjects, 1U);
}

TEST_F(VerifyExport, AcceptsNeighbouringTransactionsThatWereSealedInSwappedOrder) {
    for (std::size_t i = 0; i + 1 < plan_.items.size(); i += 3) {
        std::swap(plan_.items[i], plan_.items[i + 1]);
    }
    plan_.notes.clear();
    lines_ = plan_.lines(signer_);
    EXPECT_EQ(verify().sentences, "");
}

TEST_F(VerifyExport, AcceptsAnArchiveAndWhatFollowsIt) {
    auto const seals = std::size_t{10};
    auto const first = archive_of(seals);
    auto rest = plan_;
    rest.first = seals * seal_size;
    auto const verified =
        verify({test::joined(first), test::joined(rest.lines(signer_))}, {signer_.key()});
    EXPECT_EQ(verified.sentences, "");
    EXPECT_EQ(verified.summary.sealed_records, record_count);
    EXPECT_EQ(verified.summary.verified_checkpoints, plan_.seals.size());
    EXPECT_FALSE(verified.summary.is_archive);

    // An archive written before its last tile was full lacks that tile.
    auto archive = plan_;
    archive.is_archive = true;
    archive.items.resize(seals * seal_size);
    archive.seals.resize(seals);
    archive.unsealed.clear();
    archive.tail.clear();
    EXPECT_EQ(verify({test::joined(archive.lines(signer_)), test::joined(rest.lines(signer_))},
                     {signer_.key()})
                  .sentences,
              "");
    // In the wrong order, or one of them twice, they are not a log.
    EXPECT_THAT(verify({test::joined(first), test::joined(first)}, {signer_.key()}).found,
                Contains(StartsWith("seal_gap 370")));
}

TEST_F(VerifyExport, ProvesALogFromTheMiddleAndSaysThatItLacksItsBeginning) {
    plan_.first = 10 * seal_size;
    lines_ = plan_.lines(signer_);
    auto const verified = verify();
    EXPECT_THAT(verified.found, ElementsAre("incomplete - 0 0"));
    EXPECT_EQ(verified.summary.verified_checkpoints, plan_.seals.size() - 10);
    EXPECT_EQ(verified.summary.sealed_records, record_count - plan_.first);
    EXPECT_EQ(verified.summary.unsigned_records, 0U);
}

TEST_F(VerifyExport, FindsALeftEdgeThatWasChanged) {
    auto const whole = lines_;
    plan_.first = 10 * seal_size;
    auto archive = archive_of(10);
    lines_ = plan_.lines(signer_);
    auto& digit = lines_[1][2];
    ASSERT_EQ(lines_[1][0], 'L');
    digit = digit == '0' ? '1' : '0';
    EXPECT_THAT(found(), ElementsAre("incomplete - 0 0", "checkpoint_mismatch 370 0 0"));
    EXPECT_THAT(verify().sentences, HasSubstr("or the subtrees before them"));
    EXPECT_THAT(verify({test::joined(archive), test::joined(lines_)}, {signer_.key()}).found,
                Contains("tile_changed 370 0 0"));
    // Missing, or with an extra root.
    lines_[1] += "\t" + std::string(64, '0');
    EXPECT_THAT(found(), Contains("malformed 370 0 0"));
    lines_.erase(lines_.begin() + 1);
    EXPECT_THAT(found(), Contains(StartsWith("malformed")));
    // A whole export has none.
    lines_ = whole;
    insert(1, {"L\t" + std::string(64, '0')});
    EXPECT_THAT(found(), ElementsAre(StartsWith("malformed")));
}

TEST_F(VerifyExport, AcceptsAnArchiveAlone) {
    auto const verified = verify({test::joined(archive_of(10))}, {signer_.key()});
    EXPECT_EQ(verified.sentences, "");
    EXPECT_TRUE(verified.summary.is_archive);
    EXPECT_TRUE(verified.summary.is_complete);
    EXPECT_EQ(verified.summary.sealed_records, 10 * seal_size);
    EXPECT_EQ(verified.summary.signed_size, 10 * seal_size);
}

TEST_F(VerifyExport, FindsWhatNoArchiveMayHave) {
    auto archive = archive_of(10);
    auto const end = archive.end() - 1;
    auto with = archive;
    with.insert(with.end() - 1, "A\t1\tEUR\t0\t0");
    EXPECT_THAT(verify({test::joined(with)}, {signer_.key()}).found,
                ElementsAre(StartsWith("malformed")));
    with = archive;
    auto const pending = lines_[next_line(0, "U\t")];
    with.insert(with.end() - 1, pending);
    EXPECT_THAT(verify({test::joined(with)}, {signer_.key()}).found,
                ElementsAre(StartsWith("malformed")));
    // It ends with a checkpoint.
    ASSERT_EQ((end - 1)->substr(0, 2), "C\t");
    archive.erase(end - 1);
    EXPECT_THAT(verify({test::joined(archive)}, {signer_.key()}).found,
                ElementsAre(fmt::format("checkpoint_unsigned {} 0 0", 9 * seal_size)));
}

TEST_F(VerifyExport, FindsCheckpointsThatWereCutOff) {
    // All but the first; the records of the others span many hours.
    plan_ = test::ExportPlan::make(record_count, seal_size, std::chrono::minutes(1));
    lines_ = plan_.lines(signer_);
    EXPECT_EQ(verify().sentences, "");
    auto seen = 0;
    std::erase_if(lines_,
                  [&](std::string const& line) { return line.starts_with("C\t") && ++seen > 1; });
    auto const verified = verify();
    EXPECT_THAT(verified.found, ElementsAre(fmt::format("checkpoint_unsigned {} 0 0", seal_size)));
}

TEST_F(VerifyExport, FindsAContentThatWasChanged) {
    auto const number = posted_between(400, 500);
    auto& line = lines_[line_of(number)];
    line.back() = line.back() == '0' ? '1' : '0';  // Of the private part's hash.
    auto const id = transfer_at(number).id.value;
    EXPECT_THAT(found(), ElementsAre(fmt::format("record_changed {} {} 0", number, id),
                                     fmt::format("private_changed {} {} 0", number, id)));
}

TEST_F(VerifyExport, FindsAContentThatWasChangedWhereNoTileIs) {
    auto const number = posted_between(900, 960);
    auto& line = lines_[line_of(number)];
    auto const id = transfer_at(number).id.value;
    line.back() = line.back() == '0' ? '1' : '0';
    auto const seal = number / seal_size * seal_size;
    EXPECT_THAT(found(), ElementsAre(fmt::format("record_changed {} {} 0", number, id),
                                     fmt::format("private_changed {} {} 0", number, id),
                                     fmt::format("checkpoint_mismatch {} 0 0", seal)));
}

TEST_F(VerifyExport, FindsALeafThatWasChanged) {
    for (auto const number : {posted_between(400, 500), posted_between(900, 960)}) {
        auto const sound = lines_;
        auto& digit = lines_[line_of(number)][2];
        digit = digit == '0' ? '1' : '0';
        EXPECT_THAT(found(), ElementsAre(fmt::format("record_changed {} {} 0", number,
                                                     transfer_at(number).id.value)));
        lines_ = sound;
    }
}

// Where a tile exists, it shows what was sealed; the tile itself is unchanged.
TEST_F(VerifyExport, FindsARecordThatWasChangedTogetherWithItsLeaf) {
    auto const number = posted_between(400, 500);
    auto transfer = transfer_at(number);
    transfer.amount += 1;
    auto const text = audit::to_text(transfer);
    lines_[line_of(number)] =
        fmt::format("R\t{}\t{}", to_hex(audit::leaf_hash(as_bytes(text))), text);
    auto const id = transfer.id.value;
    auto const all = found();
    EXPECT_THAT(all, Contains(fmt::format("record_changed {} {} 0", number, id)));
    EXPECT_THAT(all,
                Contains(fmt::format("entry_mismatch {} {} {}", number, id, transfer.debit.value)));
    EXPECT_THAT(
        all, Contains(fmt::format("entry_mismatch {} {} {}", number, id, transfer.credit.value)));
    EXPECT_EQ(all.size(), 3U) << verify().sentences;
}

TEST_F(VerifyExport, FindsHistoryThatWasRewrittenConsistently) {
    auto const signed_notes = plan_.notes;
    auto const number = posted_between(400, 500);
    auto transfer = transfer_at(number);
    transfer.value_date = "2026-02-01";
    auto changed = plan_;
    changed.items[number].record = audit::to_text(transfer);
    lines_ = changed.lines(signer_);
    auto const seal = number / seal_size * seal_size;
    auto const verified = verify();
    // Reported once, with the range, and without its consequences.
    EXPECT_THAT(verified.found, ElementsAre(fmt::format("checkpoint_mismatch {} 0 0", seal)));
    EXPECT_THAT(verified.sentences,
                HasSubstr(fmt::format("records {} to {}", seal, seal + seal_size - 1)));
    EXPECT_EQ(verified.summary.signed_size, seal);

    // The bank itself can sign its new history, but cannot withdraw the old one from others.
    changed.notes.clear();
    lines_ = changed.lines(signer_);
    EXPECT_THAT(found(), IsEmpty());
    std::string known;
    for (auto const& [size, note] : signed_notes) known += note + "\n";
    EXPECT_THAT(found(known), ElementsAre(fmt::format("checkpoint_forked {} 0 0", seal)));
}

TEST_F(VerifyExport, FindsARecordThatIsMissing) {
    auto const number = posted_between(410, 440);
    auto const transfer = transfer_at(number);
    erase_record(number);
    auto const all = found();
    EXPECT_EQ(all.front(), fmt::format("record_missing {} 0 0", number));
    // The entries after it show its accounts.
    for (std::size_t i = 1; i < all.size(); ++i) {
        EXPECT_THAT(all[i],
                    testing::AnyOf(StartsWith("entry_mismatch"), StartsWith("balance_mismatch")));
        EXPECT_THAT(all[i],
                    testing::AnyOf(testing::EndsWith(fmt::format(" {}", transfer.debit.value)),
                                   testing::EndsWith(fmt::format(" {}", transfer.credit.value))));
    }
    EXPECT_LE(all.size(), 3U);
}

TEST_F(VerifyExport, FindsAWrongCountWhereNoTileIs) {
    std::uint64_t number = 900;
    while (plan_.items[number].record.starts_with("transfer")) ++number;
    erase_record(number);
    auto const seal = number / seal_size * seal_size;
    EXPECT_THAT(found(), ElementsAre(fmt::format("seal_count {} 0 0", seal)));
}

TEST_F(VerifyExport, FindsARecordThatWasInserted) {
    auto bank = test::ExportBank(40, 5);
    auto const event = bank.event();
    Lines const foreign{
        fmt::format("R\t{}\t{}", to_hex(audit::leaf_hash(as_bytes(event.record))), event.record)};
    for (std::uint64_t const place : {300UL, 444UL /* the first of a seal */}) {
        auto const sound = lines_;
        insert(line_of(place), foreign);
        auto const all = found();
        EXPECT_EQ(all.front(), fmt::format("record_inserted {} 0 0", place));
        lines_ = sound;
    }
    // As the last record of a seal.
    auto const checkpoint = next_line(line_of(443), "C\t");
    insert(checkpoint, foreign);
    EXPECT_EQ(found().front(), "record_inserted 444 0 0");
}

TEST_F(VerifyExport, NamesTheTransferThatWasInserted) {
    insert(line_of(300), record_lines(posted_between(305, 330)));
    auto const id = transfer_at(posted_between(305, 330)).id.value;
    auto const all = found();
    EXPECT_THAT(all, Contains(testing::ContainsRegex(fmt::format("record_inserted .* {} 0", id))));
    EXPECT_THAT(all, Contains(testing::ContainsRegex(fmt::format("entry_mismatch .* {} ", id))));
}

TEST_F(VerifyExport, FindsRecordsInEachOthersPlace) {
    auto const first = record_lines(450);
    auto const second = record_lines(455);
    erase_record(455);
    insert(line_of(454) + record_lines(454).size(), first);
    erase_record(450);
    insert(line_of(450), second);
    EXPECT_EQ(found().front(), "records_reordered 450 0 0");
    EXPECT_THAT(verify().sentences, HasSubstr("450 and 455"));
}

TEST_F(VerifyExport, FindsARecordThatStandsElsewhere) {
    auto const moved = record_lines(450);
    erase_record(450);
    insert(line_of(460), moved);
    EXPECT_EQ(found().front().substr(0, 21), "records_reordered 450");
}

TEST_F(VerifyExport, FindsSeveralChangesOfOneSeal) {
    erase_record(450);
    auto& line = lines_[line_of(455)];  // 456, because 450 was removed.
    line.back() = line.back() == '0' ? '1' : '0';
    auto const all = found();
    EXPECT_THAT(all, Contains("record_missing 450 0 0"));
    EXPECT_THAT(all, Contains(StartsWith("record_changed 456 ")));
}

TEST_F(VerifyExport, FindsATileThatWasChanged) {
    auto const tile = next_line(0, "T\t0\t1\t");
    auto& line = lines_[tile];
    auto bytes = *from_base64(field(line, 3));
    bytes[32 * 100 + 5] ^= 1U;
    line = set_field(line, 3, to_base64(bytes));
    // The signed root covers the records as they are: the tile is wrong.
    EXPECT_THAT(found(), ElementsAre(testing::ContainsRegex("^tile_changed 356 ")));
}

TEST_F(VerifyExport, FindsASealThatIsMissing) {
    auto const begin = next_line(0, "S\t925\t");
    auto const end = next_line(begin, "S\t962\t");
    lines_.erase(lines_.begin() + static_cast<std::ptrdiff_t>(begin),
                 lines_.begin() + static_cast<std::ptrdiff_t>(end));
    auto const all = found();
    EXPECT_EQ(all.front(), "seal_gap 925 0 0");
    EXPECT_THAT(all, testing::Not(Contains(StartsWith("checkpoint_mismatch"))));
}

TEST_F(VerifyExport, FindsASealWhoseNumbersAreWrong) {
    auto const sound = lines_;
    for (auto const* wrong : {"445", "443", "0"}) {
        auto& line = lines_[next_line(0, "S\t444\t")];
        line = set_field(line, 1, wrong);
        EXPECT_THAT(found(), ElementsAre("seal_gap 444 0 0")) << wrong;
        lines_ = sound;
    }
    auto& line = lines_[next_line(0, "S\t925\t")];
    line = set_field(line, 2, "36");
    EXPECT_THAT(found(), Contains("seal_count 925 0 0"));
}

TEST_F(VerifyExport, FindsThatTheEndWasRemoved) {
    std::string const known = plan_.notes.at(962) + "\n" + plan_.notes.at(1000) + "\n";
    auto const begin = next_line(0, "S\t962\t");
    auto const end = next_line(begin, "U\t");
    lines_.erase(lines_.begin() + static_cast<std::ptrdiff_t>(begin),
                 lines_.begin() + static_cast<std::ptrdiff_t>(end));
    lines_.back() = ".\t962";
    EXPECT_THAT(found(known), Contains("rolled_back 962 0 0"));
    EXPECT_THAT(verify(known).sentences, HasSubstr("records 962 to 999 are missing"));
    // Without an older checkpoint only the balances reveal it.
    EXPECT_THAT(found(), testing::Not(Contains("rolled_back 962 0 0")));
}

TEST_F(VerifyExport, FindsThatTheEndWasRemovedUnderATile) {
    plan_.unsealed.clear();
    lines_ = plan_.lines(signer_);
    auto const begin = next_line(0, "S\t740\t");
    auto const end = next_line(begin, "P\t");
    lines_.erase(lines_.begin() + static_cast<std::ptrdiff_t>(begin),
                 lines_.begin() + static_cast<std::ptrdiff_t>(end));
    lines_.back() = ".\t740";
    EXPECT_THAT(found(), Contains("record_missing 740 0 0"));
}

TEST_F(VerifyExport, SaysThatAFileWasCut) {
    auto const text = test::joined(lines_);
    for (auto const part : {1UL, 3UL, 10UL, 31UL, 97UL}) {
        auto const cut = text.substr(0, text.size() - text.size() / part / 2 - 1);
        auto const verified = verify({cut}, {signer_.key()});
        EXPECT_THAT(verified.found, ElementsAre("incomplete - 0 0")) << verified.sentences;
        EXPECT_FALSE(verified.summary.is_complete);
    }
    // The remaining parts are still verified.
    auto& line = lines_[line_of(100)];
    line.back() = line.back() == '0' ? '1' : '0';
    auto const changed = test::joined(lines_);
    EXPECT_THAT(verify({changed.substr(0, changed.size() / 2)}, {signer_.key()}).found,
                Contains(StartsWith("record_changed 100")));
}

TEST_F(VerifyExport, GoesOnAfterAnInterruptedExportWasContinued) {
    lines_.resize(next_line(0, "S\t444\t"));
    auto const all = plan_.lines(signer_);
    auto rest = std::find_if(all.begin(), all.end(),
                             [](auto const& line) { return line.starts_with("S\t444\t"); });
    lines_.insert(lines_.end(), rest, all.end());
    EXPECT_EQ(verify().sentences, "");
}

TEST_F(VerifyExport, FindsLinesThatAreNotSound) {
    auto const sound = lines_;
    for (auto const* line :
         {"", "X", "R", "R\t00", "S\t1", "S\t0\t0\t0", "S\t0\t99999999\t0", "T\t0\t0\tAAAA",
          "T\t9\t0\tAAAA", "E\t00\tx", "C\t!", "P\t00", "A\t1", "A\t0\tEUR\t0\t0", ".", ".\t-1",
          ".\t1000\t", "\t", "bankd-export/1\tbank.example/audit\t0"}) {
        lines_ = sound;
        insert(line_of(500), {line});
        EXPECT_THAT(found(), ElementsAre("malformed - 0 0")) << line;
    }
    lines_ = sound;
    insert(line_of(500), {std::string(200'000, 'x')});
    EXPECT_THAT(found(), ElementsAre("malformed - 0 0"));
    lines_ = sound;
    lines_.emplace_back(".\t1000");
    EXPECT_THAT(found(), ElementsAre("malformed - 0 0"));
    lines_ = sound;
    lines_.erase(lines_.begin());
    EXPECT_THAT(found(), Contains("malformed - 0 0"));
}

TEST_F(VerifyExport, FindsARecordWhoseTextIsNotSound) {
    plan_.items[500].record += "\t";
    plan_.notes.clear();
    lines_ = plan_.lines(signer_);
    EXPECT_THAT(found(), Contains("malformed 500 0 0"));
}

TEST_F(VerifyExport, KeepsAThousandFindingsAndCountsTheRest) {
    plan_.seal_all(1000);
    plan_.notes.clear();
    lines_ = plan_.lines(signer_);
    insert(next_line(0, "U\t"), Lines(1500, "x"));
    ExportVerifier verifier({signer_.key()});
    auto const text = test::joined(lines_);
    TextSource source(text);
    ASSERT_TRUE(verifier.add_file("file", source, true).ok());
    static_cast<void>(verifier.finish());
    EXPECT_EQ(verifier.findings().kept().size(), Findings::kept_max);
    EXPECT_EQ(verifier.findings().count(), 1500U);
}

// Enough records for a full tile of level 1.
TEST(VerifyLargeExport, HoldsTilesAgainstEachOther) {
    test::ExportBank bank(2);
    test::ExportPlan plan;
    for (std::size_t i = 0; i < 66'000; ++i) plan.items.push_back(bank.event());
    plan.seal_all(5'000);
    plan.tail = bank.account_lines();
    auto const signer = test::make_log_signer();
    auto lines = plan.lines(signer);
    auto const found = [&] {
        ExportVerifier verifier({signer.key()});
        auto const text = test::joined(lines);
        TextSource source(text);
        EXPECT_TRUE(verifier.add_file("file", source, true).ok());
        static_cast<void>(verifier.finish());
        return shown(verifier.findings());
    };
    EXPECT_THAT(found(), IsEmpty());
    auto const tile = std::find_if(lines.begin(), lines.end(),
                                   [](auto const& line) { return line.starts_with("T\t1\t0\t"); });
    ASSERT_NE(tile, lines.end());
    auto& digit = (*tile)[tile->size() / 2];
    digit = digit == 'A' ? 'B' : 'A';
    auto const all = found();
    ASSERT_FALSE(all.empty());
    for (auto const& one : all) EXPECT_THAT(one, StartsWith("tile_changed"));
    EXPECT_LE(all.size(), 2U);
}

}  // namespace
}  // namespace bank::verify
