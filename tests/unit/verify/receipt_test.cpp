#include "core/verify/receipt.hpp"

#include <gmock/gmock.h>

#include "core/base/json_writer.hpp"
#include "core/verify/report.hpp"
#include "tests/unit/verify/fixture.hpp"

namespace bank::verify {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// Tiles of a tree in memory.
class Tiles : public audit::TileSource {
public:
    explicit Tiles(std::vector<audit::Tile> const& tiles) {
        for (auto const& tile : tiles) tiles_[audit::tile_path(tile.id)] = tile.hashes;
    }
    Result<std::vector<audit::Hash>> read(audit::TileId const& id) override {
        return tiles_.at(audit::tile_path(id));
    }

private:
    std::map<std::string, std::vector<audit::Hash>> tiles_;
};

class VerifyReceipt : public testing::Test {
protected:
    VerifyReceipt() {
        test::ExportBank bank(10);
        audit::TileEdge edge;
        for (int i = 0; i < 300; ++i) {
            items_.push_back(bank.next());
            edge.append(audit::leaf_hash(as_bytes(items_.back().record)));
        }
        Tiles tiles(edge.take_changed());
        // The first one with a reference.
        while (items_[number_].disclosures.find("\nF\t") == std::string::npos) ++number_;
        record_ = items_[number_].record;
        auto const& lines = items_[number_].disclosures;
        auto const reference = lines.substr(lines.find("\nF\t") + 3);
        salt_ = reference.substr(0, 32);
        value_ = reference.substr(33, reference.size() - 34);
        auto const proof = audit::TileTree(tiles, 300).prove_inclusion(number_).value();
        for (auto const& hash : proof) proof_.push_back(to_base64(hash));
        checkpoint_ = test::ExportPlan::note_of(edge.head(), signer_);
    }

    [[nodiscard]] std::string json() const {
        JsonWriter json;
        json.begin_object();
        json.key("record").text(record_).key("number").text(std::to_string(number_));
        json.key("tree_size").text(std::to_string(tree_size_)).key("proof").begin_array();
        for (auto const& hash : proof_) json.text(hash);
        json.end_array().key("checkpoint").text(checkpoint_).key("reference");
        if (has_reference_) {
            json.begin_object().key("salt").text(salt_).key("value").text(value_).end_object();
        } else {
            json.null();
        }
        json.end_object();
        return std::move(json).take();
    }
    [[nodiscard]] std::vector<std::string> found(std::string const& text) const {
        Receipt receipt;
        Findings findings;
        std::vector<audit::NoteKey> const keys{signer_.key()};
        verify_receipt(text, keys, receipt, findings);
        return shown(findings);
    }
    [[nodiscard]] std::vector<std::string> found() const { return found(json()); }

    audit::NoteSigner signer_ = test::make_log_signer();
    std::vector<test::ExportItem> items_;
    std::size_t number_ = 10;
    std::string record_;
    std::uint64_t tree_size_ = 300;
    std::vector<std::string> proof_;
    std::string checkpoint_;
    bool has_reference_ = true;
    std::string salt_;
    std::string value_;
};

TEST_F(VerifyReceipt, AcceptsWhatIsSound) {
    Receipt receipt;
    Findings findings;
    std::vector<audit::NoteKey> const keys{signer_.key()};
    verify_receipt(json(), keys, receipt, findings);
    EXPECT_THAT(shown(findings), IsEmpty()) << sentences(findings);
    EXPECT_EQ(receipt.record_text, record_);
    EXPECT_EQ(receipt.reference, value_);
    EXPECT_EQ(receipt.origin, "bank.example/audit");
    EXPECT_THAT(report_text(receipt, findings, {}), HasSubstr("consistent"));
    EXPECT_THAT(report_json(receipt, findings), HasSubstr(R"("verdict":"consistent")"));
    has_reference_ = false;
    EXPECT_THAT(found(), IsEmpty());
}

TEST_F(VerifyReceipt, FindsAnotherRecordNumberOrProof) {
    auto const expected = [](std::size_t number) {
        return ElementsAre(fmt::format("proof_mismatch {} 0 0", number));
    };
    has_reference_ = false;
    record_ = items_[number_ + 1].record;
    EXPECT_THAT(found(), expected(number_));
    record_ = items_[number_].record;
    ++number_;
    EXPECT_THAT(found(), expected(number_));
    --number_;
    proof_.pop_back();
    EXPECT_THAT(found(), expected(number_));
    proof_.clear();
    EXPECT_THAT(found(), expected(number_));
}

TEST_F(VerifyReceipt, FindsAnotherTreeSize) {
    ++tree_size_;
    EXPECT_THAT(found(), ElementsAre(fmt::format("proof_mismatch {} 0 0", number_)));
}

TEST_F(VerifyReceipt, FindsACheckpointThatIsNotSigned) {
    auto const sound = checkpoint_;
    checkpoint_[0] = 'x';
    EXPECT_THAT(found(), ElementsAre("checkpoint_unsigned - 0 0"));
    checkpoint_ = test::make_log_signer().sign(sound.substr(0, sound.find("\n\n") + 1));
    EXPECT_THAT(found(), ElementsAre("checkpoint_unsigned - 0 0"));
    checkpoint_ = signer_.sign("no checkpoint\n");
    EXPECT_THAT(found(), ElementsAre("malformed - 0 0"));
}

TEST_F(VerifyReceipt, FindsAnotherReference) {
    value_ += "0";
    auto const all = found();
    ASSERT_EQ(all.size(), 1U);
    EXPECT_THAT(all[0], testing::StartsWith(fmt::format("reference_changed {} ", number_)));
}

TEST_F(VerifyReceipt, IsReadStrictly) {
    auto const sound = json();
    auto const with = [&](std::string_view part, std::string_view other) {
        auto text = sound;
        auto const at = text.find(part);
        EXPECT_NE(at, std::string::npos) << part;
        return text.replace(at, part.size(), other);
    };
    for (auto const& text :
         {std::string{}, std::string{"{}"}, std::string{"[]"}, sound + "x",
          with("record", "recorb"), with("{\"record\"", "{\"more\":1,\"record\""),
          with("{\"record\"", "{\"number\":1,\"record\""),
          with("\"tree_size\":\"", "\"tree_size\":\"-"),
          with("\"tree_size\":\"", "\"tree_size\":\"1."),
          with("\"tree_size\":\"300\"", "\"tree_size\":300"),
          with("\"proof\":[\"", "\"proof\":[\"A"), with("\"proof\":[", "\"proof\":[1,"),
          with("\"salt\":\"", "\"salt\":\"0"), with("\"value\"", "\"valve\""),
          std::string(300'000, ' ')}) {
        EXPECT_THAT(found(text), ElementsAre("malformed - 0 0")) << text.substr(0, 100);
    }
    record_ += "\t";
    EXPECT_THAT(found(), testing::Contains(fmt::format("malformed {} 0 0", number_)));
}

}  // namespace
}  // namespace bank::verify
