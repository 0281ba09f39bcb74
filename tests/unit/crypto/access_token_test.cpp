#include "core/crypto/access_token.hpp"

#include <Poco/Crypto/ECKey.h>
#include <gtest/gtest.h>
#include <openssl/bn.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <memory>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "core/base/bytes.hpp"
#include "core/crypto/hmac.hpp"
#include "core/crypto/key_maker.hpp"

namespace bank::crypto {
namespace {

constexpr std::int64_t now_s = 1'772'366'400;

AccessClaims some_claims() {
    AccessClaims claims;
    claims.user_id = UserId{42};
    for (std::size_t i = 0; i < claims.session_secret.size(); ++i) {
        claims.session_secret[i] = static_cast<std::uint8_t>(i * 17);
    }
    claims.token_id = parse_uuid("0190a6f0-7e6b-7cc0-98c5-a1b2c3d4e5f6").value();
    claims.role = "customer";
    claims.issued_at_s = now_s;
    claims.expires_at_s = now_s + 600;
    return claims;
}

bool same(AccessClaims const& a, AccessClaims const& b) {
    return a.user_id == b.user_id && a.session_secret == b.session_secret &&
           a.token_id == b.token_id && a.role == b.role && a.issued_at_s == b.issued_at_s &&
           a.expires_at_s == b.expires_at_s;
}

class AccessToken : public testing::Test {
protected:
    [[nodiscard]] TokenSigner signer(std::string key_id = "k1", std::string issuer = "bankd",
                                     std::string audience = "bankd") const {
        return TokenSigner::make(
                   {key_.clone(), std::move(key_id), std::move(issuer), std::move(audience)})
            .value();
    }

    [[nodiscard]] std::string token(AccessClaims const& claims = some_claims()) const {
        return std::string(signer().sign(claims).reveal());
    }

    // A token of any header and claims, signed as validly as our own.
    [[nodiscard]] std::string forge(std::string_view header, std::string_view claims) const {
        auto text = to_base64url(as_bytes(header)) + '.' + to_base64url(as_bytes(claims));
        Bytes signature;
        do {
            signature = raw_signature(text);
        } while (signature[32] >= 0x7f);  // verify() accepts only low values of s.
        return text + '.' + to_base64url(signature);
    }

    [[nodiscard]] Bytes raw_signature(std::string const& text) const {
        auto const key = openssl_key();
        EVP_MD_CTX* const context = EVP_MD_CTX_new();
        Bytes der(80);
        auto size = der.size();
        EXPECT_EQ(EVP_DigestSignInit(context, nullptr, EVP_sha256(), nullptr, key.get()), 1);
        EXPECT_EQ(EVP_DigestSign(context, der.data(), &size, as_bytes(text).data(), text.size()),
                  1);
        EVP_MD_CTX_free(context);
        auto const* cursor = der.data();
        ECDSA_SIG* const pair = d2i_ECDSA_SIG(nullptr, &cursor, static_cast<long>(size));
        Bytes raw(64);
        BN_bn2binpad(ECDSA_SIG_get0_r(pair), raw.data(), 32);
        BN_bn2binpad(ECDSA_SIG_get0_s(pair), raw.data() + 32, 32);
        ECDSA_SIG_free(pair);
        return raw;
    }

    // OpenSSL's own verdict on a token's signature.
    [[nodiscard]] bool is_signed_to_openssl(std::string_view token) const {
        auto const dot = token.rfind('.');
        auto const text = token.substr(0, dot);
        auto const raw = from_base64url(token.substr(dot + 1)).value();
        ECDSA_SIG* const pair = ECDSA_SIG_new();
        ECDSA_SIG_set0(pair, BN_bin2bn(raw.data(), 32, nullptr),
                       BN_bin2bn(raw.data() + 32, 32, nullptr));
        Bytes der(80);
        auto* cursor = der.data();
        der.resize(static_cast<std::size_t>(i2d_ECDSA_SIG(pair, &cursor)));
        ECDSA_SIG_free(pair);
        auto const key = openssl_key();
        EVP_MD_CTX* const context = EVP_MD_CTX_new();
        EVP_DigestVerifyInit(context, nullptr, EVP_sha256(), nullptr, key.get());
        auto const verified =
            EVP_DigestVerify(context, der.data(), der.size(), as_bytes(text).data(), text.size());
        EVP_MD_CTX_free(context);
        return verified == 1;
    }

