#include "daemon/keys.hpp"

#include <gmock/gmock.h>

#include "core/crypto/key_maker.hpp"
#include "tests/integration/daemon/fixture.hpp"

namespace bank::daemon {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class KeysTest : public test::DirectoryTest {
protected:
    std::vector<std::string> make() {
        std::vector<std::string> made;
        auto const status = make_keys(keys().string(), [&](std::string const& path) {
            made.push_back(std::filesystem::path(path).filename());
        });
        error = status ? "" : status.error().detail;
        return made;
    }
    [[nodiscard]] std::filesystem::path keys() const { return directory / "deep" / "keys"; }
    [[nodiscard]] mode_t mode(std::filesystem::path const& path) const {
        struct stat status {};
        stat(path.c_str(), &status);
        return status.st_mode & 07777;
    }

    std::string error;
};

TEST_F(KeysTest, MakesWhatIsMissingForTheOwnerAloneAndReadsIt) {
    umask(0);
    EXPECT_THAT(make(), ElementsAre("pepper.key", "record.key", "token.pem", "audit.pem",
                                    "tls-key.pem", "tls-certificate.pem"));
    umask(022);
    EXPECT_EQ(mode(keys()), 0700U);
    std::size_t count = 0;
    for (auto const& entry : std::filesystem::directory_iterator(keys())) {
        EXPECT_EQ(mode(entry.path()), 0600U) << entry.path();
        ++count;
    }
    EXPECT_EQ(count, 6U);
    auto const read = read_keys({keys().string(), ""});
    ASSERT_TRUE(read) << read.error().detail;
    EXPECT_GE(read->pepper.reveal().size(), 32U);
    EXPECT_THAT(std::string(read->token_key_pem.reveal()), HasSubstr("PRIVATE KEY"));
    EXPECT_EQ(read->pepper_id.size(), 16U);
    EXPECT_NE(read->pepper_id, read->token_key_id);
}

TEST_F(KeysTest, NeverTouchesWhatExists) {
    make();
    std::vector<std::string> before;
    auto const all = {"pepper.key", "record.key", "token.pem", "tls-key.pem",
                      "tls-certificate.pem"};
    for (auto const* name : all) before.push_back(test::read_text(keys() / name));
    EXPECT_THAT(make(), IsEmpty());
    EXPECT_EQ(error, "");
    std::filesystem::remove(keys() / "token.pem");
    EXPECT_THAT(make(), ElementsAre("token.pem"));
    std::size_t i = 0;
    for (auto const* name : all) {
        auto const is_same = test::read_text(keys() / name) == before[i++];
        EXPECT_EQ(is_same, std::string_view(name) != "token.pem") << name;
    }
}

TEST_F(KeysTest, ADanglingLinkIsNotFollowed) {
    std::filesystem::create_directories(keys());
    chmod(keys().c_str(), 0700);
    std::filesystem::create_symlink(directory / "elsewhere", keys() / "pepper.key");
    EXPECT_THAT(make(), testing::Not(testing::Contains("pepper.key")));
    EXPECT_FALSE(std::filesystem::exists(directory / "elsewhere"));
    EXPECT_FALSE(read_keys({keys().string(), ""}));
}

TEST_F(KeysTest, HalfACertificateIsLeftToItsOwner) {
    make();
    std::filesystem::remove(keys() / "tls-key.pem");
    EXPECT_THAT(make(), IsEmpty());
    EXPECT_THAT(error, HasSubstr("contains only one of tls-certificate.pem and tls-key.pem"));
    EXPECT_FALSE(std::filesystem::exists(keys() / "tls-key.pem"));
}

TEST_F(KeysTest, RefusesADirectoryThatOthersMayWrite) {
    std::filesystem::create_directories(keys());
    chmod(keys().c_str(), 0770);
    EXPECT_THAT(make(), IsEmpty());
    EXPECT_THAT(error, HasSubstr("is writable by other users"));
    EXPECT_TRUE(std::filesystem::is_empty(keys()));
}

TEST_F(KeysTest, RefusesKeysThatAreMissingOpenToOthersOrNoKeys) {
    auto const refusal = [&] {
        auto const read = read_keys({keys().string(), ""});
        return read ? std::string() : read.error().detail;
    };
    EXPECT_THAT(refusal(), HasSubstr("pepper.key is missing; create it with bankd --make-keys"));
    make();
    chmod((keys() / "token.pem").c_str(), 0640);
    EXPECT_THAT(refusal(),
                HasSubstr("token.pem is accessible to other users; fix it with chmod 0600"));
    chmod((keys() / "token.pem").c_str(), 0600);
    write("deep/keys/pepper.key", "short\n");
    EXPECT_THAT(refusal(), HasSubstr("pepper.key: "));
    EXPECT_THAT(refusal(), testing::Not(HasSubstr("short\n")));
    write("deep/keys/pepper.key", "");
    EXPECT_THAT(refusal(), HasSubstr("pepper.key is empty"));
}

TEST_F(KeysTest, ReadsTheRecordKeyAndThePreviousOne) {
    auto const refusal = [&] {
        auto const read = read_record_keys({keys().string(), ""});
        return read ? std::string() : read.error().detail;
    };
    EXPECT_THAT(refusal(), HasSubstr("record.key is missing; create it with bankd --make-keys"));
    make();
    EXPECT_EQ(refusal(), "");
    auto const previous = test::read_text(keys() / "record.key");
    write("deep/keys/record.key",
          std::string{crypto::make_record_key().reveal()} + "\n" + previous);
    EXPECT_EQ(refusal(), "");
    write("deep/keys/record.key", previous + "\nsecret\n");
    EXPECT_THAT(refusal(), HasSubstr("record.key: line 2 is not a key"));
    EXPECT_THAT(refusal(), testing::Not(HasSubstr("secret")));
}

TEST_F(KeysTest, ACredentialGoesBeforeTheFileAndItsModeIsTheServiceManagers) {
    make();
    auto const from_files = read_keys({keys().string(), ""});
    std::filesystem::create_directories(directory / "credentials");
    auto const pepper = test::read_text(keys() / "pepper.key");
    std::filesystem::remove(keys() / "pepper.key");
    write("credentials/pepper.key", pepper, 0440);
    auto const mixed = read_keys({keys().string(), (directory / "credentials").string()});
    ASSERT_TRUE(from_files);
    ASSERT_TRUE(mixed) << mixed.error().detail;
    EXPECT_EQ(mixed->pepper.reveal(), from_files->pepper.reveal());
    EXPECT_EQ(mixed->pepper_id, from_files->pepper_id);
}

}  // namespace
}  // namespace bank::daemon
