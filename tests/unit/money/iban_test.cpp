#include "core/money/iban.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <utility>

namespace bank::money {
namespace {

// Examples as published by the IBAN registry and the national banks.
constexpr char const* published[] = {
    "AD1200012030200359100100",
    "AE070331234567890123456",
    "AL47212110090000000235698741",
    "AT611904300234573201",
    "AZ21NABZ00000000137010001944",
    "BA391290079401028494",
    "BE68539007547034",
    "BG80BNBG96611020345678",
    "BH67BMAG00001299123456",
    "BR1800360305000010009795493C1",
    "BY13NBRB3600900000002Z00AB00",
    "CH9300762011623852957",
    "CR05015202001026284066",
    "CY17002001280000001200527600",
    "CZ6508000000192000145399",
    "DE89370400440532013000",
    "DK5000400440116243",
    "DO28BAGR00000001212453611324",
    "EE382200221020145685",
    "ES9121000418450200051332",
    "FI2112345600000785",
    "FO6264600001631634",
    "FR1420041010050500013M02606",
    "GB29NWBK60161331926819",
    "GE29NB0000000101904917",
    "GI75NWBK000000007099453",
    "GL8964710001000206",
    "GR1601101250000000012300695",
    "GT82TRAJ01020000001210029690",
    "HR1210010051863000160",
    "HU42117730161111101800000000",
    "IE29AIBK93115212345678",
    "IL620108000000099999999",
    "IS140159260076545510730339",
    "IT60X0542811101000000123456",
    "JO94CBJO0010000000000131000302",
    "KW81CBKU0000000000001234560101",
    "KZ86125KZT5004100100",
    "LB62099900000001001901229114",
    "LC55HEMM000100010012001200023015",
    "LI21088100002324013AA",
    "LT121000011101001000",
    "LU280019400644750000",
    "LV80BANK0000435195001",
    "MC5811222000010123456789030",
    "MD24AG000225100013104168",
    "ME25505000012345678951",
    "MK07250120000058984",
    "MR1300020001010000123456753",
    "MT84MALT011000012345MTLCAST001S",
    "MU17BOMM0101101030300200000MUR",
    "NL91ABNA0417164300",
    "NO9386011117947",
    "PK36SCBL0000001123456702",
    "PL61109010140000071219812874",
    "PS92PALS000000000400123456702",
    "PT50000201231234567890154",
    "QA58DOHB00001234567890ABCDEFG",
    "RO49AAAA1B31007593840000",
    "RS35260005601001611379",
    "SA0380000000608010167519",
    "SC18SSCB11010000000000001497USD",
    "SE4550000000058398257466",
    "SI56263300012039086",
    "SK3112000000198742637541",
    "SM86U0322509800000000270100",
    "ST68000100010051845310112",
    "SV62CENR00000000000000700025",
    "TL380080012345678910157",
    "TN5910006035183598478831",
    "TR330006100519786457841326",
    "UA213223130000026007233566001",
    "VA59001123000012345678",
    "VG96VPVG0000012345678901",
    "XK051212012345678906",
};

class PublishedIban : public testing::TestWithParam<char const*> {};

TEST_P(PublishedIban, IsAccepted) {
    EXPECT_TRUE(is_iban(GetParam()));
    EXPECT_EQ(normalise_iban(GetParam()), GetParam());
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

// A letter for a digit shifts everything after it, which MOD 97-10 need not detect; it always
// detects errors within one kind.
TEST_P(PublishedIban, WithOneDigitOrLetterChangedIsRefused) {
    std::string const good = GetParam();
    for (std::size_t place = 0; place < good.size(); ++place) {
        for (auto const c : std::string_view{"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"}) {
            if (c == good[place] || is_digit(c) != is_digit(good[place])) continue;
            auto bad = good;
            bad[place] = c;
            EXPECT_FALSE(is_iban(bad)) << bad;
        }
    }
}

TEST_P(PublishedIban, WithNeighboursSwappedIsRefused) {
    std::string const good = GetParam();
    for (std::size_t place = 0; place + 1 < good.size(); ++place) {
        if (is_digit(good[place]) != is_digit(good[place + 1])) continue;
        auto bad = good;
        std::swap(bad[place], bad[place + 1]);
        EXPECT_EQ(is_iban(bad), bad == good) << bad;
    }
}

INSTANTIATE_TEST_SUITE_P(Registry, PublishedIban, testing::ValuesIn(published),
                         [](auto const& test) { return std::string(test.param).substr(0, 2); });

class NotAnIban : public testing::TestWithParam<std::string> {};

TEST_P(NotAnIban, IsRefused) {
    EXPECT_FALSE(is_iban(GetParam()));
}

INSTANTIATE_TEST_SUITE_P(Table, NotAnIban,
                         testing::Values("", "D", "DE", "DE89", "de89370400440532013000",
                                         "DE89 3704 0044 0532 0130 00", " DE89370400440532013000",
                                         "DE89370400440532013000 ", "DE8937040044053201300",
                                         "DE893704004405320130000", "US89370400440532013000",
                                         "DE89370400440532O13000", "DE8937040044053201300\n",
                                         std::string("DE8937040044053201300\0", 22),
                                         "DE8937040044053201300\xc3", std::string(1000, '9')));

TEST(Iban, HasOnlyOnePairOfCheckDigits) {
    // Remainders repeat after 97: the numbers below also leave remainder 1, and would be second
    // numbers of one account.
    IbanPrefix const prefix{"DE", "99999999"};
    int accepted = 0;
    for (std::int64_t serial = 1; serial <= 200; ++serial) {
        auto iban = make_iban(prefix, serial).value();
        for (int digits = 0; digits < 100; ++digits) {
            iban[2] = static_cast<char>('0' + digits / 10);
            iban[3] = static_cast<char>('0' + digits % 10);
            accepted += is_iban(iban) ? 1 : 0;
        }
    }
    EXPECT_EQ(accepted, 200);
}

TEST(NormaliseIban, TakesBlanksAndLowerCase) {
    EXPECT_EQ(normalise_iban(" de89 3704 0044 0532 0130 00 "), "DE89370400440532013000");
    EXPECT_EQ(normalise_iban("DE89\t3704 0044 0532 0130 00"), std::nullopt);
    EXPECT_EQ(normalise_iban("DE89-3704-0044-0532-0130-00"), std::nullopt);
    EXPECT_EQ(normalise_iban("DE88 3704 0044 0532 0130 00"), std::nullopt);
    EXPECT_EQ(normalise_iban(""), std::nullopt);
    EXPECT_EQ(normalise_iban("DE89370400440532013000" + std::string(100'000, ' ')), std::nullopt);
}

TEST(MakeIban, PadsTheSerialAndComputesTheCheckDigits) {
    // The registry's own example, split into its parts.
    EXPECT_EQ(make_iban({"DE", "37040044"}, 532013000), "DE89370400440532013000");
    EXPECT_EQ(make_iban({"GB", "NWBK601613"}, 31926819), "GB29NWBK60161331926819");
    EXPECT_EQ(make_iban({"NO", "8601"}, 1117947), "NO9386011117947");
}

TEST(MakeIban, GivesDifferentValidNumbersForDifferentSerials) {
    IbanPrefix const prefix{"DE", "99999999"};
    std::set<std::string> numbers;
    for (std::int64_t serial = 1; serial <= 10'000; ++serial) {
        auto const iban = make_iban(prefix, serial);
        ASSERT_TRUE(iban && is_iban(*iban)) << serial;
        numbers.insert(*iban);
    }
    EXPECT_EQ(numbers.size(), 10'000U);
}

TEST(MakeIban, RefusesSerialsThatDoNotFit) {
    IbanPrefix const prefix{"DE", "99999999"};  // Leaves ten digits.
    EXPECT_FALSE(make_iban(prefix, 0));
    EXPECT_FALSE(make_iban(prefix, -1));
    EXPECT_FALSE(make_iban(prefix, INT64_MIN));
    EXPECT_TRUE(make_iban(prefix, 1));
    EXPECT_TRUE(make_iban(prefix, 9'999'999'999));
    EXPECT_FALSE(make_iban(prefix, 10'000'000'000));
    EXPECT_TRUE(make_iban({"LC", "HEMM"}, INT64_MAX));
}

// The part of a published number before the account is a bank code, and no other prefix of it is.
TEST_P(PublishedIban, HasTheBankCodeOfItsCountry) {
    std::string const iban = GetParam();
    int accepted = 0;
    for (std::size_t size = 0; size <= iban.size() - 4; ++size) {
        IbanPrefix const prefix{iban.substr(0, 2), iban.substr(4, size)};
        accepted += check(prefix).ok() ? 1 : 0;
    }
    EXPECT_EQ(accepted, 1);
}

TEST(IbanPrefix, IsTheBankCodeOfItsCountryWithTheBranch) {
    for (auto const& prefix :
         {IbanPrefix{"DE", "99999999"}, IbanPrefix{"NL", "ABNA"}, IbanPrefix{"NO", "8601"},
          IbanPrefix{"GB", "NWBK601613"}, IbanPrefix{"FR", "2004101005"}, IbanPrefix{"MD", "A1"}}) {
        EXPECT_TRUE(check(prefix).ok()) << prefix.country;
    }
}

TEST(IbanPrefix, SaysWhatTheCountryAsksFor) {
    auto const why = [](char const* country) { return check({country, ""}).error().detail; };
    EXPECT_EQ(why("DE"), "bank_code must be 8 digits for country DE");
    EXPECT_EQ(why("GB"), "bank_code must be 4 upper-case letters and 6 digits for country GB");
    EXPECT_EQ(why("IT"), "bank_code must be 1 upper-case letter and 10 digits for country IT");
    EXPECT_EQ(why("MD"), "bank_code must be 2 digits or upper-case letters for country MD");
}

struct PrefixCase {
    IbanPrefix prefix;
    char const* field;
};

class BadIbanPrefix : public testing::TestWithParam<PrefixCase> {};

TEST_P(BadIbanPrefix, IsRefusedNamingTheField) {
    auto const status = check(GetParam().prefix);
    ASSERT_FALSE(status.ok());
    EXPECT_EQ(status.code(), Code::invalid_field);
    EXPECT_EQ(status.error().field, GetParam().field);
    EXPECT_FALSE(status.error().detail.empty());
}

INSTANTIATE_TEST_SUITE_P(
    Table, BadIbanPrefix,
    testing::Values(
        PrefixCase{{"", "99999999"}, "/country"}, PrefixCase{{"de", "99999999"}, "/country"},
        PrefixCase{{"US", "99999999"}, "/country"}, PrefixCase{{"DEU", "99999999"}, "/country"},
        PrefixCase{{"DE", ""}, "/bank_code"}, PrefixCase{{"DE", "12"}, "/bank_code"},
        PrefixCase{{"DE", "999999999"}, "/bank_code"}, PrefixCase{{"DE", "9999999A"}, "/bank_code"},
        PrefixCase{{"GB", "NWBK"}, "/bank_code"}, PrefixCase{{"NO", "860"}, "/bank_code"},
        PrefixCase{{"DE", "9999 999"}, "/bank_code"}, PrefixCase{{"NL", "abna"}, "/bank_code"},
        PrefixCase{{"NL", "AB-A"}, "/bank_code"}));

}  // namespace
}  // namespace bank::money