    [[nodiscard]] std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> openssl_key() const {
        auto const pem = key_.reveal();
        BIO* const source = BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()));
        EVP_PKEY* const key = PEM_read_bio_PrivateKey(source, nullptr, nullptr, nullptr);
        BIO_free(source);
        return {key, EVP_PKEY_free};
    }

    void expect_refused(std::string_view text, std::string_view detail = {},
                        std::int64_t at_s = now_s) const {
        auto const verified = signer().verify(text, at_s);
        ASSERT_FALSE(verified.ok()) << text;
        EXPECT_EQ(verified.code(), Code::not_authenticated);
        EXPECT_FALSE(verified.error().detail.empty());
        if (!detail.empty()) {
            EXPECT_EQ(verified.error().detail, detail) << text;
        }
    }

    Secret key_ = make_private_key_pem();
};

constexpr std::string_view header_text = R"({"alg":"ES256","typ":"at+jwt","kid":"k1"})";
constexpr std::string_view claims_text =
    R"({"iss":"bankd","aud":"bankd","sub":"42","sid":"ABEiM0RVZneImaq7zN3u_xAhMkNUZXaH",)"
    R"("jti":"0190a6f0-7e6b-7cc0-98c5-a1b2c3d4e5f6","role":"customer",)"
    R"("iat":1772366400,"exp":1772367000})";

TEST_F(AccessToken, IsVerifiedToItsClaims) {
    auto const verified = signer().verify(token(), now_s);
    ASSERT_TRUE(verified.ok());
    EXPECT_TRUE(same(*verified, some_claims()));
}

TEST_F(AccessToken, HasTheFormThatRfc7519AndRfc9068Give) {
    auto const text = token();
    EXPECT_TRUE(text.starts_with(to_base64url(as_bytes(header_text)) + '.' +
                                 to_base64url(as_bytes(claims_text)) + '.'));
    EXPECT_EQ(text.size() - text.rfind('.') - 1, 86U);
}

TEST_F(AccessToken, IsAcceptedByAnotherImplementation) {
    for (int i = 0; i < 20; ++i) EXPECT_TRUE(is_signed_to_openssl(token()));
}

TEST_F(AccessToken, IsNotSignedOverADigestThatFailed) {
    auto const subject = signer();
    EXPECT_DEATH(
        {
            EVP_set_default_properties(nullptr, "provider=none");
            static_cast<void>(subject.sign(some_claims()));
        },
        "access_token");
}

TEST_F(AccessToken, WithAnotherImplementationsSignatureIsAccepted) {
    auto const verified = signer().verify(forge(header_text, claims_text), now_s);
    ASSERT_TRUE(verified.ok()) << verified.error().detail;
    EXPECT_TRUE(same(*verified, some_claims()));
}

TEST_F(AccessToken, IsRefusedIfAnyCharacterIsAnother) {
    auto const good = token();
    auto const subject = signer();
    for (std::size_t i = 0; i < good.size(); ++i) {
        for (char const c : {'A', 'w', '_', '.', '=', '+', ' ', '\0'}) {
            if (c == good[i]) continue;
            auto bad = good;
            bad[i] = c;
            EXPECT_FALSE(subject.verify(bad, now_s).ok()) << i << ' ' << c;
        }
        auto shorter = good;
        shorter.erase(i, 1);
        EXPECT_FALSE(subject.verify(shorter, now_s).ok()) << i;
        EXPECT_FALSE(subject.verify(good.substr(0, i), now_s).ok()) << i;
    }
}

