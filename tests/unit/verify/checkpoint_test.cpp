// Keys, and checkpoints that others have seen.
#include <gmock/gmock.h>

#include "tests/unit/verify/fixture.hpp"

namespace bank::verify {
namespace {

using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::StartsWith;

class VerifyCheckpoints : public VerifyExport {
protected:
    [[nodiscard]] std::string all_notes() const {
        std::string text;
        for (auto const& [size, note] : plan_.notes) text += note + "\n";
        return text;
    }
    [[nodiscard]] std::string note_with_other_root(std::uint64_t size) const {
        return test::ExportPlan::note_of({size, audit::leaf_hash(as_bytes("other"))}, signer_) +
               "\n";
    }
};

TEST_F(VerifyCheckpoints, AcceptsThoseThatTheLogStillAgreesWith) {
    auto const verified = verify(all_notes());
    EXPECT_THAT(verified.found, IsEmpty()) << verified.sentences;
    EXPECT_EQ(verified.summary.known_checkpoints, plan_.seals.size());
    EXPECT_EQ(verified.summary.verified_checkpoints, 2 * plan_.seals.size());
    // Also without an empty line after the last note.
    EXPECT_THAT(found(plan_.notes.at(74)), IsEmpty());
}

TEST_F(VerifyCheckpoints, AcceptsOneBetweenTwoSeals) {
    audit::TileEdge edge;
    for (std::size_t i = 0; i < 500; ++i) {
        edge.append(audit::leaf_hash(as_bytes(plan_.items[i].record)));
    }
    EXPECT_THAT(found(test::ExportPlan::note_of(edge.head(), signer_)), IsEmpty());
}

TEST_F(VerifyCheckpoints, FindsAForkWithOneSeenBefore) {
    EXPECT_THAT(found(note_with_other_root(500)), ElementsAre("checkpoint_forked 481 0 0"));
    EXPECT_THAT(found(note_with_other_root(518)), ElementsAre("checkpoint_forked 481 0 0"));
    // Reported once, however many checkpoints the other branch has.
    EXPECT_THAT(found(note_with_other_root(500) + note_with_other_root(518)),
                ElementsAre("checkpoint_forked 481 0 0"));
}

TEST_F(VerifyCheckpoints, FindsAForkAmongThoseSeenBefore) {
    EXPECT_THAT(found(plan_.notes.at(518) + "\n" + note_with_other_root(518)),
                ElementsAre("checkpoint_forked - 0 0"));
}

TEST_F(VerifyCheckpoints, FindsAForkWithinTheExport) {
    auto const checkpoint = next_line(line_of(517), "C\t");
    auto const other = note_with_other_root(518);
    insert(checkpoint + 1,
           {"C\t" + to_base64(as_bytes(std::string_view(other).substr(0, other.size() - 1)))});
    EXPECT_THAT(found(), ElementsAre("checkpoint_forked 518 0 0"));
}

TEST_F(VerifyCheckpoints, FindsALogThatWasRolledBack) {
    EXPECT_THAT(found(note_with_other_root(1001)), ElementsAre("rolled_back 1000 0 0"));
    EXPECT_THAT(found(note_with_other_root(1001) + note_with_other_root(5000)),
                ElementsAre("rolled_back 1000 0 0"));
}

TEST_F(VerifyCheckpoints, DoesNotCompareThoseOfAnotherLog) {
    auto const other =
        signer_.sign("another/log\n5000\n" + to_base64(audit::leaf_hash(as_bytes("x"))) + "\n");
    EXPECT_THAT(found(all_notes() + other), IsEmpty());
    EXPECT_THAT(found(other), ElementsAre("malformed - 0 0"));
}

TEST_F(VerifyCheckpoints, FindsThatTheKeyIsNotTheLogs) {
    auto const other = test::make_log_signer();
    auto const verified = verify({test::joined(lines_)}, {other.key()});
    EXPECT_THAT(verified.found, Each(StartsWith("checkpoint_unsigned")));
    EXPECT_EQ(verified.found.size(), plan_.seals.size());
    EXPECT_EQ(verified.summary.verified_checkpoints, 0U);
}

TEST_F(VerifyCheckpoints, AcceptsAChangeOfKeys) {
    auto const next = test::make_log_signer();
    auto const sizes = plan_.notes;
    for (auto const& [size, note] : sizes) {
        if (size < 500) continue;
        auto const text = note.substr(0, note.find("\n\n") + 1);
        plan_.notes[size] = size < 600 ? note + next.signature_line(text) : next.sign(text);
    }
    lines_ = plan_.lines(signer_);
    auto const verified = verify({test::joined(lines_)}, {signer_.key(), next.key()});
    EXPECT_THAT(verified.found, IsEmpty()) << verified.sentences;
    EXPECT_EQ(verified.summary.verified_checkpoints, plan_.seals.size());
    EXPECT_THAT(found(), Contains(StartsWith("checkpoint_unsigned")));
}

TEST_F(VerifyCheckpoints, FindsASignatureThatIsForged) {
    auto& line = lines_[next_line(line_of(517), "C\t")];
    auto note = *from_base64(field(line, 1));
    note[note.size() - 10] = note[note.size() - 10] == 'A' ? 'B' : 'A';
    line = "C\t" + to_base64(note);
    EXPECT_THAT(found(), ElementsAre("checkpoint_unsigned - 0 0"));
}

TEST_F(VerifyCheckpoints, FindsOneThatStandsElsewhere) {
    auto const first = next_line(line_of(500), "C\t");
    auto const second = next_line(first + 1, "C\t");
    std::swap(lines_[first], lines_[second]);
    EXPECT_THAT(found(), ElementsAre("checkpoint_mismatch 518 0 0", "checkpoint_mismatch 555 0 0"));
}

TEST_F(VerifyCheckpoints, FindsThatThereAreNone) {
    std::erase_if(lines_, [](auto const& line) { return line.starts_with("C\t"); });
    EXPECT_THAT(found(), ElementsAre("checkpoint_unsigned - 0 0"));
}

TEST_F(VerifyCheckpoints, CountsTheRecordsAfterTheLastOne) {
    auto const last = next_line(line_of(999), "C\t");
    lines_.erase(lines_.begin() + static_cast<std::ptrdiff_t>(last));
    auto const verified = verify();
    EXPECT_THAT(verified.found, IsEmpty());
    EXPECT_EQ(verified.summary.unsigned_records, 1000U - 999U);
}

}  // namespace
}  // namespace bank::verify
