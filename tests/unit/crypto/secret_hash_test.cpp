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
    auto const record = hasher().hash(secret);
    ASSERT_TRUE(record.starts_with("v1$p1$$2b$04$")) << record;
    ASSERT_EQ(record.size(), std::string_view("v1$p1$").size() + 60);

    // The same, assembled from its parts by hand.
    auto const key = from_base64url(pepper).value();
    auto const phrase = to_base64url(hmac_sha256(key, as_bytes(secret.reveal())));
    auto const hash = record.substr(6);
    EXPECT_EQ(crypt_text(phrase, hash), hash);
}

TEST(SecretHasher, AcceptsTheSecretAndNothingElse) {
    auto const subject = hasher();
    auto const record = subject.hash(Secret("1234"));
    EXPECT_TRUE(subject.verify(Secret("1234"), record));
    for (char const* wrong : {"", "123", "12345", "1235", " 1234", "1234 ", "4321"}) {
        EXPECT_FALSE(subject.verify(Secret(wrong), record)) << wrong;
    }
}

TEST(SecretHasher, SaltsEachRecord) {
    auto const subject = hasher();
    std::set<std::string> records;
    for (int i = 0; i < 20; ++i) records.insert(subject.hash(Secret("1234")));
    EXPECT_EQ(records.size(), 20U);
}

TEST(SecretHasher, TellsApartWhatPlainBcryptWouldNot) {
    auto const subject = hasher();
    // Beyond 72 bytes, and beyond a NUL byte.
    std::string const long_secret(200, 'x');
    auto const long_record = subject.hash(Secret(long_secret));
    EXPECT_TRUE(subject.verify(Secret(long_secret), long_record));
    EXPECT_FALSE(subject.verify(Secret(long_secret.substr(0, 72)), long_record));
    EXPECT_FALSE(subject.verify(Secret(long_secret.substr(0, 199) + "y"), long_record));

    std::string const with_nul("ab\0cd", 5);
    auto const nul_record = subject.hash(Secret(with_nul));
    EXPECT_TRUE(subject.verify(Secret(with_nul), nul_record));
    EXPECT_FALSE(subject.verify(Secret("ab"), nul_record));
    EXPECT_FALSE(subject.verify(Secret(std::string("ab\0ce", 5)), nul_record));
}

TEST(SecretHasher, IsUselessWithoutItsPepper) {
    auto const record = hasher().hash(Secret("1234"));
    // Another key under the same name, the same key under another name, another cost.
    EXPECT_FALSE(hasher(4, "p1", other_pepper).verify(Secret("1234"), record));
    EXPECT_FALSE(hasher(4, "p2").verify(Secret("1234"), record));
    EXPECT_TRUE(hasher(5).verify(Secret("1234"), record));
}

TEST(SecretHasher, RefusesEveryRecordThatIsNotOne) {
    auto const subject = hasher();
    Secret const secret("1234");
    auto const good = subject.hash(secret);
    ASSERT_TRUE(subject.verify(secret, good));
    auto const bcrypt = good.substr(6);
    std::vector<std::string> records = {
        "",
        "*0",
        "*1",
        "v1$",
        "v1$p1$",
        "v1$p1$*0",
        "v1$p1$" + std::string(60, '*'),
        bcrypt,
        "p1$" + bcrypt,
        "v2$p1$" + bcrypt,
        "v1$$" + bcrypt,
        "V1$p1$" + bcrypt,
        good + "x",
        good + '\0',
        good + "\n",
        " " + good,
        good.substr(0, good.size() - 1),
        "v1$p1$$2a$" + bcrypt.substr(4),
        "v1$p1$$2y$" + bcrypt.substr(4),
        "v1$p1$$2b$03$" + bcrypt.substr(7),
        "v1$p1$$2b$00$" + bcrypt.substr(7),
        "v1$p1$$2b$31$" + bcrypt.substr(7),  // Would take days: rejected for its cost.
        "v1$p1$$2b$17$" + bcrypt.substr(7),
        "v1$p1$$2b$-4$" + bcrypt.substr(7),
        "v1$p1$$2b$4$0" + bcrypt.substr(7),
        "v1$p1$$6$saltsalt$" + std::string(42, 'a'),
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
        EXPECT_FALSE(subject.verify(secret, record)) << record.substr(0, 80);
        EXPECT_TRUE(subject.needs_rehash(record)) << record.substr(0, 80);
    }
}

TEST(SecretHasher, AsksForARehashOnlyToGetStronger) {
    auto const weak = hasher(4).hash(Secret("1234"));
    auto const strong = hasher(6).hash(Secret("1234"));
    EXPECT_FALSE(hasher(4).needs_rehash(weak));
    EXPECT_TRUE(hasher(5).needs_rehash(weak));
    EXPECT_FALSE(hasher(5).needs_rehash(strong));
    EXPECT_TRUE(hasher(4, "p2").needs_rehash(strong));
}

TEST(DummyRecord, LooksRealAndMatchesNothing) {
    auto const subject = hasher(5);
    auto const record = subject.dummy_record();
    EXPECT_EQ(record.size(), subject.hash(Secret("1234")).size());
    EXPECT_TRUE(record.starts_with("v1$p1$$2b$05$"));
    EXPECT_FALSE(subject.needs_rehash(record));
    for (char const* secret : {"", "1234", "password"}) {
        EXPECT_FALSE(subject.verify(Secret(secret), record));
    }
    EXPECT_NE(subject.dummy_record(), record);
}

TEST(SecretHasher, ServesManyThreads) {
    auto const subject = hasher();
    auto const record = subject.hash(Secret("1234"));
    std::vector<std::thread> threads;
    std::vector<int> right(4);
    for (std::size_t i = 0; i < right.size(); ++i) {
        threads.emplace_back([&, i] {
            for (int n = 0; n < 10; ++n) {
                right[i] += subject.verify(Secret("1234"), record) ? 1 : 0;
                right[i] += subject.verify(Secret("4321"), record) ? 0 : 1;
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