TEST_F(AccessToken, HasNoSecondText) {
    auto const good = token();
    for (auto const& bad : {good + "=", good + ".", good + " ", good + "\n", good + "A", " " + good,
                            "." + good, good + '\0', good + "." + good}) {
        expect_refused(bad);
    }
    // The last character of the signature has four unused bits.
    auto const last = good.back();
    int accepted = 0;
    for (char const c :
         std::string_view{"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"}) {
        auto variant = good;
        variant.back() = c;
        if (signer().verify(variant, now_s).ok()) {
            ++accepted;
            EXPECT_EQ(c, last);
        }
    }
    EXPECT_EQ(accepted, 1);
}

TEST_F(AccessToken, IsRefusedWithTheOtherRootOfItsSignature) {
    // To ECDSA itself (r, n - s) is as valid a signature as (r, s).
    auto const good = token();
    auto const dot = good.rfind('.');
    auto signature = from_base64url(good.substr(dot + 1)).value();
    auto const order_bytes =
        from_hex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551").value();
    BIGNUM* const order = BN_bin2bn(order_bytes.data(), 32, nullptr);
    BIGNUM* const s = BN_bin2bn(signature.data() + 32, 32, nullptr);
    BN_sub(s, order, s);
    BN_bn2binpad(s, signature.data() + 32, 32);
    BN_free(order);
    BN_free(s);
    auto const twin = good.substr(0, dot + 1) + to_base64url(signature);
    ASSERT_NE(twin, good);

    EXPECT_TRUE(is_signed_to_openssl(twin));
    expect_refused(twin, "the signature is wrong");
}

TEST_F(AccessToken, IsRefusedWithADegenerateSignature) {
    auto const good = token();
    auto const signed_text = good.substr(0, good.rfind('.') + 1);
    Bytes signature(64);
    expect_refused(signed_text + to_base64url(signature), "the signature is wrong");  // r = s = 0
    signature[31] = signature[63] = 1;
    expect_refused(signed_text + to_base64url(signature), "the signature is wrong");
    std::fill(signature.begin(), signature.end(), std::uint8_t{0xff});
    expect_refused(signed_text + to_base64url(signature), "the signature is wrong");
    for (std::size_t const size : {0U, 32U, 63U, 65U, 70U, 72U}) {
        expect_refused(signed_text + to_base64url(Bytes(size, 1)), "the signature is wrong");
    }
}

TEST_F(AccessToken, OfAnotherHeaderIsRefusedHoweverItIsSigned) {
    for (auto const* header :
         {R"({"alg":"none","typ":"at+jwt","kid":"k1"})",
          R"({"alg":"None","typ":"at+jwt","kid":"k1"})",
          R"({"alg":"HS256","typ":"at+jwt","kid":"k1"})",
          R"({"alg":"ES384","typ":"at+jwt","kid":"k1"})",
          R"({"alg":"ES256","typ":"JWT","kid":"k1"})",
          R"({"alg":"ES256","typ":"at+jwt","kid":"k2"})", R"({"alg":"ES256","typ":"at+jwt"})",
          R"({"alg":"ES256","typ":"at+jwt","kid":"k1","jku":"https://evil.example/"})",
          R"({"alg":"ES256","typ":"at+jwt","kid":"k1","crit":["b64"],"b64":false})",
          R"({"typ":"at+jwt","alg":"ES256","kid":"k1"})",
          R"({ "alg":"ES256","typ":"at+jwt","kid":"k1"})", "{}", "", "null"}) {
        expect_refused(forge(header, claims_text), "alg, typ or kid does not match");
    }
}

