// A REST front end on a loopback port chosen by the system, in front of a scripted bank, and a
// client that sends raw bytes.
#pragma once
#include <Poco/Net/StreamSocket.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "plugins/rest/server.hpp"
#include "tests/support/fake_bank_api.hpp"

namespace bank::test {

struct Answer {
    int status = 0;  // 0: the connection was closed before an answer.
    std::string head;
    std::map<std::string, std::string> headers;  // Lower-case names.
    std::string body;
};

// Every read ends after 5 s at the latest.
class RawClient {
public:
    RawClient(std::uint16_t port, bool is_secure);

    // False: the peer is gone.
    bool send(std::string_view bytes);
    // The next answer; to HEAD without a body.
    Answer read(bool is_head = false);
    // The next chunk of a body; empty: it was the last. Nothing: the connection was closed before.
    std::optional<std::string> read_chunk();
    // Everything until the peer closes the connection, or "(still open)" is appended.
    std::string read_to_end();
    // Whether any byte arrives.
    bool receives() { return !buffer_.empty() || fill(); }
    Answer ask(std::string_view bytes) { return send(bytes) ? read() : Answer{}; }
    [[nodiscard]] std::string certificate_name() const;

private:
    bool fill();

    Poco::Net::StreamSocket socket_;
    std::string buffer_;
    bool is_open_ = true;
};

// Writes a self-signed certificate for `name` and its key into `directory`.
void write_certificate(std::filesystem::path const& directory, std::string const& name);

class RestServer {
public:
    explicit RestServer(bool is_secure);
    ~RestServer();
    RestServer(RestServer const&) = delete;
    RestServer& operator=(RestServer const&) = delete;

    void start() { ASSERT_TRUE(server.start().ok()); }
    [[nodiscard]] RawClient connect() const { return {server.port(), is_secure}; }

    bool const is_secure;
    std::filesystem::path directory;
    FakeHost host;
    rest::Server server{host};
};

// Once over plain TCP, once over TLS.
class RestTest : public testing::TestWithParam<bool> {
protected:
    RestServer rest_{GetParam()};
};

[[nodiscard]] std::string get_request(std::string const& target, std::string const& headers = {});
[[nodiscard]] std::string post_request(std::string const& target, std::string const& body,
                                       std::string const& headers = {});

}  // namespace bank::test
