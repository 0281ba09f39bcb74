// Balances, holds, and values disclosed behind hashes.
#include <gmock/gmock.h>

#include "tests/unit/verify/fixture.hpp"

namespace bank::verify {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class VerifyLedger : public VerifyExport {
protected:
    [[nodiscard]] std::string& account_line(std::int64_t id) {
        return lines_[next_line(0, fmt::format("A\t{}\t", id))];
    }
    // A manipulated history, sealed and signed by the bank: only the ledger can reveal it.
    void seal_again() {
        plan_.notes.clear();
        lines_ = plan_.lines(signer_);
    }
    // A false private part, sealed as if it were true.
    template <typename Change>
    void change_private_part(std::uint64_t number, Change const& change) {
        auto& item = plan_.items[number];
        auto transfer = transfer_at(number);
        std::string const line = item.disclosures.substr(0, item.disclosures.find('\n'));
        auto const rest = item.disclosures.substr(line.size());
        auto const text = line.substr(2 + 32 + 1);
        auto part = audit::parse_private_part(text).value();
        change(part);
        auto const changed = audit::to_text(part);
        transfer.private_part = audit::salted_hash(audit::Salt{}, changed);
        item.record = audit::to_text(transfer);
        item.disclosures = fmt::format("E\t{}\t{}", to_hex(audit::Salt{}), changed) + rest;
    }
};

TEST_F(VerifyLedger, FindsABalanceThatWasEdited) {
    auto& line = account_line(7);
    line = set_field(line, 3, "123456789");
    EXPECT_THAT(found(), ElementsAre("balance_mismatch - 0 7", "money_not_conserved - 0 0"));
    EXPECT_THAT(verify().sentences, HasSubstr("balance of 123456789"));
}

TEST_F(VerifyLedger, FindsMoneyThatWasMovedBetweenBalances) {
    auto& from = account_line(7);
    from = set_field(from, 3, std::to_string(std::stoll(field(from, 3)) - 5));
    auto& to = account_line(8);
    to = set_field(to, 3, std::to_string(std::stoll(field(to, 3)) + 5));
    EXPECT_THAT(found(), ElementsAre("balance_mismatch - 0 7", "balance_mismatch - 0 8"));
}

TEST_F(VerifyLedger, FindsAHeldAmountThatWasEdited) {
    auto& line = account_line(7);
    line = set_field(line, 4, "5");
    EXPECT_THAT(found(), ElementsAre("held_mismatch - 0 7"));
}

TEST_F(VerifyLedger, FindsAccountsThatAreMissingUnknownOrTwice) {
    auto const sound = lines_;
    auto const place = next_line(0, "A\t7\t");
    auto const line = lines_[place];
    lines_.erase(lines_.begin() + static_cast<std::ptrdiff_t>(place));
    EXPECT_THAT(found(), Contains("account_missing - 0 7"));
    lines_ = sound;
    insert(place, {"A\t999\tEUR\t5\t0"});
    EXPECT_THAT(found(), ElementsAre("account_unknown - 0 999", "money_not_conserved - 0 0"));
    lines_ = sound;
    insert(place, {"A\t999\tEUR\t0\t0"});
    EXPECT_THAT(found(), IsEmpty());
    insert(place, {line});
    EXPECT_THAT(found(), ElementsAre("malformed - 0 7"));
}

TEST_F(VerifyLedger, FindsAnotherCurrency) {
    auto& line = account_line(7);
    line = set_field(line, 2, "USD");
    EXPECT_THAT(found(), Contains("currency_mismatch - 0 7"));
    lines_ = plan_.lines(signer_);

    auto const number = posted_between(500, 600);
    auto transfer = transfer_at(number);
    transfer.currency = {{'U', 'S', 'D'}};
    plan_.items[number].record = audit::to_text(transfer);
    seal_again();
    EXPECT_THAT(found(),
                UnorderedElementsAre(fmt::format("currency_mismatch {} {} {}", number,
                                                 transfer.id.value, transfer.debit.value),
                                     fmt::format("currency_mismatch {} {} {}", number,
                                                 transfer.id.value, transfer.credit.value)));
}

TEST_F(VerifyLedger, FindsOneWrongBalanceInTheMiddleOnce) {
    auto const number = posted_between(500, 600);
    change_private_part(number, [](auto& part) { part.debit_balance += 100; });
    seal_again();
    auto const transfer = transfer_at(number);
    EXPECT_THAT(found(), ElementsAre(fmt::format("entry_mismatch {} {} {}", number,
                                                 transfer.id.value, transfer.debit.value)));
}

TEST_F(VerifyLedger, FindsAnAmountThatNoBalanceAgreesWith) {
    auto const number = posted_between(500, 600);
    auto transfer = transfer_at(number);
    transfer.amount += 100;
    plan_.items[number].record = audit::to_text(transfer);
    seal_again();
    EXPECT_THAT(found(), ElementsAre(fmt::format("entry_mismatch {} {} {}", number,
                                                 transfer.id.value, transfer.debit.value),
                                     fmt::format("entry_mismatch {} {} {}", number,
                                                 transfer.id.value, transfer.credit.value)));
}

TEST_F(VerifyLedger, FindsAnEntryThatIsEarlierThanTheOneBeforeIt) {
    auto const number = posted_between(500, 600);
    auto transfer = transfer_at(number);
    transfer.time = Timestamp{0};
    plan_.items[number].record = audit::to_text(transfer);
    seal_again();
    EXPECT_THAT(found(), ElementsAre(fmt::format("entry_mismatch {} {} {}", number,
                                                 transfer.id.value, transfer.debit.value),
                                     fmt::format("entry_mismatch {} {} {}", number,
                                                 transfer.id.value, transfer.credit.value)));
    EXPECT_THAT(verify().sentences, HasSubstr("before the one that it follows"));
}

TEST_F(VerifyLedger, FindsAnEntryThatFollowsNone) {
    auto const number = posted_between(500, 600);
    change_private_part(number, [](auto& part) { part.debit_previous = 1'000'000; });
    seal_again();
    auto const transfer = transfer_at(number);
    EXPECT_THAT(found(), Contains(fmt::format("entry_mismatch {} {} {}", number, transfer.id.value,
                                              transfer.debit.value)));
}

TEST_F(VerifyLedger, FindsAnEntryThatClaimsToBeTheFirst) {
    auto const number = posted_between(500, 600);
    change_private_part(number, [](auto& part) { part.debit_previous = 0; });
    seal_again();
    auto const transfer = transfer_at(number);
    EXPECT_THAT(found(), Contains(fmt::format("entry_mismatch {} {} {}", number, transfer.id.value,
                                              transfer.debit.value)));
}

TEST_F(VerifyLedger, FindsATransferThatMovedMoneyWithoutEntries) {
    auto const number = posted_between(500, 600);
    change_private_part(number, [](auto& part) { part.debit_previous.reset(); });
    seal_again();
    auto const transfer = transfer_at(number);
    EXPECT_THAT(found(), ElementsAre(fmt::format("entry_mismatch {} {} {}", number,
                                                 transfer.id.value, transfer.debit.value)));
}

TEST_F(VerifyLedger, FindsAHoldThatIsEndedTwice) {
    auto const is_end = [](test::ExportItem const& item) {
        return item.record.find("\trelease\tposted\t") != std::string::npos;
    };
    auto const at = std::find_if(plan_.items.begin() + 300, plan_.items.end(), is_end);
    ASSERT_NE(at, plan_.items.end());
    auto const end = *at;
    plan_.items.insert(at + 1, end);
    plan_.seal_all(seal_size);
    seal_again();
    auto const all = found();
    ASSERT_EQ(all.size(), 1U) << verify().sentences;
    EXPECT_THAT(all[0], testing::StartsWith("held_mismatch"));
}

TEST_F(VerifyLedger, CountsTransfersThatAreNotSealedYet) {
    auto const begin = next_line(0, "U\t");
    auto const end = next_line(begin, "P\t");
    lines_.erase(lines_.begin() + static_cast<std::ptrdiff_t>(begin),
                 lines_.begin() + static_cast<std::ptrdiff_t>(end));
    EXPECT_THAT(found(), Contains(testing::StartsWith("balance_mismatch - 0 ")));
}

TEST_F(VerifyLedger, FindsAChangedRecordThatIsNotSealedYet) {
    auto& line = lines_[next_line(0, "U\t")];
    line[2] = line[2] == '0' ? '1' : '0';
    auto const all = found();
    ASSERT_EQ(all.size(), 1U);
    EXPECT_THAT(all[0], testing::StartsWith("record_changed - "));
}

TEST_F(VerifyLedger, FindsAPrivatePartThatWasChangedOrRemoved) {
    auto const number = posted_between(500, 600);
    auto const expected =
        fmt::format("private_changed {} {} 0", number, transfer_at(number).id.value);
    auto const place = line_of(number) + 1;
    lines_[place] = set_field(lines_[place], 2, "1");
    EXPECT_THAT(found(), ElementsAre(expected));
    lines_.erase(lines_.begin() + static_cast<std::ptrdiff_t>(place));
    if (lines_[place].starts_with("F\t")) {
        lines_.erase(lines_.begin() + static_cast<std::ptrdiff_t>(place));
    }
    EXPECT_THAT(found(), Contains(expected));
}

TEST_F(VerifyLedger, FindsAReferenceThatWasChangedOrRemoved) {
    auto const place = next_line(line_of(500), "F\t");
    lines_[place] += "0";
    auto const all = found();
    ASSERT_EQ(all.size(), 1U);
    EXPECT_THAT(all[0], testing::StartsWith("reference_changed 5"));
    lines_.erase(lines_.begin() + static_cast<std::ptrdiff_t>(place));
    EXPECT_EQ(found(), all);
}

TEST_F(VerifyLedger, FindsDetailsThatWereChanged) {
    auto& line = lines_[next_line(line_of(500), "D\t")];
    line += " ";
    auto const all = found();
    ASSERT_EQ(all.size(), 1U);
    EXPECT_THAT(all[0], testing::StartsWith("details_changed 5"));
}

TEST_F(VerifyLedger, FindsASubjectThatWasChanged) {
    auto& line = lines_[next_line(0, "P\t")];
    line += "x";
    auto const all = found();
    ASSERT_EQ(all.size(), 1U);
    EXPECT_THAT(all[0], testing::StartsWith("subject_changed "));
}

TEST_F(VerifyLedger, FindsASubjectOfAnotherActor) {
    auto const number = posted_between(500, 600);
    auto transfer = transfer_at(number);
    transfer.actor = {99};
    plan_.items[number].record = audit::to_text(transfer);
    seal_again();
    EXPECT_THAT(found(), ElementsAre(fmt::format("subject_changed {} 0 0", number)));
}

}  // namespace
}  // namespace bank::verify