TEST_F(AccessToken, WithoutASignatureIsRefused) {
    auto const none = to_base64url(as_bytes(R"({"alg":"none","typ":"at+jwt","kid":"k1"})")) + '.' +
                      to_base64url(as_bytes(claims_text));
    expect_refused(none + '.');
    expect_refused(none);
    auto const good = token();
    expect_refused(good.substr(0, good.rfind('.') + 1), "the signature is wrong");
    expect_refused(good.substr(0, good.rfind('.')), "the token does not have three parts");
}

TEST_F(AccessToken, SignedByHmacWithThePublicKeyIsRefused) {
    std::istringstream pem{std::string(key_.reveal())};
    Poco::Crypto::ECKey const ec(nullptr, &pem);
    std::ostringstream public_pem;
    ec.save(&public_pem);
    for (auto const header :
         {std::string_view(R"({"alg":"HS256","typ":"at+jwt","kid":"k1"})"), header_text}) {
        auto const text =
            to_base64url(as_bytes(header)) + '.' + to_base64url(as_bytes(claims_text));
        auto const mac = hmac_sha256(as_bytes(public_pem.str()), as_bytes(text));
        expect_refused(text + '.' + to_base64url(mac));
    }
}

TEST_F(AccessToken, OfAnotherKeyIsRefused) {
    auto const stranger =
        TokenSigner::make({make_private_key_pem(), "k1", "bankd", "bankd"}).value();
    expect_refused(stranger.sign(some_claims()).reveal(), "the signature is wrong");
}

TEST_F(AccessToken, ForAnotherBankIsRefused) {
    auto const& claims = some_claims();
    expect_refused(signer("k2").sign(claims).reveal(), "alg, typ or kid does not match");
    expect_refused(signer("k1", "other").sign(claims).reveal(), "iss does not match");
    expect_refused(signer("k1", "bankd", "other").sign(claims).reveal(), "aud does not match");
}

TEST_F(AccessToken, LivesFromIssueUntilExpiry) {
    auto const text = token();
    auto const subject = signer();
    EXPECT_TRUE(subject.verify(text, now_s + 599).ok());
    expect_refused(text, "the token has expired", now_s + 600);
    expect_refused(text, "the token has expired", INT64_MAX);
    EXPECT_TRUE(subject.verify(text, now_s - clock_skew_s_max).ok());
    expect_refused(text, "iat is in the future", now_s - clock_skew_s_max - 1);
    expect_refused(text, "iat is in the future", INT64_MIN);
}

struct ClaimsCase {
    char const* name;
    char const* from;
    char const* to;
};

class ForgedClaims : public AccessToken, public testing::WithParamInterface<ClaimsCase> {};

TEST_P(ForgedClaims, AreRefusedThoughTheSignatureIsRight) {
    std::string claims(claims_text);
    auto const at = claims.find(GetParam().from);
    ASSERT_NE(at, std::string::npos);
    claims.replace(at, std::string_view(GetParam().from).size(), GetParam().to);
    auto const text = forge(header_text, claims);
    expect_refused(text);
    EXPECT_NE(signer().verify(text, now_s).error().detail, "the signature is wrong");
}

