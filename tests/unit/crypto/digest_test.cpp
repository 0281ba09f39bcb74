#include "core/crypto/digest.hpp"

#include <Poco/Crypto/DigestEngine.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>

#include <string>
#include <vector>

#include "core/crypto/constant_time.hpp"
#include "core/crypto/hmac.hpp"

namespace bank::crypto {
namespace {

struct DigestCase {
    std::string text;
    char const* hex;
};

class Sha256Vector : public testing::TestWithParam<DigestCase> {};

TEST_P(Sha256Vector, IsMet) {
    auto const bytes = as_bytes(GetParam().text);
    EXPECT_EQ(to_hex(sha256(bytes)), GetParam().hex);
}

TEST_P(Sha256Vector, IsMetInParts) {
    auto const bytes = as_bytes(GetParam().text);
    for (std::size_t const cut : {std::size_t{0}, bytes.size() / 3, bytes.size()}) {
        Sha256 digest;
        digest.update(bytes.first(cut)).update(bytes.subspan(cut));
        EXPECT_EQ(to_hex(digest.finish()), GetParam().hex);
    }
}

// FIPS 180-4 examples.
INSTANTIATE_TEST_SUITE_P(
    Fips180, Sha256Vector,
    testing::Values(
        DigestCase{"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        DigestCase{"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        DigestCase{"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                   "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
        DigestCase{std::string(1'000'000, 'a'),
                   "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"}));

TEST(Sha256, StartsAfreshAfterFinish) {
    Sha256 digest;
    auto const first = digest.update(as_bytes("abc")).finish();
    EXPECT_EQ(digest.update(as_bytes("abc")).finish(), first);
    EXPECT_EQ(digest.finish(), sha256({}));
}

TEST(Sha256, IsRightOrEndsTheProcessWherePocoWouldInventADigest) {
    static_cast<void>(sha256({}));
    ASSERT_EQ(EVP_set_default_properties(nullptr, "provider=none"), 1);
    Poco::Crypto::DigestEngine poco("SHA256");
    poco.update(std::string("abc"));
    auto const invented = poco.digest();
    auto const right = sha256(as_bytes("abc"));
    ASSERT_EQ(EVP_set_default_properties(nullptr, ""), 1);
    EXPECT_EQ(invented, std::vector<unsigned char>(32, 0));
    EXPECT_EQ(to_hex(right), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

struct HmacCase {
    std::string key;
    std::string data;
    char const* hex;
};

class HmacVector : public testing::TestWithParam<HmacCase> {};

TEST_P(HmacVector, IsMet) {
    EXPECT_EQ(to_hex(hmac_sha256(as_bytes(GetParam().key), as_bytes(GetParam().data))),
              GetParam().hex);
}

std::string counting_key() {
    std::string key;
    for (char c = 1; c <= 25; ++c) key += c;
    return key;
}

// RFC 4231 sections 4.2 to 4.8, without the truncated one.
INSTANTIATE_TEST_SUITE_P(
    Rfc4231, HmacVector,
    testing::Values(
        HmacCase{std::string(20, '\x0b'), "Hi There",
                 "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
        HmacCase{"Jefe", "what do ya want for nothing?",
                 "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
        HmacCase{std::string(20, '\xaa'), std::string(50, '\xdd'),
                 "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"},
        HmacCase{counting_key(), std::string(50, '\xcd'),
                 "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"},
        HmacCase{std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First",
                 "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
        HmacCase{std::string(131, '\xaa'),
                 "This is a test using a larger than block-size key and a larger than block-size "
                 "data. The key needs to be hashed before being used by the HMAC algorithm.",
                 "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"}));

TEST(Hmac, OfNothingWithNoKeyIsDefined) {
    EXPECT_EQ(to_hex(hmac_sha256({}, {})),
              "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

TEST(ConstantTimeEqual, ComparesSizeAndEveryByte) {
    auto const good = sha256(as_bytes("abc"));
    EXPECT_TRUE(constant_time_equal(good, good));
    EXPECT_TRUE(constant_time_equal({}, {}));
    EXPECT_FALSE(constant_time_equal(good, BytesView(good).first(31)));
    EXPECT_FALSE(constant_time_equal({}, good));
    for (std::size_t i = 0; i < good.size(); ++i) {
        auto bad = good;
        bad[i] ^= 1U;
        EXPECT_FALSE(constant_time_equal(good, bad)) << i;
    }
}

}  // namespace
}  // namespace bank::crypto
