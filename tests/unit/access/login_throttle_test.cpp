#include "core/access/login_throttle.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <set>

#include "tests/support/fake_clock.hpp"

namespace bank::access {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;
using std::chrono::seconds;

class Memory final : public KnownDeviceStore {
public:
    Result<Known> find_known(DeviceTags const& tags) override {
        ++lookups;
        if (!is_available) return Code::storage_unavailable;
        return Known{.device = has(tags.device), .source = has(tags.source)};
    }
    void keep(DeviceTags const& tags) {
        for (auto const& tag : {tags.device, tags.source}) {
            if (tag) known.insert(*tag);
        }
    }

    std::set<DeviceTag> known;
    int lookups = 0;
    bool is_available = true;

private:
    [[nodiscard]] bool has(std::optional<DeviceTag> const& tag) const {
        return tag && known.contains(*tag);
    }
};

constexpr seconds passed{0};

using Addresses = std::function<std::string(std::uint32_t n)>;

// The n-th address of guessers, who have very many, or a few.
std::string scattered(std::uint32_t n) {
    auto const bits = n * 2'654'435'761U;
    return fmt::format("{}.{}.{}.{}", 11 + (bits >> 24U) % 100, bits >> 16U & 255U,
                       bits >> 8U & 255U, bits & 255U);
}
std::string in_sequence(std::uint32_t n) {
    return fmt::format("127.{}.{}.{}", n >> 16U & 255U, n >> 8U & 255U, n & 255U);
}
std::string of_one_48(std::uint32_t n) {
    return fmt::format("2001:db8:bad:{:x}::1", n & 0xffffU);
}
std::string one_of_two(std::uint32_t n) {
    return fmt::format("10.1.{}.1", n % 2);
}
std::string one_of_16_networks(std::uint32_t n) {
    return fmt::format("10.1.{}.{}", n % 16, 1 + n % 200);
}
// Of honest clients.
std::string of_one_24(std::uint32_t n) {
    return fmt::format("192.0.2.{}", 1 + n % 200);
}

class LoginThrottleTest : public testing::Test {
protected:
    LoginThrottleTest() { restart(); }

    // As after a restart of the daemon: the database remains.
    void restart() {
        FairTurns::Key key{};
        key[0] = ++restarts_;
        throttle_ = std::make_unique<LoginThrottle>(clock_, memory_, marks_, key);
    }

    Result<LoginThrottle::Attempt> begin(std::string const& ip, std::string const& user = "bob",
                                         std::optional<std::string_view> token = std::nullopt) {
        LoginThrottle::Login login{ip, user, std::nullopt};
        if (token) login.device_token = Secret(*token);
        return throttle_->begin(std::move(login));
    }

    // The seconds to wait, or `passed`.
    template <typename Decide>
    seconds try_with(Result<LoginThrottle::Attempt> attempt, Decide decide) {
        if (!attempt.ok()) {
            EXPECT_EQ(attempt.code(), Code::login_throttled);
            EXPECT_GT(attempt.error().retry_after_s, 0U);
            return seconds(attempt.error().retry_after_s);
        }
        decide(*attempt);
        return passed;
    }
    seconds guess(std::string const& ip, std::string const& user = "bob",
                  std::optional<std::string_view> token = std::nullopt) {
        return try_with(begin(ip, user, token), [](auto& attempt) { attempt.fail(); });
    }
    // The device's token is in token_.
    seconds sign_in(std::string const& ip, std::string const& user = "bob",
                    std::optional<std::string_view> token = std::nullopt) {
        return try_with(begin(ip, user, token), [&](auto& attempt) {
            auto const familiarity = attempt.succeed();
            token_ = familiarity.device_token.reveal();
            memory_.keep(familiarity.tags);
        });
    }

    // Guessers hammer for so long.
    void attack(milliseconds duration, Addresses const& guesser, milliseconds each = 50ms) {
        for (milliseconds elapsed{0}; elapsed < duration; elapsed += each) {
            clock_.advance(each);
            if (guess(guesser(guesses_tried_++)) == passed) ++guesses_;
        }
    }