INSTANTIATE_TEST_SUITE_P(
    Table, ForgedClaims,
    testing::Values(
        ClaimsCase{"NoIss", R"("iss":"bankd",)", ""}, ClaimsCase{"NoAud", R"("aud":"bankd",)", ""},
        ClaimsCase{"AudList", R"("aud":"bankd")", R"("aud":["bankd"])"},
        ClaimsCase{"NoSub", R"("sub":"42",)", ""}, ClaimsCase{"SubNumber", R"("42")", "42"},
        ClaimsCase{"SubZero", R"("42")", R"("0")"},
        ClaimsCase{"SubNegative", R"("42")", R"("-42")"},
        ClaimsCase{"SubPadded", R"("42")", R"("042")"},
        ClaimsCase{"SubEscaped", R"("42")", R"("\u00342")"},
        ClaimsCase{"SubHuge", R"("42")", R"("9223372036854775808")"},
        ClaimsCase{"NoSid", R"("sid":"ABEiM0RVZneImaq7zN3u_xAhMkNUZXaH",)", ""},
        ClaimsCase{"SidShort", "ZXaH", ""}, ClaimsCase{"SidLong", "ZXaH", "ZXaHAA"},
        ClaimsCase{"SidPadded", "ZXaH", "ZXaH=="}, ClaimsCase{"SidTrailingBits", "ZXaH", "ZXa"},
        ClaimsCase{"NoJti", R"("jti":"0190a6f0-7e6b-7cc0-98c5-a1b2c3d4e5f6",)", ""},
        ClaimsCase{"JtiUpper", "0190a6f0", "0190A6F0"}, ClaimsCase{"JtiText", "0190a6f0-", "x-"},
        ClaimsCase{"NoRole", R"("role":"customer",)", ""},
        ClaimsCase{"RoleEmpty", R"("customer")", R"("")"},
        ClaimsCase{"RoleOdd", "customer", "Customer"},
        ClaimsCase{"NoIat", R"("iat":1772366400,)", ""},
        ClaimsCase{"NoExp", R"(,"exp":1772367000)", ""},
        ClaimsCase{"ExpText", "1772367000", R"("1772367000")"},
        ClaimsCase{"ExpFraction", "1772367000", "1772367000.0"},
        ClaimsCase{"ExpExponent", "1772367000", "1772367e3"},
        ClaimsCase{"ExpBeforeIat", "1772367000", "1772366400"},
        ClaimsCase{"ExpAfterMoreThanADay", "1772367000", "1772452801"},
        ClaimsCase{"ExpHuge", "1772367000", "9223372036854775808"},
        ClaimsCase{"IatNegative", "1772366400", "-1"},
        ClaimsCase{"RepeatedSub", R"("sub":"42",)", R"("sub":"42","sub":"42",)"},
        ClaimsCase{"RepeatedRole", R"("role":"customer",)", R"("role":"customer","role":"admin",)"},
        ClaimsCase{"ExtraClaim", R"("sub":"42",)", R"("sub":"42","admin":true,)"},
        ClaimsCase{"Blank", R"("sub":)", R"("sub": )"}, ClaimsCase{"Array", "{", "[{"},
        ClaimsCase{"Trailing", "1772367000}", "1772367000}{}"},
        ClaimsCase{"TrailingNewline", "1772367000}", "1772367000}\n"},
        ClaimsCase{"Unclosed", "1772367000}", "1772367000"}),
    [](auto const& test) { return std::string(test.param.name); });

TEST_F(AccessToken, IsNotConfusedByGarbage) {
    std::vector<std::string> const texts = {
        "",
        ".",
        "..",
        "...",
        "a.b.c",
        "....",
        std::string(access_token_size_max, '.'),
        std::string(access_token_size_max, 'A'),
        std::string(10'000'000, 'A'),
        std::string(100, '\0'),
        "\xff\xfe.\xff.\xff",
        "Bearer " + token(),
        to_base64url(as_bytes(header_text)) + "..",
    };
    for (auto const& text : texts) expect_refused(text);
    for (auto const* claims : {"", "{", "null", "[]", "42", "\"x\"", "{}", "\xff", "{\"iss\":"}) {
        expect_refused(forge(header_text, claims));
    }
    expect_refused(forge(header_text, std::string(1000, '[')));
}

TEST_F(AccessToken, LeavesNoErrorBehindForTls) {
    expect_refused(token() + "x");
    auto const good = token();
    expect_refused(good.substr(0, good.rfind('.') + 1) + to_base64url(Bytes(64, 0xff)));
    EXPECT_FALSE(TokenSigner::make({Secret("-----BEGIN PRIVATE KEY-----\nx"), "k", "i", "a"}).ok());
    EXPECT_EQ(ERR_peek_error(), 0U);
}

