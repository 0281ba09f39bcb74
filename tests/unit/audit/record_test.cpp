#include "core/audit/record.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "core/base/bytes.hpp"

namespace bank::audit {
namespace {

Hash hash_of(std::uint8_t byte) {
    Hash hash{};
    hash.fill(byte);
    return hash;
}

std::string hex_of(std::string_view byte) {
    std::string text;
    for (int i = 0; i < 32; ++i) text += byte;
    return text;
}

constexpr std::string_view uuid_text = "0197f3c1-2b4d-7aaa-8bbb-ccccddddeeee";

TransferRecord full_transfer() {
    return {.time = {1'772'366'400'000'000},
            .action = "transfer",
            .outcome = "posted",
            .actor = {7},
            .request = parse_uuid(uuid_text),
            .subject = hash_of(0x11),
            .id = {42},
            .debit = {1001},
            .credit = {1002},
            .amount = 12'345,
            .currency = {{'E', 'U', 'R'}},
            .origin = {41},
            .group = 3,
            .value_date = "2026-03-01",
            .expires = Timestamp{1'772'366'500'000'000},
            .reference = hash_of(0x22),
            .private_part = hash_of(0x33)};
}

std::string full_transfer_text() {
    return "transfer/1\t1772366400000000\ttransfer\tposted\t7\t" + std::string(uuid_text) + "\t" +
           hex_of("11") + "\t42\t1001\t1002\t12345\tEUR\t41\t3\t2026-03-01\t1772366500000000\t" +
           hex_of("22") + "\t" + hex_of("33");
}

std::string event_text() {
    return "event/1\t5\tlogin\tok\t-\t9\t-\t" + hex_of("aa") + "\t" + hex_of("0f");
}

TEST(Record, OfATransferIsWrittenAndReadBack) {
    EXPECT_EQ(to_text(full_transfer()), full_transfer_text());
    EXPECT_EQ(parse_record(full_transfer_text()).value(), Record{full_transfer()});
}

TEST(Record, OfARefusalHasWhatIsKnownAndNoMore) {
    auto refused = full_transfer();
    refused.outcome = "account_not_found";
    refused.actor = {};
    refused.request.reset();
    refused.debit = refused.credit = {};
    refused.origin = {};
    refused.group = 0;
    refused.expires.reset();
    refused.reference.reset();
    auto const text = "transfer/1\t1772366400000000\ttransfer\taccount_not_found\t-\t-\t" +
                      hex_of("11") + "\t42\t-\t-\t12345\tEUR\t-\t-\t2026-03-01\t-\t-\t" +
                      hex_of("33");
    EXPECT_EQ(to_text(refused), text);
    EXPECT_EQ(parse_record(text).value(), Record{refused});
}

TEST(Record, OfAnEventIsWrittenAndReadBack) {
    EventRecord const event{.time = {5},
                            .action = "login",
                            .outcome = "ok",
                            .actor = {},
                            .account = {9},
                            .request = {},
                            .subject = hash_of(0xaa),
                            .details = hash_of(0x0f)};
    EXPECT_EQ(to_text(event), event_text());
    EXPECT_EQ(parse_record(event_text()).value(), Record{event});
}

TEST(Record, MovesMoneyIfPostedAndNotAHoldOrItsEnd) {
    auto record = full_transfer();
    for (auto const* action : {"deposit", "withdrawal", "transfer", "capture", "reversal"}) {
        record.action = action;
        EXPECT_TRUE(moves_money(record)) << action;
    }
    for (auto const* action : {"hold", "release", "expiry"}) {
        record.action = action;
        EXPECT_FALSE(moves_money(record)) << action;
    }
    record.action = "deposit";
    record.outcome = "insufficient_funds";
    EXPECT_FALSE(moves_money(record));
}

std::vector<std::string> fields_of(std::string_view text) {
    std::vector<std::string> fields;
    for (;;) {
        auto const end = text.find('\t');
        fields.emplace_back(text.substr(0, end));
        if (end == std::string_view::npos) return fields;
        text.remove_prefix(end + 1);
    }
}

std::string joined(std::vector<std::string> const& fields) {
    std::string text = fields.front();
    for (std::size_t i = 1; i < fields.size(); ++i) text += "\t" + fields[i];
    return text;
}

struct Wrong {
    std::size_t place;
    std::vector<std::string> values;
};

void expect_refused(std::string const& sound, std::vector<Wrong> const& table) {
    for (auto const& wrong : table) {
        for (auto const& value : wrong.values) {
            auto fields = fields_of(sound);
            fields[wrong.place] = value;
            auto const read = parse_record(joined(fields));
            ASSERT_FALSE(read.ok()) << wrong.place << ": " << value;
            EXPECT_EQ(read.error().code, Code::invalid_field);
        }
    }
}

std::vector<std::string> const no_hash{
    "",           hex_of("11").substr(1), hex_of("11") + "1",
    hex_of("AA"), hex_of("1g"),           hex_of("11").substr(0, 62) + " 1"};
std::vector<std::string> const no_id{"", "0", "-1", "+1", "01", "1 ", "9223372036854775808", "x"};
std::vector<std::string> const no_time{"", "-", "-5", "05", "1.5", "9223372036854775808"};
std::vector<std::string> const no_word{"", "-", "Posted", "a b", "a1", std::string(41, 'a')};
std::vector<std::string> const no_uuid{"", "0", "0197F3C1-2B4D-7AAA-8BBB-CCCCDDDDEEEE",
                                       "0197f3c12b4d7aaa8bbbccccddddeeee",
                                       "0197f3c1-2b4d-7aaa-8bbb-ccccddddeeeg"};

std::vector<std::string> with(std::vector<std::string> values, std::string more) {
    values.push_back(std::move(more));
    return values;
}

TEST(Record, IsRefusedIfAnyFieldHasAnotherText) {
    expect_refused(full_transfer_text(),
                   {{0, {"", "transfer", "transfer/2", "event/1", "Transfer/1"}},
                    {1, no_time},
                    {2, no_word},
                    {3, no_word},
                    {4, no_id},
                    {5, no_uuid},
                    {6, with(no_hash, "-")},
                    {7, with(no_id, "-")},
                    {8, no_id},
                    {9, no_id},
                    {10, with(no_id, "-")},
                    {11, {"", "-", "EU", "EURO", "eur", "EU1"}},
                    {12, no_id},
                    {13, no_id},
                    {14, {"", "-", "2026-3-01", "2026-02-30", "2026-03-01T", "02026-3-01"}},
                    {15, {"", "-1", "01"}},
                    {16, no_hash},
                    {17, with(no_hash, "-")}});
    expect_refused(event_text(), {{0, {"event/2", "transfer/1"}},
                                  {1, no_time},
                                  {2, no_word},
                                  {3, no_word},
                                  {4, no_id},
                                  {5, no_id},
                                  {6, no_uuid},
                                  {7, with(no_hash, "-")},
                                  {8, with(no_hash, "-")}});
}

TEST(Record, IsRefusedWithMoreOrFewerFields) {
    for (auto const& sound : {full_transfer_text(), event_text()}) {
        EXPECT_FALSE(parse_record(sound + "\t").ok());
        EXPECT_FALSE(parse_record(sound + "\n").ok());
        EXPECT_FALSE(parse_record("\t" + sound).ok());
        for (auto end = sound.size(); end > 0; --end) {
            EXPECT_FALSE(parse_record(sound.substr(0, end - 1)).ok()) << end;
        }
    }
}

TEST(Record, SaysWhichFieldIsNotSound) {
    auto fields = fields_of(full_transfer_text());
    fields[10] = "0";
    EXPECT_EQ(parse_record(joined(fields)).error().detail,
              "transfer/1: its amount is missing or invalid");
}

TEST(SubjectText, IsWrittenAndReadBack) {
    SubjectText const somebody{
        .actor = {7}, .name = "teller", .ip = "2001:db8::1", .user_agent = "curl/8 (x; y)"};
    EXPECT_EQ(to_text(somebody), "7\tteller\t2001:db8::1\tcurl/8 (x; y)");
    EXPECT_EQ(parse_subject(to_text(somebody)).value(), somebody);
    EXPECT_EQ(to_text(SubjectText{}), "-\t-\t-\t");
    EXPECT_EQ(parse_subject("-\t-\t-\t").value(), SubjectText{});
}

TEST(SubjectText, IsRefusedIfItHasAnotherText) {
    for (auto const* text : {"", "-", "-\t-\t-", "-\t\t-\t", "-\t-\t\t", "0\t-\t-\t", "07\ta\t-\t",
                             "-\t-\t-\ta\tb", "-\t-\t-\ta\x01", "-\t-\t-\t\xff", "-\ta\nb\t-\t"}) {
        EXPECT_FALSE(parse_subject(text).ok()) << text;
    }
}

TEST(PrivatePart, IsWrittenAndReadBack) {
    PrivatePart const moved{.debit_balance = -500,
                            .debit_previous = 80,
                            .credit_balance = 700,
                            .credit_previous = 0,
                            .available = -500,
                            .session = {6},
                            .idempotency = parse_uuid(uuid_text),
                            .digest = hash_of(0x44)};
    auto const text = "-500\t80\t700\t0\t-500\t6\t" + std::string(uuid_text) + "\t" + hex_of("44");
    EXPECT_EQ(to_text(moved), text);
    EXPECT_EQ(parse_private_part(text).value(), moved);
    EXPECT_EQ(to_text(PrivatePart{}), "0\t-\t0\t-\t0\t-\t-\t-");
    EXPECT_EQ(parse_private_part("0\t-\t0\t-\t0\t-\t-\t-").value(), PrivatePart{});
}

TEST(PrivatePart, IsRefusedIfItHasAnotherText) {
    for (auto const* text :
         {"", "0\t-\t0\t-\t0\t-\t-", "0\t-\t0\t-\t0\t-\t-\t-\t", "-\t-\t0\t-\t0\t-\t-\t-",
          "0\t-1\t0\t-\t0\t-\t-\t-", "00\t-\t0\t-\t0\t-\t-\t-", "-0\t-\t0\t-\t0\t-\t-\t-",
          "0\t-\t0\t-\t0\t0\t-\t-", "0\t-\t0\t-\t0\t-\tx\t-", "0\t-\t0\t-\t0\t-\t-\tx"}) {
        EXPECT_FALSE(parse_private_part(text).ok()) << text;
    }
}

TEST(SaltedHash, IsOfTheSaltThenTheText) {
    Salt salt{};
    for (std::size_t i = 0; i < salt.size(); ++i) salt[i] = static_cast<std::uint8_t>('a' + i);
    EXPECT_EQ(salted_hash(salt, "xyz"), crypto::sha256(as_bytes("abcdefghijklmnopxyz")));
}

}  // namespace
}  // namespace bank::audit
