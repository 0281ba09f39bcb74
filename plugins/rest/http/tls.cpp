#include "plugins/rest/http/tls.hpp"

#include <Poco/Crypto/X509Certificate.h>
#include <Poco/DateTime.h>
#include <Poco/Net/NetException.h>
#include <Poco/Net/NetSSL.h>
#include <arpa/inet.h>
#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <mutex>

namespace bank::rest {
namespace {

struct Free {
    void operator()(X509* x) const { X509_free(x); }
    void operator()(EVP_PKEY* x) const { EVP_PKEY_free(x); }
    void operator()(STACK_OF(X509) * x) const { sk_X509_pop_free(x, X509_free); }
    void operator()(GENERAL_NAMES* x) const { GENERAL_NAMES_free(x); }
    void operator()(std::FILE* x) const { (void)std::fclose(x); }
};
template <typename T>
using Owned = std::unique_ptr<T, Free>;

struct Identity {
    Owned<X509> certificate;
    Owned<STACK_OF(X509)> chain;
    Owned<EVP_PKEY> key;
};

Error unusable(std::string message, std::string setting = {}) {
    ERR_clear_error();
    return {.code = Code::invalid_field, .detail = std::move(message), .field = std::move(setting)};
}

Result<Owned<std::FILE>> open_file(std::string const& path, std::string_view what) {
    Owned<std::FILE> file(std::fopen(path.c_str(), "re"));
    if (file) return file;
    auto const number = errno;
    auto error =
        unusable(fmt::format("the TLS {} {} cannot be read: {}", what, path, std::strerror(number)),
                 fmt::format("tls_{}", what));
    if (number == EACCES) error.code = Code::permission_denied;
    return error;
}

// Never asks on a terminal, as OpenSSL would by default.
int no_passphrase(char*, int, int, void*) {
    return 0;
}

Status read_certificate(std::string const& path, Identity& identity) {
    auto file = open_file(path, "certificate");
    if (!file.ok()) return std::move(file).error();
    auto* const in = file->get();
    identity.certificate.reset(PEM_read_X509(in, nullptr, no_passphrase, nullptr));
    if (!identity.certificate) {
        return unusable(fmt::format("{} contains no certificate in PEM format", path),
                        "tls_certificate");
    }
    identity.chain.reset(sk_X509_new_null());
    while (auto* const next = PEM_read_X509(in, nullptr, no_passphrase, nullptr)) {
        if (sk_X509_push(identity.chain.get(), next) == 0) X509_free(next);
    }
    ERR_clear_error();  // The end of the file is an error to OpenSSL.
    return Done{};
}

Status read_key(std::string const& path, Identity& identity) {
    auto file = open_file(path, "key");
    if (!file.ok()) return std::move(file).error();
    identity.key.reset(PEM_read_PrivateKey(file->get(), nullptr, no_passphrase, nullptr));
    if (identity.key) return Done{};
    return unusable(
        fmt::format("{} contains no private key in PEM format without passphrase", path),
        "tls_key");
}

// Both files are read, whatever is wrong with the other.
std::vector<Error> read_identity(std::string const& certificate_path, std::string const& key_path,
                                 Identity& identity) {
    std::vector<Error> faults;
    for (auto const& read :
         {read_certificate(certificate_path, identity), read_key(key_path, identity)}) {
        if (!read.ok()) faults.push_back(read.error());
    }
    if (faults.empty() &&
        X509_check_private_key(identity.certificate.get(), identity.key.get()) != 1) {
        faults.push_back(unusable(
            fmt::format("the key {} does not match the certificate {}", key_path, certificate_path),
            "tls_key"));
    }
    return faults;
}

std::string text_of(ASN1_STRING const* text) {
    auto const* const data = ASN1_STRING_get0_data(text);
    return {data, data + ASN1_STRING_length(text)};
}

// Empty if it is none.
std::string address_of(ASN1_STRING const* bytes) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    auto const family = ASN1_STRING_length(bytes) == 4 ? AF_INET : AF_INET6;
    if (family == AF_INET6 && ASN1_STRING_length(bytes) != 16) return {};
    auto const* const printed =
        ::inet_ntop(family, ASN1_STRING_get0_data(bytes), text.data(), text.size());
    return printed == nullptr ? "" : printed;
}

}  // namespace

struct Tls::State {
    std::string certificate_path;
    std::string key_path;
    Poco::Net::Context::Ptr context;
    std::mutex mutex;
    std::shared_ptr<Identity const> identity;