TEST_F(AccessToken, TakesNamesThatNeedEscapes) {
    auto const subject = signer("k1", R"(b"a\nk)", "Küche");
    auto const text = subject.sign(some_claims());
    ASSERT_TRUE(subject.verify(text.reveal(), now_s).ok());
}

TEST_F(AccessToken, FitsItsBoundWithTheLongestNames) {
    auto const subject =
        signer(std::string(64, 'k'), std::string(255, '"'), std::string(255, '\\'));
    auto claims = some_claims();
    claims.user_id = UserId{INT64_MAX};
    claims.role = std::string(32, 'r');
    claims.issued_at_s = INT64_MAX - 1;
    claims.expires_at_s = INT64_MAX;
    auto const text = subject.sign(claims);
    EXPECT_LE(text.reveal().size(), access_token_size_max);
    auto const verified = subject.verify(text.reveal(), INT64_MAX - 1);
    ASSERT_TRUE(verified.ok()) << verified.error().detail;
    EXPECT_TRUE(same(*verified, claims));
}

TEST_F(AccessToken, IsNotSignedForClaimsThatCannotBe) {
    auto const subject = signer();
    auto nobody = some_claims();
    nobody.user_id = UserId{};
    EXPECT_DEATH((void)subject.sign(nobody), "check failed");
    auto expired = some_claims();
    expired.expires_at_s = expired.issued_at_s;
    EXPECT_DEATH((void)subject.sign(expired), "check failed");
    auto odd = some_claims();
    odd.role = "a\"b";
    EXPECT_DEATH((void)subject.sign(odd), "check failed");
}

std::string pem_of(char const* group, char const* password) {
    EVP_PKEY* const key = group != nullptr ? EVP_EC_gen(group) : EVP_RSA_gen(2048);
    BIO* const sink = BIO_new(BIO_s_mem());
    PEM_write_bio_PKCS8PrivateKey(sink, key, password != nullptr ? EVP_aes_128_cbc() : nullptr,
                                  password, password != nullptr ? 1 : 0, nullptr, nullptr);
    char* data = nullptr;
    auto const size = BIO_get_mem_data(sink, &data);
    std::string pem(data, static_cast<std::size_t>(size));
    BIO_free(sink);
    EVP_PKEY_free(key);
    return pem;
}

TEST(TokenSigner, TakesOnlyAPrivateP256KeyInTheClear) {
    auto const make = [](std::string const& pem) {
        return TokenSigner::make({Secret(pem), "k1", "bankd", "bankd"});
    };
    EXPECT_TRUE(make(pem_of("prime256v1", nullptr)).ok());
    for (auto const& pem :
         {std::string(), std::string("garbage"), std::string(100'000, 'A'),
          pem_of("secp384r1", nullptr), pem_of("secp256k1", nullptr), pem_of(nullptr, nullptr),
          pem_of("prime256v1", "secret"),
          std::string("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")}) {
        auto const made = make(pem);
        ASSERT_FALSE(made.ok()) << pem;
        EXPECT_EQ(made.code(), Code::invalid_field);
    }
}

TEST(TokenSigner, TakesOnlyPlainNames) {
    auto const key = make_private_key_pem();
    struct {
        std::string key_id, issuer, audience;
    } const cases[] = {{"", "i", "a"},
                       {"k\"", "i", "a"},
                       {std::string(65, 'k'), "i", "a"},
                       {"k", "", "a"},
                       {"k", "i", ""},
                       {"k", "i\n", "a"},
                       {"k", "\xff", "a"},
                       {"k", std::string(256, 'i'), "a"}};
    for (auto const& [key_id, issuer, audience] : cases) {
        EXPECT_FALSE(TokenSigner::make({key.clone(), key_id, issuer, audience}).ok());
    }
}

}  // namespace
}  // namespace bank::crypto
