#include "core/audit/restore_check.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "core/crypto/key_maker.hpp"

namespace bank::audit {
namespace {

using testing::HasSubstr;

constexpr auto origin = "bank.example/audit";

// A restored log of `size` records; nothing seals it.
class RestoredLog final : public SealStore {
public:
    explicit RestoredLog(std::uint64_t size) {
        TileEdge edge;
        for (std::uint64_t i = 0; i < size; ++i) {
            edge.append(leaf_hash(as_bytes(std::to_string(i))));
        }
        for (auto const& tile : edge.take_changed()) {
            tiles_[{tile.id.level, tile.id.index}] = tile.hashes;
        }
        to_.size = size;
    }
    Result<bool> acquire() override { return false; }
    void release() noexcept override {}
    Result<bool> macs_have_begun() override { return true; }
    Result<std::vector<KeptMac>> macs(std::uint64_t, std::uint64_t) override {
        return Code::internal_error;
    }
    Result<std::vector<WrittenLine>> written_by(std::uint64_t, std::uint32_t) override {
        return Code::internal_error;
    }
    Result<SealedTo> sealed() override { return to_; }
    Result<std::vector<UnsealedLeaf>> unsealed(Position, std::uint32_t) override {
        return Code::internal_error;
    }
    Status seal(Seal const&, std::span<Tile const>) override { return Code::internal_error; }
    Result<std::optional<KeptCheckpoint>> last_checkpoint() override { return last; }
    Status add_checkpoint(KeptCheckpoint const&) override { return Code::internal_error; }
    Result<NewestTime> newest_time() override { return Code::internal_error; }
    Status pass_request() override { return Done{}; }
    bool take_request() override { return false; }
    Result<std::vector<LostCheckpoint>> lost_checkpoints() override { return Code::internal_error; }
    Result<std::optional<UnsealedRecord>> oldest_unsealed() override {
        return Code::internal_error;
    }
    Result<bool> is_transaction_clock_behind() override { return false; }
    Result<std::vector<Hash>> read(TileId const& id) override {
        auto hashes = tiles_.at({id.level, id.index});
        hashes.resize(id.width);
        return hashes;
    }

    std::optional<KeptCheckpoint> last;

private:
    SealedTo to_;
    std::map<std::pair<unsigned, std::uint64_t>, std::vector<Hash>> tiles_;
};

class RestoreCheck : public testing::Test {
protected:
    static TreeHead head_of(std::uint64_t size, std::string const& mark = "") {
        TileEdge edge;
        for (std::uint64_t i = 0; i < size; ++i) {
            edge.append(leaf_hash(as_bytes(std::to_string(i) + mark)));
        }
        return edge.head();
    }
    std::string note_of(TreeHead const& head, std::string const& of = origin) const {
        return NoteSigner::make(of, key).value().sign(to_text(Checkpoint{of, head, {}}));
    }
    LogIdentity identity() const { return {origin, {NoteSigner::make(origin, key).value().key()}}; }
    std::string why_not(std::optional<std::string> const& evidence) {
        auto const checked = check_restore(log, identity(), restore, evidence);
        EXPECT_FALSE(checked);
        if (checked) return "";
        EXPECT_EQ(word(checked.error().code), "internal_error");
        return checked.error().detail;
    }

    Secret key = crypto::make_signing_key_pem();
    RestoredLog log{300};
    OpenRestore restore{7, "20260131T020000Z", "newest", std::nullopt, ""};
};

TEST_F(RestoreCheck, ServesALogThatHasAllThatWasSigned) {
    log.last = {280, note_of(head_of(280))};
    for (std::uint64_t const size : {1U, 280U, 300U}) {
        auto const checked = check_restore(log, identity(), restore, note_of(head_of(size)));
        ASSERT_TRUE(checked) << checked.error().detail;
        EXPECT_THAT(checked->details, HasSubstr(R"("missing":0)"));
        EXPECT_FALSE(checked->lost_checkpoint);
    }
}

TEST_F(RestoreCheck, SaysHowManyRecordsAreMissingAndWhatToDo) {
    auto const why = why_not(note_of(head_of(317)));
    EXPECT_THAT(why, HasSubstr("20260131T020000Z (newest)"));
    EXPECT_THAT(why, HasSubstr("300 sealed records, but 317 were signed: 17 records are missing"));
    EXPECT_THAT(why, HasSubstr("accept-loss --missing 17"));
}

TEST_F(RestoreCheck, TakesTheLossOfJustAsManyAsWereAccepted) {
    restore.reason = "fire";
    auto const note = note_of(head_of(317));
    for (std::uint64_t const other : {16U, 18U}) {
        restore.accepted_missing = other;
        EXPECT_THAT(why_not(note), HasSubstr("17 records are missing"));
    }
    // "Unknown" is accepted only if there is no checkpoint.
    restore.accepted_missing = std::nullopt;
    EXPECT_THAT(why_not(note), HasSubstr("17 records are missing"));
    restore.accepted_missing = 17;
    auto const checked = check_restore(log, identity(), restore, note);
    ASSERT_TRUE(checked) << checked.error().detail;
    EXPECT_THAT(checked->details, HasSubstr(R"("missing":17,"reason":"fire")"));
    EXPECT_EQ(checked->lost_checkpoint, note);
    EXPECT_EQ(checked->id, 7);
}

TEST_F(RestoreCheck, RefusesALogThatIsAnotherWhateverWasAccepted) {
    restore.reason = "fire";
    restore.accepted_missing = 1;
    EXPECT_THAT(why_not(note_of(head_of(300, "forged"))),
                HasSubstr("differ from those that were signed"));
    EXPECT_THAT(why_not(note_of(head_of(10), "other/audit")), HasSubstr("not signed by"));
    auto const others_key = crypto::make_signing_key_pem();
    auto const forged =
        NoteSigner::make(origin, others_key).value().sign(to_text({origin, head_of(300), {}}));
    EXPECT_THAT(why_not(forged), HasSubstr("not signed by"));
    log.last = {280, note_of(head_of(280, "forged"))};
    EXPECT_THAT(why_not(note_of(head_of(300))), HasSubstr("differ from those that were signed"));
}

TEST_F(RestoreCheck, NeedsACheckpointUnlessThatToWasAccepted) {
    EXPECT_THAT(why_not(std::nullopt), HasSubstr("no external checkpoint"));
    restore.reason = "fire";
    restore.accepted_missing = 3;
    EXPECT_THAT(why_not(std::nullopt), HasSubstr("--missing unknown"));
    restore.accepted_missing = std::nullopt;
    auto const checked = check_restore(log, identity(), restore, std::nullopt);
    ASSERT_TRUE(checked);
    EXPECT_THAT(checked->details, HasSubstr(R"("missing":"unknown","reason":"fire")"));
}

}  // namespace
}  // namespace bank::audit
