#include "core/crypto/key_maker.hpp"

#include <Poco/Crypto/EVPPKey.h>
#include <arpa/inet.h>
#include <fmt/format.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <utility>

#include "core/base/bytes.hpp"
#include "core/base/check.hpp"
#include "core/base/random.hpp"
#include "core/crypto/openssl_handle.hpp"

namespace bank::crypto {
namespace {

constexpr std::size_t key_size_min = 32;  // Of peppers and record keys.
constexpr std::size_t key_size_max = 64;
constexpr std::size_t names_max = 64;
constexpr int days_max = 3650;
constexpr std::size_t common_name_size_max = 64;  // X.520.
constexpr std::size_t serial_size = 16;

using NamesHandle = Handle<GENERAL_NAMES, GENERAL_NAMES_free>;
using NameHandle = Handle<GENERAL_NAME, GENERAL_NAME_free>;
using ExtensionHandle = Handle<X509_EXTENSION, X509_EXTENSION_free>;
using TimeHandle = Handle<ASN1_TIME, ASN1_TIME_free>;

Poco::Crypto::EVPPKey make_key() try {
    return Poco::Crypto::EVPPKey("prime256v1");
} catch (Poco::Exception const&) {
    BANK_UNREACHABLE();
}

std::string_view contents(BIO* bio) {
    char* data = nullptr;
    auto const size = BIO_get_mem_data(bio, &data);
    BANK_CHECK(size >= 0);
    return {data, static_cast<std::size_t>(size)};
}

Secret to_pem(EVP_PKEY const* key) {
    // OpenSSL wipes this kind of BIO when it is freed; POCO would leave the key in a stream.
    BioHandle const sink(BIO_new(BIO_s_secmem()));
    BANK_CHECK(sink != nullptr);
    BANK_CHECK(
        PEM_write_bio_PKCS8PrivateKey(sink.get(), key, nullptr, nullptr, 0, nullptr, nullptr) == 1);
    return Secret(contents(sink.get()));
}

std::string to_pem(X509* certificate) {
    BioHandle const sink(BIO_new(BIO_s_mem()));
    BANK_CHECK(sink != nullptr);
    BANK_CHECK(PEM_write_bio_X509(sink.get(), certificate) == 1);
    return std::string(contents(sink.get()));
}

bool is_dns_label(std::string_view label) noexcept {
    auto const is_allowed = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-';
    };
    return !label.empty() && label.size() <= 63 && label.front() != '-' && label.back() != '-' &&
           std::ranges::all_of(label, is_allowed);
}

bool is_dns_name(std::string_view name) noexcept {
    if (name.empty() || name.size() > 253) return false;
    while (true) {
        auto const dot = name.find('.');
        if (!is_dns_label(name.substr(0, dot))) return false;
        if (dot == std::string_view::npos) return true;
        name.remove_prefix(dot + 1);
    }
}

// Four or sixteen bytes; empty if `text` is not a numeric address.
Bytes address_bytes(std::string const& text) {
    Bytes bytes(16);
    if (inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1) return bytes;
    bytes.resize(4);
    if (inet_pton(AF_INET, text.c_str(), bytes.data()) == 1) return bytes;
    return {};
}

void add_name(GENERAL_NAMES* names, int type, BytesView value) {
    NameHandle name(GENERAL_NAME_new());
    ASN1_STRING* const text =
        ASN1_STRING_type_new(type == GEN_DNS ? V_ASN1_IA5STRING : V_ASN1_OCTET_STRING);
    BANK_CHECK(name != nullptr && text != nullptr);
    GENERAL_NAME_set0_value(name.get(), type, text);
    BANK_CHECK(ASN1_STRING_set(text, value.data(), static_cast<int>(value.size())) == 1);
    BANK_CHECK(sk_GENERAL_NAME_push(names, name.release()) > 0);
}

Status check(CertificateRequest const& request) {
    auto const invalid = [](std::string why) {
        return Error{.code = Code::invalid_field, .detail = std::move(why)};
    };
    auto const count = request.dns_names.size() + request.ip_addresses.size();
    if (count == 0 || count > names_max) {
        return invalid(fmt::format("a certificate must have 1 to {} names", names_max));
    }
    for (auto const& name : request.dns_names) {
        if (!is_dns_name(name)) return invalid("not a DNS name: " + name);
    }
    for (auto const& address : request.ip_addresses) {
        if (address.find('\0') != std::string::npos || address_bytes(address).empty()) {
            return invalid("not an IP address: " + address);
        }
    }
    if (request.days < 1 || request.days > days_max) {
        return invalid(fmt::format("a certificate must be valid for 1 to {} days", days_max));
    }
    return Done{};
}

void set_serial(X509* certificate) {
    auto bytes = random_bytes<serial_size>();
    // Positive, never zero, and always of full length.
    bytes[0] = static_cast<std::uint8_t>((bytes[0] & 0x3fU) | 0x40U);
    NumberHandle const number(BN_bin2bn(bytes.data(), static_cast<int>(bytes.size()), nullptr));
    BANK_CHECK(number != nullptr);
    BANK_CHECK(BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr);
}

void set_term(X509* certificate, CertificateRequest const& request) {
    auto const from_s =
        std::chrono::floor<std::chrono::seconds>(std::chrono::microseconds{request.valid_from.us})
            .count();
    TimeHandle const from(ASN1_TIME_set(nullptr, from_s));
    TimeHandle const until(ASN1_TIME_set(nullptr, from_s + std::int64_t{request.days} * 86'400));
    BANK_CHECK(from && until);
    BANK_CHECK(X509_set1_notBefore(certificate, from.get()) == 1);
    BANK_CHECK(X509_set1_notAfter(certificate, until.get()) == 1);
}

void set_subject(X509* certificate, CertificateRequest const& request) {
    auto const& first =
        request.dns_names.empty() ? request.ip_addresses.front() : request.dns_names.front();
    auto const common_name = first.substr(0, common_name_size_max);
    auto const bytes = as_bytes(common_name);
    auto* const subject = X509_get_subject_name(certificate);
    BANK_CHECK(X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, bytes.data(),
                                          static_cast<int>(bytes.size()), -1, 0) == 1);
    BANK_CHECK(X509_set_issuer_name(certificate, subject) == 1);
}

void add_extensions(X509* certificate, CertificateRequest const& request) {
    NamesHandle const names(sk_GENERAL_NAME_new_null());
    BANK_CHECK(names != nullptr);
    for (auto const& name : request.dns_names) add_name(names.get(), GEN_DNS, as_bytes(name));
    for (auto const& address : request.ip_addresses) {
        add_name(names.get(), GEN_IPADD, address_bytes(address));
    }
    BANK_CHECK(X509_add1_ext_i2d(certificate, NID_subject_alt_name, names.get(), 0,
                                 X509V3_ADD_DEFAULT) == 1);

    constexpr std::pair<int, char const*> fixed[] = {
        {NID_basic_constraints, "critical,CA:FALSE"},
        {NID_key_usage, "critical,digitalSignature"},
        {NID_ext_key_usage, "serverAuth"},
        {NID_subject_key_identifier, "hash"},
    };
    X509V3_CTX context{};
    X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
    for (auto const& [nid, value] : fixed) {
        ExtensionHandle const extension(X509V3_EXT_conf_nid(nullptr, &context, nid, value));
        BANK_CHECK(extension != nullptr);
        BANK_CHECK(X509_add_ext(certificate, extension.get(), -1) == 1);
    }
}

Secret make_symmetric_key() {
    auto bytes = random_bytes<key_size_min>();
    auto text = to_base64url(bytes);
    OPENSSL_cleanse(bytes.data(), bytes.size());
    return Secret::take(text);
}

bool is_symmetric_key(std::string_view text) {
    // The size is checked first, so a large wrong file is not decoded.
    auto bytes =
        text.size() <= key_size_max * 4 / 3 + 1 ? from_base64url(text) : std::optional<Bytes>{};
    auto const is_key = bytes && bytes->size() >= key_size_min && bytes->size() <= key_size_max;
    if (bytes) OPENSSL_cleanse(bytes->data(), bytes->size());
    return is_key;
}

}  // namespace

Secret make_private_key_pem() {
    return to_pem(make_key());
}

Secret make_signing_key_pem() {
    // POCO does not support Ed25519.
    KeyHandle const key(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
    BANK_CHECK(key != nullptr);
    return to_pem(key.get());
}

Secret make_pepper() {
    return make_symmetric_key();
}

Result<Secret> read_pepper(std::string_view file_text) {
    if (file_text.ends_with('\n')) file_text.remove_suffix(1);
    if (!is_symmetric_key(file_text)) {
        return Error{.code = Code::invalid_field,
                     .detail = fmt::format("the pepper is not base64url of {} to {} bytes",
                                           key_size_min, key_size_max)};
    }
    return Secret(file_text);
}

Secret make_record_key() {
    return make_symmetric_key();
}

Result<std::vector<Secret>> read_record_keys(std::string_view file_text, std::size_t count_max) {
    if (file_text.ends_with('\n')) file_text.remove_suffix(1);
    std::vector<Secret> keys;
    for (bool is_more = true; is_more;) {
        auto const end = file_text.find('\n');
        auto const line = file_text.substr(0, end);
        is_more = end != std::string_view::npos;
        if (is_more) file_text.remove_prefix(end + 1);
        if (keys.size() == count_max || !is_symmetric_key(line)) {
            return Error{
                .code = Code::invalid_field,
                .detail = fmt::format("line {} is not a key: there are at most {} lines, "
                                      "each with base64url of {} to {} bytes",
                                      keys.size() + 1, count_max, key_size_min, key_size_max)};
        }
        keys.emplace_back(line);
    }
    return keys;
}

Result<Certificate> make_server_certificate(CertificateRequest const& request) {
    ErrorScope const errors;
    if (auto checked = check(request); !checked) return std::move(checked).error();
    auto key = make_key();
    // POCO can read certificates but not create them.
    X509Handle const certificate(X509_new());
    BANK_CHECK(certificate != nullptr);
    BANK_CHECK(X509_set_version(certificate.get(), X509_VERSION_3) == 1);
    BANK_CHECK(X509_set_pubkey(certificate.get(), key) == 1);
    set_serial(certificate.get());
    set_term(certificate.get(), request);
    set_subject(certificate.get(), request);
    add_extensions(certificate.get(), request);
    BANK_CHECK(X509_sign(certificate.get(), key, EVP_sha256()) > 0);
    return Certificate{to_pem(certificate.get()), to_pem(key)};
}

}  // namespace bank::crypto
