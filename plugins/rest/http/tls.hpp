// The server side of TLS: one context for the life of the server, with a certificate that can be
// renewed under way.
//
// Threads: context() and attach() from any; reload() from one at a time.
#pragma once
#include <Poco/Net/Context.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/base/result.hpp"

namespace bank::rest {

class Tls {
public:
    // Fails with one sentence if a file is missing, no PEM, or the key is another certificate's.
    static Result<std::shared_ptr<Tls>> open(std::string certificate_path, std::string key_path);
    ~Tls();
    Tls(Tls const&) = delete;
    Tls& operator=(Tls const&) = delete;

    // Handshakes that begin later present what the files hold now. After an error they present what
    // they did before.
    [[nodiscard]] Status reload();

    // Reads both files as open() does, and finds all that is wrong. invalid_field,
    // permission_denied; the field is the setting that it is about: tls_certificate or tls_key.
    [[nodiscard]] static std::vector<Error> check(std::string const& certificate_path,
                                                  std::string const& key_path);

    // For whom the present certificate is: DNS names and addresses.
    [[nodiscard]] std::vector<std::string> names() const;

    // When the present certificate ends, in nanoseconds since 1970.
    [[nodiscard]] std::uint64_t expires_ns() const;

    // TLS 1.2 or newer, forward secrecy, no renegotiation.
    [[nodiscard]] Poco::Net::Context::Ptr const& context() const noexcept;

private:
    Tls();
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace bank::rest
