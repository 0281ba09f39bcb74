#include "core/crypto/key_maker.hpp"

#include <gtest/gtest.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>
#include <set>
#include <string>

#include "core/base/bytes.hpp"
#include "core/crypto/access_token.hpp"
#include "core/crypto/secret_hash.hpp"

namespace bank::crypto {
namespace {

Timestamp const start = parse_timestamp("2026-03-01").value();

template <typename T>
using Owned = std::unique_ptr<T, void (*)(T*)>;

Owned<X509> read_certificate(std::string const& pem) {
    BIO* const source = BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()));
    X509* const certificate = PEM_read_bio_X509(source, nullptr, nullptr, nullptr);
    BIO_free(source);
    return {certificate, X509_free};
}

Owned<EVP_PKEY> read_key(Secret const& pem) {
    auto const text = pem.reveal();
    BIO* const source = BIO_new_mem_buf(text.data(), static_cast<int>(text.size()));
    EVP_PKEY* const key = PEM_read_bio_PrivateKey(source, nullptr, nullptr, nullptr);
    BIO_free(source);
    return {key, EVP_PKEY_free};
}

CertificateRequest request() {
    return {.dns_names = {"localhost", "bank.example"},
            .ip_addresses = {"127.0.0.1", "::1"},
            .valid_from = start,
            .days = 30};
}

// Verifies as a TLS client that trusts exactly this certificate, at `when`.
int verify_as_server(X509* certificate, std::string_view host, Timestamp when) {
    X509_STORE* const store = X509_STORE_new();
    X509_STORE_add_cert(store, certificate);
    X509_STORE_CTX* const context = X509_STORE_CTX_new();
    X509_STORE_CTX_init(context, store, certificate, nullptr);
    auto* const parameters = X509_STORE_CTX_get0_param(context);
    X509_VERIFY_PARAM_set_purpose(parameters, X509_PURPOSE_SSL_SERVER);
    X509_VERIFY_PARAM_set_time(parameters, when.us / 1'000'000);
    X509_VERIFY_PARAM_set1_host(parameters, host.data(), host.size());
    X509_verify_cert(context);
    auto const error = X509_STORE_CTX_get_error(context);
    X509_STORE_CTX_free(context);
    X509_STORE_free(store);
    return error;
}

TEST(ServerCertificate, IsAcceptedByATlsClientForItsNamesAndItsTerm) {
    auto const made = make_server_certificate(request()).value();
    auto const certificate = read_certificate(made.certificate_pem);
    ASSERT_NE(certificate, nullptr);
    using std::chrono::hours;
    auto* const raw = certificate.get();
    EXPECT_EQ(verify_as_server(raw, "localhost", start), X509_V_OK);
    EXPECT_EQ(verify_as_server(raw, "bank.example", start + hours(24 * 30 - 1)), X509_V_OK);
    EXPECT_EQ(verify_as_server(raw, "other.example", start), X509_V_ERR_HOSTNAME_MISMATCH);
    EXPECT_EQ(verify_as_server(raw, "localhost", start + hours(-1)), X509_V_ERR_CERT_NOT_YET_VALID);
    EXPECT_EQ(verify_as_server(raw, "localhost", start + hours(24 * 30 + 1)),
              X509_V_ERR_CERT_HAS_EXPIRED);
    EXPECT_EQ(X509_check_ip_asc(raw, "127.0.0.1", 0), 1);
    EXPECT_EQ(X509_check_ip_asc(raw, "::1", 0), 1);
    EXPECT_EQ(X509_check_ip_asc(raw, "127.0.0.2", 0), 0);
}

TEST(ServerCertificate, MayServeTlsAndNothingElse) {
    auto const made = make_server_certificate(request()).value();
    auto const certificate = read_certificate(made.certificate_pem);
    auto* const raw = certificate.get();
    EXPECT_EQ(X509_get_version(raw), X509_VERSION_3);
    EXPECT_EQ(X509_check_ca(raw), 0);
    EXPECT_EQ(X509_get_key_usage(raw), static_cast<std::uint32_t>(KU_DIGITAL_SIGNATURE));
    EXPECT_EQ(X509_get_extended_key_usage(raw), static_cast<std::uint32_t>(XKU_SSL_SERVER));
    EXPECT_EQ(X509_check_purpose(raw, X509_PURPOSE_SSL_CLIENT, 0), 0);
    for (auto const nid : {NID_basic_constraints, NID_key_usage}) {
        auto const place = X509_get_ext_by_NID(raw, nid, -1);
        ASSERT_GE(place, 0);
        EXPECT_EQ(X509_EXTENSION_get_critical(X509_get_ext(raw, place)), 1);
    }
}

