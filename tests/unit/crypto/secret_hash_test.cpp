#include "core/crypto/secret_hash.hpp"

#include <crypt.h>
#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "core/base/bytes.hpp"
#include "core/crypto/hmac.hpp"

namespace bank::crypto {
namespace {

constexpr std::string_view pepper = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";  // 0..31.
constexpr std::string_view other_pepper = "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA";

constexpr SecretOwner alice{Purpose::password, 7};

SecretHasher hasher(int cost = 4, std::string id = "p1", std::string_view key = pepper) {
    return SecretHasher::make(Secret(key), std::move(id), cost).value();
}

std::string crypt_text(std::string const& phrase, std::string const& setting) {
    auto const data = std::make_unique<crypt_data>();
    return crypt_r(phrase.c_str(), setting.c_str(), data.get());
}

TEST(Bcrypt, OfTheSystemMeetsTheKnownAnswers) {
    // From the test vectors of OpenBSD and crypt_blowfish.
    struct {
        char const* phrase;
        char const* hash;
    } const cases[] = {
        {"", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.7uG0VCzI2bS7j6ymqJi9CdcdxiRTWNy"},
        {"abc", "$2a$06$If6bvum7DFjUnE9p2uDeDu0YHzrHM6tf.iqN8.yx.jNN1ILEf7h0i"},
        {"U*U", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"},
        {"U*U*U", "$2a$05$XXXXXXXXXXXXXXXXXXXXXOAcXxm9kjPGEMsLznoKqmqw7tc8WCx4a"},
    };
    for (auto const& [phrase, hash] : cases) EXPECT_EQ(crypt_text(phrase, hash), hash);
}

TEST(SecretHasher, MakesTheRecordThatItsFormatDescribes) {
    Secret const secret("correct horse");
    auto const record = hasher().hash(alice, secret);
    ASSERT_TRUE(record.starts_with("v2$p1$$2b$04$")) << record;
    ASSERT_EQ(record.size(), std::string_view("v2$p1$").size() + 60);

    // The same, assembled from its parts by hand.
    auto const key = hmac_sha256(from_base64url(pepper).value(), as_bytes("bankd owned secrets 2"));
    auto const phrase = to_base64url(hmac_sha256(key, as_bytes("password 7 correct horse")));
    auto const hash = record.substr(6);
    EXPECT_EQ(crypt_text(phrase, hash), hash);
}

TEST(SecretHasher, BindsARecordToItsOwnerAndPurpose) {
    auto const subject = hasher();
    Secret const secret("1234");
    auto const record = subject.hash(alice, secret);
    EXPECT_FALSE(subject.verify({Purpose::password, 8}, secret, record));
    EXPECT_FALSE(subject.verify({Purpose::pin, 7}, secret, record));
    // "password 7 1 2" of owner 7 is not "1 2" of another.
    auto const spaced = subject.hash(alice, Secret("1 2"));
    EXPECT_FALSE(subject.verify({Purpose::password, 71}, Secret("2"), spaced));
}

// A record as the version before made it.
std::string old_record(std::string const& secret, std::string const& id = "p1") {
    auto const key = from_base64url(pepper).value();
    auto const phrase = to_base64url(hmac_sha256(key, as_bytes(secret)));
    return "v1$" + id + "$" + crypt_text(phrase, "$2b$04$CCCCCCCCCCCCCCCCCCCCC.");
}

TEST(OldRecord, IsAcceptedOnlyBoundToItsOwner) {
    auto const subject = hasher();
    Secret const secret("1234");
    auto const old = old_record("1234");
    EXPECT_FALSE(subject.verify(alice, secret, old));
    auto const bound = subject.bind(alice, old);
    EXPECT_TRUE(bound.starts_with("w1$"));
    EXPECT_TRUE(bound.ends_with(old));
    EXPECT_TRUE(subject.verify(alice, secret, bound));
    EXPECT_FALSE(subject.verify(alice, Secret("4321"), bound));
    EXPECT_FALSE(subject.verify({Purpose::password, 8}, secret, bound));
    EXPECT_FALSE(subject.verify({Purpose::pin, 7}, secret, bound));
    EXPECT_TRUE(subject.needs_rehash(bound));
    EXPECT_FALSE(hasher(4, "p1", other_pepper).verify(alice, secret, bound));
    // The MAC of one record does not bind another.
    auto const other = old_record("4321");
    EXPECT_FALSE(subject.verify(alice, Secret("4321"), bound.substr(0, 47) + other));
    for (std::size_t i = 0; i < bound.size(); ++i) {
        auto damaged = bound;
        damaged[i] = damaged[i] == 'x' ? 'y' : 'x';
        EXPECT_FALSE(subject.verify(alice, secret, damaged)) << i;
        EXPECT_FALSE(subject.verify(alice, secret, bound.substr(0, i))) << i;
    }
}

TEST(OldRecord, OfAnotherFormIsNotBound) {
    auto const subject = hasher();
    for (auto const& record :
         {std::string{}, std::string{"v1$"}, subject.hash(alice, Secret("1234")),
          subject.bind(alice, old_record("1234")), old_record("1234", "p2"),
          old_record("1234") + "x"}) {
        EXPECT_EQ(subject.bind(alice, record), "") << record;
    }
}

TEST(SecretHasher, AcceptsTheSecretAndNothingElse) {
    auto const subject = hasher();
    auto const record = subject.hash(alice, Secret("1234"));
    EXPECT_TRUE(subject.verify(alice, Secret("1234"), record));
    for (char const* wrong : {"", "123", "12345", "1235", " 1234", "1234 ", "4321"}) {
        EXPECT_FALSE(subject.verify(alice, Secret(wrong), record)) << wrong;
    }
}

TEST(SecretHasher, SaltsEachRecord) {
    auto const subject = hasher();
    std::set<std::string> records;
    for (int i = 0; i < 20; ++i) records.insert(subject.hash(alice, Secret("1234")));
    EXPECT_EQ(records.size(), 20U);
}

TEST(SecretHasher, TellsApartWhatPlainBcryptWouldNot) {
    auto const subject = hasher();
    // Beyond 72 bytes, and beyond a NUL byte.
    std::string const long_secret(200, 'x');
    auto const long_record = subject.hash(alice, Secret(long_secret));
    EXPECT_TRUE(subject.verify(alice, Secret(long_secret), long_record));
    EXPECT_FALSE(subject.verify(alice, Secret(long_secret.substr(0, 72)), long_record));
    EXPECT_FALSE(subject.verify(alice, Secret(long_secret.substr(0, 199) + "y"), long_record));

    std::string const with_nul("ab\0cd", 5);
    auto const nul_record = subject.hash(alice, Secret(with_nul));
    EXPECT_TRUE(subject.verify(alice, Secret(with_nul), nul_record));
    EXPECT_FALSE(subject.verify(alice, Secret("ab"), nul_record));
    EXPECT_FALSE(subject.verify(alice, Secret(std::string("ab\0ce", 5)), nul_record));
}

TEST(SecretHasher, IsUselessWithoutItsPepper) {
    auto const record = hasher().hash(alice, Secret("1234"));
    // Another key under the same name, the same key under another name, another cost.
    EXPECT_FALSE(hasher(4, "p1", other_pepper).verify(alice, Secret("1234"), record));
    EXPECT_FALSE(hasher(4, "p2").verify(alice, Secret("1234"), record));
    EXPECT_TRUE(hasher(5).verify(alice, Secret("1234"), record));
}

TEST(SecretHasher, RefusesEveryRecordThatIsNotOne) {
    auto const subject = hasher();
    Secret const secret("1234");
    auto const good = subject.hash(alice, secret);
    ASSERT_TRUE(subject.verify(alice, secret, good));
    auto const bcrypt = good.substr(6);
    std::vector<std::string> records = {
        "",
        "*0",
        "*1",
        "v2$",
        "v1$p1$" + bcrypt,
        "v2$p1$",
        "v2$p1$*0",
        "v2$p1$" + std::string(60, '*'),
        bcrypt,
        "p1$" + bcrypt,
        "v3$p1$" + bcrypt,
        "v2$$" + bcrypt,
        "V2$p1$" + bcrypt,
        good + "x",
        good + '\0',
        good + "\n",
        " " + good,
        good.substr(0, good.size() - 1),
        "v2$p1$$2a$" + bcrypt.substr(4),
        "v2$p1$$2y$" + bcrypt.substr(4),
        "v2$p1$$2b$03$" + bcrypt.substr(7),
        "v2$p1$$2b$00$" + bcrypt.substr(7),
        "v2$p1$$2b$31$" + bcrypt.substr(7),  // Would take days: rejected for its cost.
        "v2$p1$$2b$17$" + bcrypt.substr(7),
        "v2$p1$$2b$-4$" + bcrypt.substr(7),
        "v2$p1$$2b$4$0" + bcrypt.substr(7),
        "v2$p1$$6$saltsalt$" + std::string(42, 'a'),
        std::string(1'000'000, '$'),
        std::string("\0", 1),
    };
    for (std::size_t i = 0; i < good.size(); ++i) {
        for (char const c : {'\0', '!', ':', '\x80'}) {
            auto damaged = good;
            damaged[i] = c;
            records.push_back(damaged);
        }
    }
    for (auto const& record : records) {
        EXPECT_FALSE(subject.verify(alice, secret, record)) << record.substr(0, 80);
        EXPECT_TRUE(subject.needs_rehash(record)) << record.substr(0, 80);
    }
}

TEST(SecretHasher, AsksForARehashOnlyToGetStronger) {
    auto const weak = hasher(4).hash(alice, Secret("1234"));
    auto const strong = hasher(6).hash(alice, Secret("1234"));
    EXPECT_FALSE(hasher(4).needs_rehash(weak));
    EXPECT_TRUE(hasher(5).needs_rehash(weak));
    EXPECT_FALSE(hasher(5).needs_rehash(strong));
    EXPECT_TRUE(hasher(4, "p2").needs_rehash(strong));
}

TEST(DummyRecord, LooksRealAndMatchesNothing) {
    auto const subject = hasher(5);
    auto const record = subject.dummy_record();
    EXPECT_EQ(record.size(), subject.hash(alice, Secret("1234")).size());
    EXPECT_TRUE(record.starts_with("v2$p1$$2b$05$"));
    EXPECT_FALSE(subject.needs_rehash(record));
    for (char const* secret : {"", "1234", "password"}) {
        EXPECT_FALSE(subject.verify(alice, Secret(secret), record));
    }
    EXPECT_NE(subject.dummy_record(), record);
}

TEST(SecretHasher, ServesManyThreads) {
    auto const subject = hasher();
    auto const record = subject.hash(alice, Secret("1234"));
    std::vector<std::thread> threads;
    std::vector<int> right(4);
    for (std::size_t i = 0; i < right.size(); ++i) {
        threads.emplace_back([&, i] {
            for (int n = 0; n < 10; ++n) {
                right[i] += subject.verify(alice, Secret("1234"), record) ? 1 : 0;
                right[i] += subject.verify(alice, Secret("4321"), record) ? 0 : 1;
            }
        });
    }
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(right, std::vector<int>(4, 20));
}

struct SettingsCase {
    std::string pepper;
    std::string id;
    int cost;
};

class BadHasherSettings : public testing::TestWithParam<SettingsCase> {};

TEST_P(BadHasherSettings, AreRefusedWithoutShowingThePepper) {
    auto const& [key, id, cost] = GetParam();
    auto const made = SecretHasher::make(Secret(key), id, cost);
    ASSERT_FALSE(made.ok());
    EXPECT_EQ(made.code(), Code::invalid_field);
    EXPECT_FALSE(made.error().detail.empty());
    if (!key.empty()) {
        EXPECT_EQ(made.error().detail.find(key), std::string::npos);
    }
}

INSTANTIATE_TEST_SUITE_P(
    Table, BadHasherSettings,
    testing::Values(
        SettingsCase{"", "p1", 10}, SettingsCase{"short", "p1", 10},
        SettingsCase{std::string(pepper) + "=", "p1", 10},
        SettingsCase{std::string(pepper.substr(1)), "p1", 10},
        SettingsCase{std::string(200, 'A'), "p1", 10}, SettingsCase{std::string(pepper), "", 10},
        SettingsCase{std::string(pepper), "p$1", 10}, SettingsCase{std::string(pepper), "P1", 10},
        SettingsCase{std::string(pepper), std::string(33, 'p'), 10},
        SettingsCase{std::string(pepper), "p1", 3}, SettingsCase{std::string(pepper), "p1", 17},
        SettingsCase{std::string(pepper), "p1", -1}));

}  // namespace
}  // namespace bank::crypto
