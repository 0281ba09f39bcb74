#include "plugins/rest/http/own_names.hpp"

#include <Poco/Net/IPAddress.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "plugins/rest/http_connection.hpp"

namespace bank::rest {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::string_view own_ip = "192.0.2.7";

TEST(OwnNames, ThatAreListedAreAllThereAre) {
    OwnNames const names("bank.example, Desk.example:8443,wild.example:*,[2001:db8::1]:1", true);
    for (auto const* host : {"bank.example", "BANK.example", "desk.example:8443", "wild.example",
                             "wild.example:1", "wild.example:65535", "[2001:DB8::1]:1"}) {
        EXPECT_TRUE(names.have(host, own_ip)) << host;
    }
    for (auto const* host : {"",
                             ":",
                             ":443",
                             "bank.example:443",
                             "bank.example:8443",
                             "desk.example",
                             "evil.example",
                             "bank.example.evil.example",
                             "evil.bank.example",
                             "xbank.example",
                             "bank.example.",
                             "localhost",
                             "127.0.0.1",
                             "192.0.2.7",
                             "[2001:db8::1]",
                             "bank.example:",
                             "wild.example:0",
                             "wild.example:65536",
                             "wild.example:x",
                             "wild.example:8443.evil.example",
                             "wild.example:1@evil.example",
                             "bank.example/",
                             "wild.example:*",
                             "[::1",
                             "[]:1",
                             "bank.example evil",
                             "*"}) {
        EXPECT_FALSE(names.have(host, own_ip)) << host;
    }
}

TEST(OwnNames, WithoutAListAreThisMachinesAndThoseOfTheCertificate) {
    OwnNames names(" ", true);
    for (auto const* host : {"localhost", "LOCALHOST:5173", "127.0.0.1:8443", "[::1]", "[::1]:8443",
                             "192.0.2.7", "192.0.2.7:8443"}) {
        EXPECT_TRUE(names.have(host, own_ip)) << host;
    }
    EXPECT_TRUE(names.have("[2001:db8::7]:1", "2001:db8::7"));
    for (auto const* host : {"evil.example", "192.0.2.8", "localhost.evil.example", "192.0.2.7.nip",
                             "127.0.0.2", "", "bank.example", "a.bank.example"}) {
        EXPECT_FALSE(names.have(host, own_ip)) << host;
        EXPECT_FALSE(names.have(host, "")) << host;
    }
    names.set_certificate_names(
        {"bank.example", "*.branch.example", "198.51.100.1", "2001:db8::9"});
    for (auto const* host : {"bank.example", "bank.example:8443", "a.branch.example:1",
                             "198.51.100.1", "[2001:db8::9]:8443"}) {
        EXPECT_TRUE(names.have(host, own_ip)) << host;
    }
    for (auto const* host : {"a.bank.example", "branch.example", ".branch.example",
                             "a.b.branch.example", "2001:db8::9", "evil.example"}) {
        EXPECT_FALSE(names.have(host, own_ip)) << host;
    }
    names.set_certificate_names({"later.example"});
    EXPECT_FALSE(names.have("bank.example", own_ip));
    EXPECT_TRUE(names.have("later.example", own_ip));
}

TEST(OwnNames, OfACertificateAddNothingToAList) {
    OwnNames names("bank.example", true);
    names.set_certificate_names({"other.example"});
    EXPECT_FALSE(names.have("other.example", own_ip));
}

TEST(OwnNames, AreCheckedBeforeTheyAreUsed) {
    for (auto const* list : {"", " ", "bank.example", "a,b", "a , b:1", "[::1]", "[::1]:*",
                             "192.0.2.1:65535", "xn--bnk-qla.example"}) {
        EXPECT_EQ(OwnNames::check(list), "") << list;
    }
    for (auto const* list :
         {",", "a,", ",a", "a,,b", "https://bank.example", "bank.example/app", "a:0", "a:65536",
          "a:", "a:x", "::1", "[::1", "a b", "*.bank.example", "bänk.example", "a:1:2", "a@b"}) {
        EXPECT_NE(OwnNames::check(list), "") << list;
    }
    for (auto const* list : {"[:::::]", "[::1::2]", "[2001:db8]", "[::1%eth0]", "[]", "192.0.2.256",
                             "192.0.2", "1.2.3.4.5", "bank.443"}) {
        EXPECT_NE(OwnNames::check(list), "") << list;
    }
    std::string many = "a";
    for (int i = 0; i < 64; ++i) many += ",a";
    EXPECT_EQ(OwnNames::check(many), "must have at most 64 names");
}

TEST(OwnNames, HaveNoPortWhereBrowsersShowNone) {
    OwnNames const names("bank.example:443,plain.example:80", true);
    EXPECT_TRUE(names.have("bank.example", own_ip));
    EXPECT_TRUE(names.is_own_origin("https://bank.example", "bank.example", own_ip));
    EXPECT_FALSE(names.have("bank.example:8443", own_ip));
    EXPECT_FALSE(names.have("plain.example", own_ip));  // https://plain.example:80 requires it.
    EXPECT_TRUE(names.have("plain.example:80", own_ip));
    // The proxy in front may or may not use TLS.
    OwnNames const behind("bank.example:443,plain.example:80,[2001:db8::1]:80", false);
    for (auto const* host : {"bank.example", "plain.example", "[2001:db8::1]"}) {
        EXPECT_TRUE(behind.have(host, own_ip)) << host;
    }
    EXPECT_FALSE(behind.have("plain.example:8080", own_ip));
}

TEST(OwnNames, AreTheSameAddressHoweverWritten) {
    OwnNames const names("[2001:DB8:0::1]:8443,[fd00:0:0:1:0:0:0:5],[::ffff:192.0.2.1]", true);
    for (auto const* host : {"[2001:db8::1]:8443", "[fd00:0:0:1::5]", "[::ffff:c000:201]"}) {
        EXPECT_TRUE(names.have(host, own_ip)) << host;
    }
    EXPECT_FALSE(names.have("[2001:db8::1]", own_ip));
    EXPECT_FALSE(names.have(std::string_view("[2001:db8::1\0]:8443", 20), own_ip));
    OwnNames by_default("", true);
    EXPECT_TRUE(by_default.have("[fd00:0:0:1::5]:8443", "fd00:0:0:1::5"));
    EXPECT_FALSE(by_default.have("[fd00:0:0:1::6]:8443", "fd00:0:0:1::5"));
    by_default.set_certificate_names({"2001:DB8:0:0:0:0:0:9", "not an address:"});
    EXPECT_TRUE(by_default.have("[2001:db8::9]", own_ip));
}

TEST(NumericText, IsWhatBrowsersWrite) {
    using Poco::Net::IPAddress;
    EXPECT_EQ(numeric_text(IPAddress("fd00:0:0:1::5")), "fd00:0:0:1::5");
    EXPECT_EQ(numeric_text(IPAddress("2001:db8:0:0:1:0:0:1")), "2001:db8::1:0:0:1");
    EXPECT_EQ(numeric_text(IPAddress("::1")), "::1");
    EXPECT_EQ(numeric_text(IPAddress("192.0.2.7")), "192.0.2.7");
    EXPECT_EQ(numeric_text(IPAddress("::ffff:192.0.2.7")), "192.0.2.7");
}

struct Page {
    std::string_view origin, host;
    bool uses_tls, is_own;
};

class OwnOrigin : public testing::TestWithParam<Page> {};

TEST_P(OwnOrigin, IsASchemeAndTheNameThatWasAsked) {
    auto const& page = GetParam();
    OwnNames const names("bank.example:8443,bank.example,localhost:5173", page.uses_tls);
    EXPECT_EQ(names.is_own_origin(page.origin, page.host, own_ip), page.is_own)
        << page.origin << " at " << page.host;
}

INSTANTIATE_TEST_SUITE_P(
    All, OwnOrigin,
    testing::Values(Page{"https://bank.example:8443", "bank.example:8443", true, true},
                    Page{"https://BANK.example", "bank.example", true, true},
                    // Behind a proxy that terminates TLS.
                    Page{"https://bank.example", "bank.example", false, true},
                    Page{"http://bank.example", "bank.example", false, true},
                    Page{"http://bank.example", "bank.example", true, false},
                    // npm run dev.
                    Page{"http://localhost:5173", "localhost:5173", true, true},
                    // An attacker's name that leads here, in both headers.
                    Page{"https://evil.example", "evil.example", true, false},
                    Page{"https://evil.example", "evil.example", false, false},
                    // Another page of the same machine.
                    Page{"https://bank.example:8443", "bank.example", true, false},
                    Page{"https://bank.example", "bank.example:8443", true, false},
                    Page{"https://evil.example", "bank.example", true, false},
                    Page{"https://bank.example@evil.example", "bank.example", true, false},
                    Page{"https://bank.example/", "bank.example", true, false},
                    Page{"bank.example", "bank.example", true, false},
                    Page{"ftp://bank.example", "bank.example", true, false},
                    Page{"https:bank.example", "bank.example", true, false},
                    Page{"null", "bank.example", true, false},
                    Page{"", "bank.example", true, false}, Page{"https://", "", true, false}));

TEST(MachineNames, AreTheHostNameAndItsAliases) {
    EXPECT_THAT(machine_names("bank1",
                              "127.0.0.1 localhost\n"
                              "127.0.1.1\tbank1.corp.example BANK1 # here\n"
                              "192.0.2.9 other.example\n"
                              "# 192.0.2.1 bank1 commented.example\n"
                              "192.0.2.7 desk.example bank1\n"),
                ElementsAre("bank1", "bank1.corp.example", "BANK1", "desk.example", "bank1"));
    EXPECT_THAT(machine_names("bank1", ""), ElementsAre("bank1"));
    EXPECT_THAT(machine_names("bank1.corp.example", "127.0.1.1 bank1.corp.example b\n"),
                ElementsAre("bank1.corp.example", "bank1", "bank1.corp.example", "b"));
    EXPECT_THAT(machine_names("", "127.0.0.1 a\n"), IsEmpty());
    EXPECT_THAT(machine_names("a b", "127.0.0.1 a b\n"), IsEmpty());
}

}  // namespace
}  // namespace bank::rest
