// Rows that follow from change_state records, and what contradicts them.
#include "core/verify/state_verifier.hpp"

#include <gmock/gmock.h>

#include <fmt/format.h>

#include <string>
#include <vector>

#include "core/verify/key_book.hpp"

namespace bank::verify {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class VerifyState : public testing::Test {
protected:
    void change(int number, std::string const& before, std::string const& after,
                std::optional<std::uint64_t> record) {
        state_.add_change(fmt::format(R"({{"table" : "accounts", "key" : "5", "change_no" : {}, )"
                                      R"("before" : {{{}}}, "after" : {{{}}}}})",
                                      number, before, after),
                          record);
    }
    void row(std::string const& fields, std::uint64_t change_no) {
        auto const state = "{" + fields + "}";
        state_.add_row({"accounts", "5", change_no, state});
    }
    // "record field" of each finding.
    std::vector<std::string> found(bool is_complete = true) {
        state_.finish(is_complete);
        std::vector<std::string> all;
        for (auto const& finding : findings_.kept()) {
            all.push_back(
                fmt::format("{} {}", finding.record ? std::to_string(*finding.record) : "-",
                            finding.row ? finding.row->field : std::string(word(finding.code))));
        }
        return all;
    }
    [[nodiscard]] std::string sentences() const {
        std::string all;
        for (auto const& finding : findings_.kept()) all += finding.text + "\n";
        return all;
    }

