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
         "Numeric address to listen on; 0.0.0.0 or :: for all interfaces. Not used if the service "
         "manager passes a socket."),
    bankd_setting{"port", BANKD_SETTING_INTEGER, "8443", 0, 65535,
                  "TCP port to listen on. 0: chosen by the system. Not used if the service manager "
                  "passes a socket."},
    bankd_setting{"tls", BANKD_SETTING_BOOLEAN, "yes", 0, 0,
                  "Whether to require TLS 1.2 or newer. Disable it only behind a proxy on the same "
                  "machine: this connection carries passwords and tokens."},
    path("tls_certificate", "/var/lib/bankd/keys/tls-certificate.pem",
         "PEM file with the certificate, followed by its chain. A reload reads a changed file; a "
         "changed path or systemd credential needs a restart."),
    path("tls_key", "/var/lib/bankd/keys/tls-key.pem",
         "PEM file with the certificate's private key. A reload reads a changed file; a changed "
         "path or systemd credential needs a restart."),
    bankd_setting{"threads_max", BANKD_SETTING_INTEGER, "512", 4, 4096,
                  "Maximum number of concurrent connections; each uses a thread. Further "
                  "connections are rejected."},
    bankd_setting{"connections_per_source_max", BANKD_SETTING_INTEGER, "256", 1, 4096,
                  "Maximum number of concurrent connections of one IPv4 address or one IPv6 /64."},
    bankd_setting{"header_deadline_ms", BANKD_SETTING_INTEGER, "10000", 100, 120000,
                  "Deadline for each of: TLS handshake, request head, request body, sending the "
                  "answer. Activity on the connection does not extend it."},
    bankd_setting{"idle_timeout_ms", BANKD_SETTING_INTEGER, "5000", 100, 120000,
                  "How long an idle connection may wait for its next request."},
    bankd_setting{"body_size_max", BANKD_SETTING_INTEGER, "65536", 1024, 1048576,
                  "Maximum size of a request body, in bytes."},
    bankd_setting{"batch_size_max", BANKD_SETTING_INTEGER, "268435456", 65536, 68719476736,
                  "Maximum size of the body of a batch of transfers, in bytes. The body is "
                  "streamed, not held in memory."},
    bankd_setting{"batch_window_max", BANKD_SETTING_INTEGER, "1024", 1, 65536,
                  "Maximum number of transfers of one batch that await their outcome."},
    text("own_names", "",
         "Names under which browsers open the web client, such as bank.example or "
         "bank.example:8443, separated by commas. A name without a port is for the port that "
         "browsers do not show; with :* for any. Sessions of browsers that ask for another name "
         "are refused. Empty: localhost, the address that the connection came to, the names of "
         "this machine and those in the TLS certificate. Set it behind a proxy."),
    path("docs_directory", BANKD_DOCS_DIRECTORY,
         "Directory of the API documentation at /docs/. One that is set must exist."),
    path("web_directory", BANKD_WEB_DIRECTORY,
         "Directory of the web client at /app/. Its files are read at start. Without them, / "
         "redirects to the documentation. One that is set must exist."),
};

}  // namespace

std::span<bankd_setting const> setting_table() noexcept {
    return table;
}

Settings read_settings(plugin::Settings const& host) {
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
        .own_names = host.setting("own_names"),
        .docs_directory = host.setting("docs_directory"),
        .web_directory = host.setting("web_directory"),
    };
}

}  // namespace bank::rest