    std::shared_ptr<Identity const> current() {
        std::lock_guard const lock(mutex);
        return identity;
    }

    // OpenSSL asks at each handshake; it takes its own references.
    static int present(SSL* ssl, void* self) {
        auto const identity = static_cast<State*>(self)->current();
        auto const is_set = SSL_use_certificate(ssl, identity->certificate.get()) == 1 &&
                            SSL_use_PrivateKey(ssl, identity->key.get()) == 1 &&
                            SSL_set1_chain(ssl, identity->chain.get()) == 1;
        return is_set ? 1 : 0;
    }
};

Tls::Tls() : state_(std::make_unique<State>()) {}
Tls::~Tls() {
    // Poco's context may live on in a connection, but no handshake begins any more.
    if (state_->context) SSL_CTX_set_cert_cb(state_->context->sslContext(), nullptr, nullptr);
}

Result<std::shared_ptr<Tls>> Tls::open(std::string certificate_path, std::string key_path) try {
    std::shared_ptr<Tls> tls(new Tls);
    auto& state = *tls->state_;
    state.certificate_path = std::move(certificate_path);
    state.key_path = std::move(key_path);
    if (auto status = tls->reload(); !status.ok()) return std::move(status).error();

    Poco::Net::initializeSSL();
    Poco::Net::Context::Params params;
    params.verificationMode = Poco::Net::Context::VERIFY_NONE;  // Clients have no certificates.
    params.loadDefaultCAs = false;
    params.cipherList = "ECDHE+AESGCM:ECDHE+CHACHA20";  // TLS 1.2; 1.3 has only good ones.
    state.context = new Poco::Net::Context(Poco::Net::Context::TLS_SERVER_USE, params);
    auto* const raw = state.context->sslContext();
    SSL_CTX_set_min_proto_version(raw, TLS1_2_VERSION);
    // Without the last, OpenSSL 3 answers an end of the stream, such as our own waking of an idle
    // connection to close it, with a decode_error alert instead of a close_notify. A message that
    // was cut short is found by its Content-Length.
    SSL_CTX_set_options(raw, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                                 SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_IGNORE_UNEXPECTED_EOF);
    SSL_CTX_set_mode(raw, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                              SSL_MODE_ENABLE_PARTIAL_WRITE);
    SSL_CTX_set_cert_cb(raw, State::present, &state);
    return tls;
} catch (Poco::Exception const& error) {
    return unusable(fmt::format("TLS cannot be set up: {}", error.displayText()));
}

Status Tls::reload() {
    auto identity = std::make_shared<Identity>();
    auto faults = read_identity(state_->certificate_path, state_->key_path, *identity);
    if (!faults.empty()) return std::move(faults.front());
    std::lock_guard const lock(state_->mutex);
    state_->identity = std::move(identity);
    return Done{};
}

std::vector<Error> Tls::check(std::string const& certificate_path, std::string const& key_path) {
    Identity identity;
    return read_identity(certificate_path, key_path, identity);
}

std::vector<std::string> Tls::names() const {
    auto const identity = state_->current();
    // OpenSSL's and not POCO's, which leaves addresses out and takes the common name for a name.
    Owned<GENERAL_NAMES> const all(static_cast<GENERAL_NAMES*>(
        X509_get_ext_d2i(identity->certificate.get(), NID_subject_alt_name, nullptr, nullptr)));
    std::vector<std::string> names;
    for (int i = 0; all && i < sk_GENERAL_NAME_num(all.get()); ++i) {
        auto const* const name = sk_GENERAL_NAME_value(all.get(), i);
        if (name->type == GEN_DNS) names.push_back(text_of(name->d.dNSName));
        if (name->type == GEN_IPADD) names.push_back(address_of(name->d.iPAddress));
    }
    return names;
}

std::uint64_t Tls::expires_ns() const try {
    auto const identity = state_->current();
    auto const us = Poco::Crypto::X509Certificate(identity->certificate.get(), true)
                        .expiresOn()
                        .timestamp()
                        .epochMicroseconds();
    return us < 0 ? 0 : static_cast<std::uint64_t>(us) * 1000;
} catch (Poco::Exception const&) {
    return 0;  // Not a time.
}

Poco::Net::Context::Ptr const& Tls::context() const noexcept {
    return state_->context;
}

}  // namespace bank::rest
