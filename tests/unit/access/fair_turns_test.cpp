#include "core/access/fair_turns.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>
#include <vector>

#include "core/access/source_prefix.hpp"

namespace bank::access {
namespace {

using namespace std::chrono_literals;

constexpr PenaltyRule rule{
    .failures_free = 0, .delay_first = 30s, .delay_max = 30s, .forget_each = 1h};

class FairTurnsTest : public testing::Test {
protected:
    bool guess(std::string const& ip) {
        auto const networks = source_networks(ip);
        auto attempt = turns_.begin(penalties_, "bob", networks, now_);
        if (attempt.ok()) attempt->fail(now_);
        return attempt.ok();
    }

    // Tries per second of each client, up to 4; what each got of 200 delays.
    std::map<std::string, int> contest(std::map<std::string, int> const& clients) {
        std::map<std::string, int> won;
        (void)guess("203.0.113.1");
        for (int i = 0, delays = 0; delays < 200; ++i) {
            now_ += 250ms;
            for (auto const& [ip, per_s] : clients) {
                if (i % (4 / per_s) == 0 && guess(ip)) ++won[ip], ++delays;
            }
        }
        return won;
    }

    Penalties penalties_{rule, 100};
    FairTurns turns_{{1, 2, 3}, 1000};
    Instant now_{1000h};
};

TEST_F(FairTurnsTest, TheFastestClientGetsNoMoreThanItsShare) {
    auto won = contest({{"192.0.2.1", 4}, {"198.51.100.1", 1}, {"203.0.113.1", 1}});
    for (auto const& [ip, count] : won) {
        std::printf("%s %d\n", ip.c_str(), count);
        EXPECT_GT(count, 45) << ip;
        EXPECT_LT(count, 90) << ip;
    }
}

TEST_F(FairTurnsTest, AWholeNetworkHasLittleMoreThanOneShare) {
    for (auto const* const pattern : {"192.0.2.{}", "2001:db8:1:{}::1", "2001:db8:1:{}00::1"}) {
        std::map<std::string, int> clients{{"198.51.100.1", 4}};
        for (int i = 1; i < 12; ++i) clients[fmt::format(fmt::runtime(pattern), i)] = 4;
        auto won = contest(clients);
        std::printf("%d of 200\n", won["198.51.100.1"]);
        EXPECT_GT(won["198.51.100.1"], 60);
    }
}

TEST_F(FairTurnsTest, WithinANetworkNobodyTakesAll) {
    auto won = contest({{"2001:db8:1:100::1", 4}, {"2001:db8:1:200::1", 4}});
    EXPECT_GT(won["2001:db8:1:100::1"], 60);
    EXPECT_GT(won["2001:db8:1:200::1"], 60);
}

TEST_F(FairTurnsTest, ALongDelayedKeyIsOpenToAnybody) {
    (void)guess("203.0.113.1");
    now_ += 61s;
    EXPECT_TRUE(guess("192.0.2.1"));
}

TEST_F(FairTurnsTest, AFloodOfClientsDoesNotDisplaceOneThatAsksAgain) {
    int in = 0;
    for (int delay = 0; delay < 40; ++delay) {
        (void)guess("203.0.113.1");
        (void)guess("192.0.2.1");
        (void)guess("192.0.2.1");
        for (int i = 0; i < 5'000; ++i) {
            now_ += 4ms;
            (void)guess(fmt::format("10.{}.{}.1", i / 256, i % 256));
        }
        for (int i = 0; i < 600; ++i) {
            now_ += 100ms;
            if (guess("192.0.2.1")) {
                ++in;
                break;
            }
        }
        now_ += 2h;
    }
    EXPECT_GT(in, 30);
}

struct Networks {
    char const* ip;
    std::vector<std::string> networks;
};

class SourceNetworks : public testing::TestWithParam<Networks> {};

TEST_P(SourceNetworks, AreThoseOfOneParty) {
    EXPECT_EQ(source_networks(GetParam().ip), GetParam().networks);
    EXPECT_EQ(source_networks(GetParam().ip).front(), source_prefix(GetParam().ip));
}

INSTANTIATE_TEST_SUITE_P(
    All, SourceNetworks,
    testing::Values(Networks{"192.0.2.7", {"192.0.2.7/32", "192.0.2.0/24"}},
                    Networks{"::ffff:192.0.2.7", {"192.0.2.7/32", "192.0.2.0/24"}},
                    Networks{"2001:db8:1:2a3b::5",
                             {"2001:db8:1:2a3b::/64", "2001:db8:1:2a00::/56", "2001:db8:1::/48"}},
                    Networks{"", {"unknown"}}, Networks{"localhost", {"unknown"}}));

}  // namespace
}  // namespace bank::access