TEST(ServerCertificate, HasAKeyAndASerialOfItsOwn) {
    std::set<std::string> serials;
    std::set<std::string> keys;
    for (int i = 0; i < 10; ++i) {
        auto const made = make_server_certificate(request()).value();
        auto const certificate = read_certificate(made.certificate_pem);
        auto const key = read_key(made.key_pem);
        ASSERT_TRUE(certificate && key);
        EXPECT_EQ(X509_check_private_key(certificate.get(), key.get()), 1);
        EXPECT_EQ(X509_verify(certificate.get(), key.get()), 1);
        auto const* const serial = X509_get0_serialNumber(certificate.get());
        EXPECT_EQ(serial->type, V_ASN1_INTEGER);  // Not negative.
        EXPECT_EQ(serial->length, 16);
        serials.emplace(reinterpret_cast<char const*>(serial->data), 16);
        keys.emplace(made.key_pem.reveal());
    }
    EXPECT_EQ(serials.size(), 10U);
    EXPECT_EQ(keys.size(), 10U);
}

TEST(ServerCertificate, MayBeForAddressesAlone) {
    auto const made = make_server_certificate(
        {.dns_names = {}, .ip_addresses = {"2001:db8::1"}, .valid_from = start, .days = 1});
    ASSERT_TRUE(made.ok());
    auto const certificate = read_certificate(made->certificate_pem);
    EXPECT_EQ(X509_check_ip_asc(certificate.get(), "2001:db8::1", 0), 1);
}

TEST(ServerCertificate, IsRefusedForWhatIsNoNameOrTerm) {
    std::string const long_label(64, 'a');
    for (std::string const& name :
         {std::string(), std::string("a b"), std::string("a,DNS:evil"), std::string("-a"),
          std::string("a-"), std::string("a..b"), std::string("a."), std::string(".a"),
          std::string("*.example"), std::string("a\n"), std::string("a\0b", 3), long_label,
          std::string("K\xc3\xbc"
                      "che")}) {
        auto bad = request();
        bad.dns_names.push_back(name);
        auto const made = make_server_certificate(bad);
        ASSERT_FALSE(made.ok()) << name;
        EXPECT_EQ(made.code(), Code::invalid_field);
    }
    for (std::string const& address :
         {std::string(), std::string("127.0.0"), std::string("127.0.0.256"), std::string("::g"),
          std::string("localhost"), std::string("127.0.0.1 "), std::string("127.0.0.1\0x", 11)}) {
        auto bad = request();
        bad.ip_addresses.push_back(address);
        EXPECT_FALSE(make_server_certificate(bad).ok()) << address;
    }
    for (int const days : {0, -1, 3651}) {
        auto bad = request();
        bad.days = days;
        EXPECT_FALSE(make_server_certificate(bad).ok()) << days;
    }
    auto nameless = request();
    nameless.dns_names.clear();
    nameless.ip_addresses.clear();
    EXPECT_FALSE(make_server_certificate(nameless).ok());
}

TEST(PrivateKey, SignsTokensAndIsNewEachTime) {
    auto const key = make_private_key_pem();
    EXPECT_TRUE(key.reveal().starts_with("-----BEGIN PRIVATE KEY-----\n"));
    EXPECT_TRUE(TokenSigner::make({key.clone(), "k1", "bankd", "bankd"}).ok());
    EXPECT_NE(make_private_key_pem().reveal(), key.reveal());
}

TEST(Pepper, IsReadAsItWasMade) {
    auto const made = make_pepper();
    EXPECT_EQ(from_base64url(made.reveal()).value().size(), 32U);
    EXPECT_NE(make_pepper().reveal(), made.reveal());
    EXPECT_EQ(read_pepper(made.reveal()).value().reveal(), made.reveal());
    EXPECT_EQ(read_pepper(std::string(made.reveal()) + "\n").value().reveal(), made.reveal());
    EXPECT_TRUE(SecretHasher::make(made.clone(), "p1", 4).ok());
}

TEST(Pepper, IsRefusedWhenItIsNotOne) {
    std::string const good(make_pepper().reveal());
    for (std::string const& text :
         {std::string(), std::string("\n"), good + "\n\n", good + " ", " " + good, good + "=",
          good + "\r\n", good.substr(1), good.substr(0, 40), to_base64url(Bytes(31, 7)),
          to_base64url(Bytes(65, 7)), std::string(1'000'000, 'A'), good.substr(1) + "+"}) {
        auto const read = read_pepper(text);
        ASSERT_FALSE(read.ok()) << text.substr(0, 100);
        EXPECT_EQ(read.code(), Code::invalid_field);
        EXPECT_EQ(read.error().detail.find(good.substr(5, 20)), std::string::npos);
    }
    EXPECT_TRUE(read_pepper(to_base64url(Bytes(64, 7))).ok());
}

}  // namespace
}  // namespace bank::crypto
