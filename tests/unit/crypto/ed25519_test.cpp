#include "core/crypto/ed25519.hpp"

#include <Poco/Crypto/EVPPKey.h>
#include <Poco/Exception.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>

#include <algorithm>
#include <memory>
#include <string>

#include "core/crypto/key_maker.hpp"

namespace bank::crypto {
namespace {

// RFC 8032 section 7.1, tests 1 to 3.
struct Vector {
    char const* secret;
    char const* public_key;
    char const* message;
    char const* signature;
};
constexpr Vector vectors[] = {
    {"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
     "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9"
     "b46bd25bf5f0595bbe24655141438e7a100b"},
    {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
     "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f1"
     "1d8c387b2eaeb4302aeeb00d291612bb0c00"},
    {"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
     "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984d"
     "c6594a7c15e9716ed28dc027beceea1ec40a"},
};

TEST(Ed25519, IsNoKeyToPoco) {
    std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> const key(
        EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"), EVP_PKEY_free);
    ASSERT_NE(key, nullptr);
    EXPECT_THROW(Poco::Crypto::EVPPKey{key.get()}, Poco::NotImplementedException);
}

Ed25519PublicKey public_key(Vector const& vector) {
    Ed25519PublicKey key{};
    std::ranges::copy(from_hex(vector.public_key).value(), key.begin());
    return key;
}

// RFC 8410: the seed in PKCS #8.
Secret pem_of(std::string const& seed_hex) {
    auto const der = from_hex("302e020100300506032b657004220420" + seed_hex).value();
    return Secret("-----BEGIN PRIVATE KEY-----\n" + to_base64(der) +
                  "\n-----END PRIVATE KEY-----\n");
}

TEST(Ed25519, SignsAsTheStandardDoes) {
    for (auto const& vector : vectors) {
        auto const signer = Ed25519Signer::make(pem_of(vector.secret));
        ASSERT_TRUE(signer.ok());
        EXPECT_EQ(signer.value().public_key(), public_key(vector));
        auto const message = from_hex(vector.message).value();
        EXPECT_EQ(to_hex(signer.value().sign(message)), vector.signature);
    }
}

TEST(Ed25519, BelievesNoChangedBit) {
    for (auto const& vector : vectors) {
        auto const key = public_key(vector);
        auto const message = from_hex(vector.message).value();
        auto signature = from_hex(vector.signature).value();
        ASSERT_TRUE(is_signed_by(key, message, signature));
        for (std::size_t bit = 0; bit < signature.size() * 8; ++bit) {
            signature[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
            EXPECT_FALSE(is_signed_by(key, message, signature)) << bit;
            signature[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
        }
        for (std::size_t bit = 0; bit < key.size() * 8; ++bit) {
            auto other = key;
            other[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
            EXPECT_FALSE(is_signed_by(other, message, signature)) << bit;
        }
        auto longer = message;
        longer.push_back(0);
        EXPECT_FALSE(is_signed_by(key, longer, signature));
        signature.push_back(0);
        EXPECT_FALSE(is_signed_by(key, message, signature));
        EXPECT_FALSE(is_signed_by(key, message, {}));
    }
}

TEST(Ed25519, IsMadeOfItsOwnKeysOnly) {
    auto const made = make_signing_key_pem();
    EXPECT_TRUE(Ed25519Signer::make(made).ok());
    EXPECT_NE(made.reveal(), make_signing_key_pem().reveal());
    EXPECT_EQ(Ed25519Signer::make(make_private_key_pem()).code(), Code::invalid_field);
    EXPECT_EQ(Ed25519Signer::make(Secret("")).code(), Code::invalid_field);
    EXPECT_EQ(Ed25519Signer::make(Secret(made.reveal().substr(0, 60))).code(), Code::invalid_field);
}

}  // namespace
}  // namespace bank::crypto
