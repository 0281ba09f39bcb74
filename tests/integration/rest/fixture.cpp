#include "tests/integration/rest/fixture.hpp"

#include <Poco/Exception.h>
#include <Poco/Net/Context.h>
#include <Poco/Net/NetSSL.h>
#include <Poco/Net/SecureStreamSocket.h>
#include <Poco/Net/X509Certificate.h>
#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <stdexcept>

namespace bank::test {
namespace {

constexpr long patience_s = 5;

Poco::Net::Context::Ptr client_context() {
    static Poco::Net::Context::Ptr const context = [] {
        Poco::Net::initializeSSL();
        Poco::Net::Context::Params params;
        params.verificationMode = Poco::Net::Context::VERIFY_NONE;
        params.loadDefaultCAs = false;
        return Poco::Net::Context::Ptr(
            new Poco::Net::Context(Poco::Net::Context::TLS_CLIENT_USE, params));
    }();
    return context;
}

std::string lower(std::string text) {
    for (auto& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return text;
}

}  // namespace

RawClient::RawClient(std::uint16_t port, bool is_secure) {
    Poco::Net::SocketAddress const address("127.0.0.1", port);
    if (is_secure) {
        Poco::Net::SecureStreamSocket socket(client_context());
        socket.setLazyHandshake(false);
        socket.connect(address, Poco::Timespan(patience_s, 0));
        socket_ = socket;
    } else {
        socket_.connect(address, Poco::Timespan(patience_s, 0));
    }
    socket_.setReceiveTimeout(Poco::Timespan(patience_s, 0));
    socket_.setSendTimeout(Poco::Timespan(patience_s, 0));
    socket_.setNoDelay(true);
}

bool RawClient::send(std::string_view bytes) try {
    while (!bytes.empty()) {
        auto const sent = socket_.sendBytes(bytes.data(), static_cast<int>(bytes.size()));
        if (sent <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
} catch (Poco::Exception const&) {
    return false;
}

bool RawClient::fill() try {
    std::array<char, 16384> bytes{};
    auto const got = socket_.receiveBytes(bytes.data(), static_cast<int>(bytes.size()));
    if (got <= 0) {
        is_open_ = false;
        return false;
    }
    buffer_.append(bytes.data(), static_cast<std::size_t>(got));
    return true;
} catch (Poco::TimeoutException const&) {
    return false;
} catch (Poco::Exception const&) {
    is_open_ = false;
    return false;
}

Answer RawClient::read(bool is_head) {
    Answer answer;
    std::size_t end = 0;
    while ((end = buffer_.find("\r\n\r\n")) == std::string::npos) {
        if (!fill()) return answer;
    }
    answer.head = buffer_.substr(0, end + 2);
    buffer_.erase(0, end + 4);
    answer.status = std::stoi(answer.head.substr(9, 3));
    for (auto at = answer.head.find("\r\n") + 2; at < answer.head.size();) {
        auto const stop = answer.head.find("\r\n", at);
        auto const line = answer.head.substr(at, stop - at);
        auto const colon = line.find(": ");
        answer.headers[lower(line.substr(0, colon))] = line.substr(colon + 2);
        at = stop + 2;
    }
    auto const length = answer.headers.find("content-length");
    if (is_head || length == answer.headers.end()) return answer;
    auto const size = static_cast<std::size_t>(std::stoul(length->second));
    while (buffer_.size() < size && fill()) {
    }
    answer.body = buffer_.substr(0, size);
    buffer_.erase(0, size);
    return answer;
}

std::optional<std::string> RawClient::read_chunk() {
    std::size_t end = 0;
    while ((end = buffer_.find("\r\n")) == std::string::npos) {
        if (!fill()) return std::nullopt;
    }
    auto const size = static_cast<std::size_t>(std::stoul(buffer_.substr(0, end), nullptr, 16));
    while (buffer_.size() < end + 2 + size + 2) {
        if (!fill()) return std::nullopt;
    }
    auto chunk = buffer_.substr(end + 2, size);
    buffer_.erase(0, end + 2 + size + 2);
    return chunk;
}

std::string RawClient::read_to_end() {
    while (fill()) {
    }
    return is_open_ ? buffer_ + "(still open)" : buffer_;
}

std::string RawClient::certificate_name() const {
    return Poco::Net::SecureStreamSocket(socket_).peerCertificate().commonName();
}

void write_certificate(std::filesystem::path const& directory, std::string const& name) {
    auto* const key = EVP_EC_gen("P-256");
    auto* const certificate = X509_new();
    X509_set_version(certificate, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate), 0);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
    X509_set_pubkey(certificate, key);
    auto* const subject = X509_get_subject_name(certificate);
    auto const* const text = reinterpret_cast<unsigned char const*>(name.c_str());
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, text, -1, -1, 0);
    X509_set_issuer_name(certificate, subject);
    X509_sign(certificate, key, EVP_sha256());
    auto* const certificate_file = std::fopen((directory / "certificate.pem").c_str(), "we");
    auto* const key_file = std::fopen((directory / "key.pem").c_str(), "we");
    if (certificate_file == nullptr || key_file == nullptr) throw std::runtime_error("fopen");
    PEM_write_X509(certificate_file, certificate);
    PEM_write_PrivateKey(key_file, key, nullptr, nullptr, 0, nullptr, nullptr);
    (void)std::fclose(certificate_file);
    (void)std::fclose(key_file);
    X509_free(certificate);
    EVP_PKEY_free(key);
}

RestServer::RestServer(bool secure) : is_secure(secure) {
    // The client sends on connections that the server has closed.
    (void)std::signal(SIGPIPE, SIG_IGN);
    auto pattern = (std::filesystem::temp_directory_path() / "bankd-rest-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp");
    directory = pattern;
    if (secure) write_certificate(directory, "first");
    host.settings = {{"address", "127.0.0.1"},
                     {"port", "0"},
                     {"tls", secure ? "yes" : "no"},
                     {"tls_certificate", (directory / "certificate.pem").string()},
                     {"tls_key", (directory / "key.pem").string()},
                     {"threads_max", "32"},
                     {"connections_per_source_max", "32"},
                     {"header_deadline_ms", "3000"},
                     {"idle_timeout_ms", "3000"},
                     {"body_size_max", "65536"},
                     {"batch_size_max", "67108864"},
                     {"batch_window_max", "1024"},
                     {"own_names", ""},
                     {"docs_directory", directory.string()},
                     {"web_directory", directory.string()}};
}

RestServer::~RestServer() {
    server.stop(0);
    std::error_code ignored;
    std::filesystem::remove_all(directory, ignored);
}

std::string get_request(std::string const& target, std::string const& headers) {
    return fmt::format("GET {} HTTP/1.1\r\nHost: localhost\r\n{}\r\n", target, headers);
}

std::string post_request(std::string const& target, std::string const& body,
                         std::string const& headers) {
    return fmt::format(
        "POST {} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        "Content-Length: {}\r\n{}\r\n{}",
        target, body.size(), headers, body);
}

}  // namespace bank::test