    Findings findings_;
    StateVerifier state_{findings_};
};

TEST_F(VerifyState, IsWhatTheChangesResultIn) {
    change(0, "", R"("name": "n", "limit": 5)", 1);
    change(1, R"("limit": 5)", R"("limit": 7)", 2);
    change(2, R"("name": "n")", "", 3);
    change(3, "", R"("is_locked": true)", std::nullopt);
    row(R"("is_locked": true, "limit": 7)", 3);
    EXPECT_THAT(found(), IsEmpty()) << sentences();
}

TEST_F(VerifyState, ChangesCountInTheirOwnOrder) {
    change(2, R"("limit": 7)", R"("limit": 8)", 1);
    change(1, R"("limit": 5)", R"("limit": 7)", 2);
    change(0, "", R"("limit": 5)", 3);
    row(R"("limit": 8)", 2);
    EXPECT_THAT(found(), IsEmpty()) << sentences();
}

TEST_F(VerifyState, AFieldThatDiffersIsNamedWithTheRecord) {
    change(0, "", R"("limit": 5)", 1);
    change(1, R"("limit": 5)", R"("limit": 7)", 17);
    row(R"("limit": 9000)", 1);
    EXPECT_THAT(found(), ElementsAre("17 limit"));
    EXPECT_EQ(findings_.kept()[0].account.value, 5);
    EXPECT_THAT(sentences(),
                HasSubstr("limit of accounts 5 is 9000, but should be 7 after record 17."));
}

TEST_F(VerifyState, ANullDiffersAsWell) {
    change(0, "", R"("limit": 5)", 1);
    row("", 0);
    EXPECT_THAT(found(), ElementsAre("1 limit"));
    EXPECT_THAT(sentences(), HasSubstr("is null, but should be 5"));
}

TEST_F(VerifyState, ATextIsNotTheNumberOfTheSameDigits) {
    change(0, "", R"("limit": "5")", 1);
    row(R"("limit": 5)", 0);
    EXPECT_THAT(found(), ElementsAre("1 limit"));
}

TEST_F(VerifyState, AChangeBetweenTwoRecordsIsNoticedByTheNext) {
    change(0, "", R"("limit": 5, "name": "n")", 1);
    change(1, R"("limit": 9000)", R"("limit": 7)", 2);
    row(R"("limit": 7, "name": "n")", 1);
    EXPECT_THAT(found(), ElementsAre("2 limit"));
    EXPECT_THAT(sentences(), HasSubstr("was 5 after record 1, but 9000 when record 2 changed it"));
}

TEST_F(VerifyState, ARecordThatIsMissingTwiceOrAfterTheEndIsNamed) {
    change(0, "", R"("limit": 5)", 1);
    change(0, "", R"("limit": 5)", 2);
    change(2, R"("limit": 7)", R"("limit": 8)", 3);
    row(R"("limit": 5)", 0);
    EXPECT_THAT(found(), ElementsAre("2 change_no", "3 change_no"));
}

TEST_F(VerifyState, ARowCountsItsChanges) {
    change(0, "", R"("limit": 5)", 1);
    row(R"("limit": 5)", 1);
    EXPECT_THAT(found(), ElementsAre("1 change_no"));
}

TEST_F(VerifyState, RowsThatNoRecordAddedAndRowsThatAreGone) {
    change(0, "", R"("limit": 5)", 1);
    state_.add_row({"accounts", "6", 0, "{}"});
    EXPECT_THAT(found(), ElementsAre("- ", "1 "));
    EXPECT_THAT(sentences(), HasSubstr("No record added accounts 6."));
    EXPECT_THAT(sentences(), HasSubstr("accounts 5 is not in the database"));
}

TEST_F(VerifyState, OfAnIncompleteExportNoRowIsMissing) {
    change(0, "", R"("limit": 5)", 1);
    EXPECT_THAT(found(false), IsEmpty());
}

TEST_F(VerifyState, ALogFromTheMiddleKnowsWhatItsRecordsName) {
    state_.begin_in_the_middle(500);
    change(4, R"("limit": 5)", R"("limit": 7)", 9);
    change(5, R"("name": "n")", R"("name": "m")", 10);
    row(R"("limit": 7, "name": "m", "kind": "cash")", 5);
    state_.add_row({"accounts", "6", 3, R"({"limit": 1})"});
    EXPECT_THAT(found(), IsEmpty()) << sentences();
}

TEST_F(VerifyState, ALogFromTheMiddleNamesWhatDiffers) {
    state_.begin_in_the_middle(500);
    change(4, R"("limit": 5)", R"("limit": 7)", 9);
    row(R"("limit": 8)", 4);
    EXPECT_THAT(found(), ElementsAre("9 limit"));
}

TEST_F(VerifyState, ThePruningBeforeALogIsRecordedInIt) {
    state_.begin_in_the_middle(500);
    state_.add_row({"audit_prunings", "200", 0, R"({"digest": "aa"})"});
    state_.add_row({"audit_prunings", "500", 0, R"({"digest": "bb"})"});
    EXPECT_THAT(found(), ElementsAre("- "));
    EXPECT_THAT(sentences(), HasSubstr("No record added audit_prunings 500."));
}

TEST_F(VerifyState, IsOlderThanTheLogOnlyOnce) {
    state_.add_begin(1);
    state_.add_begin(2);
    EXPECT_THAT(found(), ElementsAre("2 state_mismatch"));
}

TEST_F(VerifyState, DetailsOfAnotherFormAreMalformed) {
    for (auto const* const details :
         {"", "[]", "{}", R"({"table":"accounts","key":"5"})",
          R"({"table":"accounts","key":"5","change_no":-1})",
          R"({"table":"accounts","key":"5","change_no":0,"change_no":0})",
          R"({"table":"Accounts","key":"5","change_no":0})",
          R"({"table":"accounts","key":"5\t","change_no":0})",
          R"({"table":"accounts","key":"5","change_no":0,"then":{}})",
          R"({"table":"accounts","key":"5","change_no":0,"after":{"a":[1]}})",
          R"({"table":"accounts","key":"5","change_no":0,"after":{"a":null}})",
          R"({"table":"accounts","key":"5","change_no":0,"after":{"a":1,"a":2}})",
          R"({"table":"accounts","key":"5","change_no":0,"after":{"A":1}})"}) {
        EXPECT_FALSE(parse_state_change(details)) << details;
    }
    state_.add_change("{}", 4);
    EXPECT_THAT(found(), ElementsAre("4 malformed"));
}

TEST(ParseErased, ReadsShortHashes) {
    auto const hashes = parse_erased(R"({"hashes": ["00112233445566778899aabbccddeeff"]})");
    ASSERT_TRUE(hashes);
    ASSERT_EQ(hashes->size(), 1U);
    EXPECT_EQ(hashes->front()[15], 0xff);
    for (auto const* const details : {"{}", R"({"hashes":["0011"]})", R"({"hashes":[5]})",
                                      R"({"hashes":["00112233445566778899AABBCCDDEEFF"]})"}) {
        EXPECT_FALSE(parse_erased(details)) << details;
    }
}

TEST(KeyBook, KnowsEachKeyOfMany) {
    KeyBook book;
    auto const key = [](std::uint32_t i) {
        Uuid id;
        id.bytes[0] = 1;
        for (std::size_t k = 0; k < 4; ++k)
            id.bytes[12 + k] = static_cast<std::uint8_t>(i >> 8 * k);
        return id;
    };
    for (std::uint32_t i = 0; i < 5000; ++i) ASSERT_TRUE(book.add(key(i))) << i;
    for (std::uint32_t i = 0; i < 5000; ++i) ASSERT_FALSE(book.add(key(i))) << i;
}

}  // namespace
}  // namespace bank::verify
