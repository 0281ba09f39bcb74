#include "plugins/rest/settings.hpp"

#include <array>

namespace bank::rest {
namespace {

constexpr bankd_setting text(char const* key, char const* value, char const* description) {
    return {key, BANKD_SETTING_TEXT, value, 0, 0, description};
}
constexpr bankd_setting path(char const* key, char const* value, char const* description) {
    return {key, BANKD_SETTING_PATH, value, 0, 0, description};
}

constexpr std::array table{
    text("address", "127.0.0.1",
         "The numeric address to listen on. 0.0.0.0 or :: is every interface. Not used if the "
         "service manager hands over a socket."),
    bankd_setting{"port", BANKD_SETTING_INTEGER, "8443", 0, 65535,
                  "The TCP port to listen on. 0 lets the system choose one."},
    bankd_setting{"tls", BANKD_SETTING_BOOLEAN, "yes", 0, 0,
                  "Whether to speak TLS 1.2 or newer. Switch it off only behind a proxy on the "
                  "same machine: passwords and tokens cross this connection."},
    path("tls_certificate", "/var/lib/bankd/keys/tls-certificate.pem",
         "The PEM file of the certificate, followed by its chain. Read again on reload."),
    path("tls_key", "/var/lib/bankd/keys/tls-key.pem",
         "The PEM file of the certificate's private key. Read again on reload."),
    bankd_setting{"threads_max", BANKD_SETTING_INTEGER, "512", 4, 4096,
                  "How many connections are served at once; each has a thread. More are refused "
                  "with 503."},
    bankd_setting{"connections_per_source_max", BANKD_SETTING_INTEGER, "256", 1, 4096,
                  "How many connections one IPv4 address, or one IPv6 /64, may hold at once."},
    bankd_setting{"header_deadline_ms", BANKD_SETTING_INTEGER, "10000", 100, 120000,
                  "How long a TLS handshake, the head of a request, its body, or the sending of an "
                  "answer may take in all, however busy the line."},
    bankd_setting{"idle_timeout_ms", BANKD_SETTING_INTEGER, "5000", 100, 120000,
                  "How long a connection may wait for its next request."},
    bankd_setting{"body_size_max", BANKD_SETTING_INTEGER, "65536", 1024, 1048576,
                  "The largest request body, in bytes."},
    bankd_setting{"batch_size_max", BANKD_SETTING_INTEGER, "268435456", 65536, 68719476736,
                  "The largest body of a batch of transfers, in bytes. It is never held in memory "
                  "as a whole."},
    bankd_setting{"batch_window_max", BANKD_SETTING_INTEGER, "1024", 1, 65536,
                  "How many transfers of one batch may wait for their outcome at once."},
    path("docs_directory", BANKD_DOCS_DIRECTORY,
         "Where the files of the API documentation at /docs/ are."),
    path("web_directory", BANKD_WEB_DIRECTORY,
         "Where the files of the web client at /app/ are. They are read at start. Without them / "
         "leads to the documentation."),
};

}  // namespace

std::span<bankd_setting const> setting_table() noexcept {
    return table;
}

Settings read_settings(plugin::Host const& host) {
    return {
        .address = host.setting("address"),
        .port = static_cast<std::uint16_t>(host.setting_integer("port")),
        .uses_tls = host.setting_boolean("tls"),
        .tls_certificate = host.setting("tls_certificate"),
        .tls_key = host.setting("tls_key"),
        .threads_max = static_cast<int>(host.setting_integer("threads_max")),
        .connections_per_source_max =
            static_cast<std::size_t>(host.setting_integer("connections_per_source_max")),
        .header_deadline = std::chrono::milliseconds(host.setting_integer("header_deadline_ms")),
        .idle_timeout = std::chrono::milliseconds(host.setting_integer("idle_timeout_ms")),
        .body_size_max = static_cast<std::size_t>(host.setting_integer("body_size_max")),
        .batch_size_max = static_cast<std::size_t>(host.setting_integer("batch_size_max")),
        .batch_window_max = static_cast<std::size_t>(host.setting_integer("batch_window_max")),
        .docs_directory = host.setting("docs_directory"),
        .web_directory = host.setting("web_directory"),
    };
}

}  // namespace bank::rest