    // Tries until a stranger with the right password is in, who comes when told to.
    int tries_until_in(Addresses const& guesser, Addresses const& honest) {
        for (int tries = 1; tries < 1000; ++tries) {
            auto const wait = try_with(begin(honest(honest_tried_++)),
                                       [](auto& attempt) { (void)attempt.succeed(); });
            if (wait == passed) return tries;
            attack(wait, guesser);
        }
        ADD_FAILURE() << "never in";
        return 1000;
    }
    double mean_tries(Addresses const& guesser, std::function<Addresses(int)> const& honest) {
        constexpr int episodes = 20;
        int sum = 0;
        for (int i = 0; i < episodes; ++i) {
            attack(20s, guesser);
            sum += tries_until_in(guesser, honest(i));
        }
        return 1.0 * sum / episodes;
    }

    test::FakeClock clock_;
    Memory memory_;
    DeviceMarks marks_{Secret("a key for tests")};
    std::unique_ptr<LoginThrottle> throttle_;
    std::string token_;
    std::uint8_t restarts_ = 0;
    std::uint32_t guesses_tried_ = 0;
    std::uint32_t honest_tried_ = 0;
    int guesses_ = 0;
};

struct Attack {
    char const* name;
    Addresses guesser;
    double tries_max;
};

class Stranger : public LoginThrottleTest, public testing::WithParamInterface<Attack> {};

// Before turns were drawn, 0 of 50 tries within 75 s of 40 guesses a second passed.
INSTANTIATE_TEST_SUITE_P(LoginThrottle, Stranger,
                         testing::Values(Attack{"ever_new_addresses", scattered, 4.0},
                                         Attack{"ever_new_addresses_in_sequence", in_sequence, 5.0},
                                         Attack{"a_whole_48", of_one_48, 4.5},
                                         Attack{"two_addresses", one_of_two, 4.0},
                                         Attack{"sixteen_networks", one_of_16_networks, 32.0}),
                         [](auto const& row) { return row.param.name; });

TEST_P(Stranger, AtOneNewAddressIsInAfterAFewTries) {
    auto const mean = mean_tries(GetParam().guesser, [](int i) -> Addresses {
        return [i](std::uint32_t) { return fmt::format("198.51.{}.7", i); };
    });
    RecordProperty("mean_tries", std::to_string(mean));
    std::printf("%s: %.2f tries\n", GetParam().name, mean);
    EXPECT_LT(mean, GetParam().tries_max);
}

TEST_P(Stranger, AtNewAddressesOfOneNetworkIsInAfterAFewTries) {
    auto const mean = mean_tries(GetParam().guesser, [](int) { return of_one_24; });
    std::printf("%s: %.2f tries\n", GetParam().name, mean);
    EXPECT_LT(mean, GetParam().tries_max);
}

TEST_F(LoginThrottleTest, AStrangerWhoseNetworkChangesWithEachTryHasAShareLikeAllTries) {
    int honest = 0;
    int guesses = 0;
    // Ten hours, three guesses for each honest try.
    for (std::uint32_t i = 0; i < 4 * 10 * 3600; ++i) {
        clock_.advance(250ms);
        if ((i * 2'654'435'761U >> 13U) % 4 != 0) {
            guesses += guess(scattered(guesses_tried_++)) == passed ? 1 : 0;
        } else {
            // Mistyped: a success would not begin another delay.
            honest += guess(scattered(1U << 31U | honest_tried_++)) == passed ? 1 : 0;
        }
    }
    std::printf("%d honest, %d guesses\n", honest, guesses);
    EXPECT_GT(honest, guesses / 5);
}

TEST_F(LoginThrottleTest, LetsAKnownDeviceInAtOnceFromAnywhere) {
    ASSERT_EQ(sign_in("192.0.2.1", "bob", ""), passed);
    ASSERT_FALSE(token_.empty());
    attack(75s, scattered);
    int in = 0;
    for (std::uint32_t i = 0; i < 50; ++i) {
        attack(1500ms, scattered);
        auto const token = token_;
        in += sign_in(fmt::format("203.0.{}.1", i), "bob", token) == passed ? 1 : 0;
        EXPECT_EQ(token_, token);
    }
    EXPECT_EQ(in, 50);
}

TEST_F(LoginThrottleTest, LetsAKnownSourceInAtOnce) {
    ASSERT_EQ(sign_in("2001:db8:1:2::1"), passed);
    EXPECT_TRUE(token_.empty());
    attack(75s, scattered);
    EXPECT_EQ(sign_in("2001:db8:1:2:9::7"), passed);
    EXPECT_GT(sign_in("2001:db8:1:3::1"), passed);
}

TEST_F(LoginThrottleTest, KnowsThemAfterARestart) {
    ASSERT_EQ(sign_in("192.0.2.1", "bob", ""), passed);
    auto const token = token_;
    restart();
    attack(75s, scattered);
    EXPECT_EQ(sign_in("192.0.2.1"), passed);
    EXPECT_EQ(sign_in("198.51.100.1", "bob", token), passed);
}

TEST_F(LoginThrottleTest, ADeviceIsKnownInASourceThatIsAbused) {
    ASSERT_EQ(sign_in("192.0.2.1", "bob", ""), passed);
    for (int i = 0; i < 2000; ++i) {
        clock_.advance(100ms);
        (void)guess("192.0.2.1", fmt::format("user {}", i));
        (void)guess("192.0.2.1");
    }
    EXPECT_GT(guess("192.0.2.1"), passed);
    EXPECT_EQ(sign_in("192.0.2.1", "bob", token_), passed);
}

TEST_F(LoginThrottleTest, NothingElseIsAKnownDevice) {
    ASSERT_EQ(sign_in("192.0.2.1", "alice", ""), passed);
    auto const of_alice = token_;
    DeviceMarks const forger(Secret("another key"));
    auto const forged = forger.make_token("bob");
    // Planted in the database by its administrator: the tags as another key makes them, and
    // Alice's.
    memory_.known.insert(*forger.device_tag("bob", forged));
    memory_.known.insert(forger.source_tag("bob", "198.51.100.1/32"));
    // Made here, but not known to the database.
    auto const forgotten = marks_.make_token("bob");
    attack(75s, scattered);
    auto const lookups = memory_.lookups;
    for (auto const token : {std::string_view(of_alice), forged.reveal(), std::string_view("junk"),
                             std::string_view{}, forgotten.reveal()}) {
        EXPECT_GT(guess("198.51.100.1", "bob", token), passed) << token;
    }
    EXPECT_EQ(memory_.lookups, lookups + 5);
    // It still gives nothing but a place in the queue: the login replaces a token of another key.
    EXPECT_EQ(sign_in("192.0.2.1", "alice", forged.reveal()), passed);
    EXPECT_NE(token_, forged.reveal());
}

TEST_F(LoginThrottleTest, TreatsAnUnknownUserAlike) {
    std::vector<std::vector<seconds>> waits(2);
    std::vector<int> lookups;
    for (auto const* user : {"bob", "nobody"}) {
        restarts_ = 0;
        restart();
        memory_.lookups = 0;
        for (std::uint32_t n = 0; n < 400; ++n) {
            auto const wait = guess(scattered(n), user);
            waits[lookups.size()].push_back(wait == passed ? wait : 1s);
        }
        lookups.push_back(memory_.lookups);
    }
    EXPECT_EQ(waits[0], waits[1]);
    EXPECT_EQ(lookups[0], lookups[1]);
}

TEST_F(LoginThrottleTest, BoundsTheGuessesOfAnHour) {
    for (auto const& guesser : {Addresses(scattered), Addresses(one_of_16_networks)}) {
        restart();
        for (int hour = 0; hour < 2; ++hour) {
            guesses_ = 0;
            attack(1h, guesser, 200ms);
            std::printf("%d guesses in an hour by strangers\n", guesses_);
            EXPECT_LE(guesses_, 150);
        }
    }
}

TEST_F(LoginThrottleTest, BoundsTheGuessesOfAnHourOfAKnownDevice) {
    ASSERT_EQ(sign_in("192.0.2.1", "bob", ""), passed);
    for (auto const token :
         {std::optional<std::string_view>(token_), std::optional<std::string_view>()}) {
        int guesses = 0;
        for (int i = 0; i < 3600; ++i) {
            clock_.advance(1s);
            if (guess("192.0.2.1", "bob", token) == passed) ++guesses;
        }
        std::printf("%d guesses in an hour by a known one\n", guesses);
        EXPECT_LE(guesses, 20);
    }
    EXPECT_EQ(guess("198.51.100.1"), passed) << "they do not count against strangers";
}

TEST_F(LoginThrottleTest, CountsAWholeSiteAsOneSource) {
    // One guess at each of very many users, each from a /64 of its own.
    for (auto const& [guesser, most] :
         {std::pair<Addresses, int>{of_one_48, 520},
          {[](std::uint32_t n) { return fmt::format("2001:db8:bad:{:x}::1", n & 0xffU); }, 180}}) {
        restart();
        int guesses = 0;
        for (std::uint32_t n = 0; n < 20'000; ++n) {
            clock_.advance(100ms);
            guesses += guess(guesser(n), fmt::format("user {}", n)) == passed ? 1 : 0;
        }
        std::printf("%d guesses at many users\n", guesses);
        EXPECT_LE(guesses, most);
        EXPECT_EQ(guess("2001:db8:900d::1", "alice"), passed);
    }
}

TEST_F(LoginThrottleTest, SaysWhenAStrangersTurnComes) {
    // Nobody else asks: the turn is the stranger's when it comes, and not before.
    for (int i = 0; i < 20; ++i) {
        attack(60s, scattered);
        auto const ip = fmt::format("198.51.{}.7", i);
        auto wait = guess(ip);
        if (wait == passed) continue;
        EXPECT_LE(wait, 60s);
        clock_.advance(wait - 1s);
        ASSERT_GT(wait = sign_in(ip), passed) << "too late";
        ASSERT_LE(wait, 1s);
        clock_.advance(wait);
        ASSERT_EQ(sign_in(ip), passed) << "too early";
    }
}

TEST_F(LoginThrottleTest, PassesOnThatTheDatabaseIsAway) {
    memory_.is_available = false;
    EXPECT_EQ(begin("192.0.2.1").code(), Code::storage_unavailable);
    EXPECT_EQ(begin("192.0.2.1", "bob", marks_.make_token("bob").reveal()).code(),
              Code::storage_unavailable);
}

TEST(DeviceMarks, BelongToOneUserOneDeviceAndOneKey) {
    DeviceMarks const marks(Secret("key"));
    auto const token = marks.make_token("bob");
    ASSERT_TRUE(marks.device_tag("bob", token));
    EXPECT_EQ(marks.device_tag("bob", token), DeviceMarks(Secret("key")).device_tag("bob", token));
    EXPECT_NE(marks.device_tag("bob", token), marks.device_tag("bob", marks.make_token("bob")));
    EXPECT_FALSE(marks.device_tag("alice", token));
    EXPECT_FALSE(DeviceMarks(Secret("yek")).device_tag("bob", token));
    for (std::size_t i = 0; i < token.reveal().size(); ++i) {
        std::string changed(token.reveal());
        changed[i] = changed[i] == 'A' ? 'B' : 'A';
        EXPECT_FALSE(marks.device_tag("bob", Secret(changed))) << i;
    }
    EXPECT_NE(marks.source_tag("bob", "192.0.2.1/32"), marks.source_tag("alice", "192.0.2.1/32"));
    EXPECT_NE(marks.source_tag("bob", "192.0.2.1/32"), marks.source_tag("bob", "192.0.2.2/32"));
}

}  // namespace
}  // namespace bank::access
