// The life of a connection: its deadlines, its bounds, and its end.
#include <Poco/Net/ServerSocket.h>
#include <fmt/format.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <condition_variable>
#include <fstream>
#include <mutex>
#include <thread>

#include "core/metrics/metric.hpp"
#include "tests/integration/rest/fixture.hpp"

namespace bank::test {
namespace {

using std::chrono::milliseconds;
using Steady = std::chrono::steady_clock;

std::string const login = R"({"user_name":"alice","password":"s3cret"})";

// The first bytes of a TLS client, complete.
std::string client_hello() {
    std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> const context(
        SSL_CTX_new(TLS_client_method()), SSL_CTX_free);
    std::unique_ptr<SSL, decltype(&SSL_free)> const ssl(SSL_new(context.get()), SSL_free);
    SSL_set_bio(ssl.get(), BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
    (void)SSL_connect(ssl.get());
    char* bytes = nullptr;
    auto const size = BIO_get_mem_data(SSL_get_wbio(ssl.get()), &bytes);
    return {bytes, static_cast<std::size_t>(size)};
}

// Blocks every call of the core until it is opened.
class Gate {
public:
    void wait() {
        std::unique_lock lock(mutex_);
        ++waiting_;
        changed_.notify_all();
        changed_.wait(lock, [&] { return is_open_; });
    }
    void wait_for_someone() {
        std::unique_lock lock(mutex_);
        changed_.wait_for(lock, std::chrono::seconds(5), [&] { return waiting_ > 0; });
    }
    void open() {
        std::lock_guard const lock(mutex_);
        is_open_ = true;
        changed_.notify_all();
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    int waiting_ = 0;
    bool is_open_ = false;
};

class RestConnection : public RestTest {
protected:
    Poco::Net::StreamSocket plain_socket() const {
        Poco::Net::StreamSocket socket(Poco::Net::SocketAddress("127.0.0.1", rest_.server.port()));
        socket.setReceiveTimeout(Poco::Timespan(5, 0));
        return socket;
    }
    // Connections that have a place, as the server counts them.
    std::uint64_t connection_count() {
        auto const place = static_cast<std::uint16_t>(metrics::Metric::rest_connections);
        for (auto const& family : rest_.server.metrics()) {
            if (family.metric == place && !family.series.empty()) {
                return family.series[0].values.at(0);
            }
        }
        return 0;
    }
};

TEST_P(RestConnection, KeepsAliveAndAnswersPipelinedRequestsInOrder) {
    rest_.start();
    auto client = rest_.connect();
    client.send(get_request("/healthz") + post_request("/v1/login", login) +
                get_request("/v1/nothing") + get_request("/v1/accounts/12"));
    EXPECT_EQ(client.read().body, R"({"status":"ok"})");
    EXPECT_NE(client.read().body.find("access-token-text"), std::string::npos);
    EXPECT_EQ(client.read().status, 404);
    EXPECT_NE(client.read().body.find("Household"), std::string::npos);
    EXPECT_EQ(rest_.host.api.names(), (std::vector<std::string>{"login", "find_account"}));
    EXPECT_EQ(rest_.host.api.calls().front().caller.source_ip, "127.0.0.1");
}

TEST_P(RestConnection, ReadsARequestThatComesByteByByte) {
    rest_.start();
    auto client = rest_.connect();
    for (auto const c : post_request("/v1/login", login)) client.send({&c, 1});
    EXPECT_EQ(client.read().status, 200);
    EXPECT_EQ(rest_.host.api.calls().front().argument, "alice:s3cret");
}

TEST_P(RestConnection, ClosesWhenAsked) {
    rest_.start();
    for (auto const& request : {get_request("/healthz", "Connection: close\r\n"),
                                std::string("GET /healthz HTTP/1.0\r\nHost: a\r\n\r\n")}) {
        auto client = rest_.connect();
        auto const answer = client.ask(request + get_request("/v1/users/me"));
        EXPECT_EQ(answer.status, 200);
        EXPECT_EQ(answer.headers.at("connection"), "close");
        EXPECT_EQ(client.read_to_end(), "");
    }
    EXPECT_TRUE(rest_.host.api.calls().empty());
}

TEST_P(RestConnection, AnswersHeadWithoutBody) {
    rest_.start();
    auto client = rest_.connect();
    client.send("HEAD /healthz HTTP/1.1\r\nHost: a\r\n\r\n");
    auto const answer = client.read(true);
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.headers.at("content-length"), "15");
    EXPECT_EQ(client.ask(get_request("/healthz")).status, 200);
}

TEST_P(RestConnection, InvitesABodyThatWasAnnounced) {
    rest_.start();
    auto client = rest_.connect();
    client.send(
        fmt::format("POST /v1/login HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
                    "Expect: 100-continue\r\nContent-Length: {}\r\n\r\n",
                    login.size()));
    EXPECT_EQ(client.read().status, 100);
    EXPECT_EQ(client.ask(login).status, 200);
}

TEST_P(RestConnection, TakesTheLargestBodyItAllows) {
    rest_.start();
    auto client = rest_.connect();
    auto body = login;
    body.resize(65'536, ' ');
    EXPECT_EQ(client.ask(post_request("/v1/login", body)).status, 200);
    EXPECT_EQ(client.ask(post_request("/v1/login", body + " ")).status, 413);
}

TEST_P(RestConnection, EndsAnIdleConnection) {
    rest_.host.settings["idle_timeout_ms"] = "500";
    rest_.start();
    auto client = rest_.connect();
    EXPECT_EQ(client.ask(get_request("/healthz")).status, 200);
    auto const begin = Steady::now();
    EXPECT_EQ(client.read_to_end(), "");
    EXPECT_LT(Steady::now() - begin, milliseconds(2500));
}

TEST_P(RestConnection, EndsATrickledHeadAtTheDeadline) {
    rest_.host.settings["header_deadline_ms"] = "600";
    rest_.start();
    auto client = rest_.connect();
    auto const begin = Steady::now();
    client.send("GET /healthz HTTP/1.1\r\nHost: a\r\nX: ");
    // Past the deadline, but while the server still reads and discards.
    while (Steady::now() < begin + milliseconds(1000) && client.send("a")) {
        std::this_thread::sleep_for(milliseconds(50));
    }
    auto const answer = client.read();
    EXPECT_EQ(answer.status, 408);
    EXPECT_EQ(client.read_to_end(), "");
    EXPECT_LT(Steady::now() - begin, milliseconds(3000));
}

TEST_P(RestConnection, ServesABoundedNumberOfRequests) {
    rest_.start();
    auto client = rest_.connect();
    int count = 0;
    for (Answer answer; answer.headers.count("connection") == 0 && count < 2000; ++count) {
        answer = client.ask(get_request("/healthz"));
        ASSERT_EQ(answer.status, 200) << count;
    }
    EXPECT_EQ(count, 1000);
    EXPECT_EQ(client.read_to_end(), "");
}

TEST_P(RestConnection, EndsAnUnfinishedBodyAtTheDeadline) {
    rest_.host.settings["header_deadline_ms"] = "300";
    rest_.start();
    auto client = rest_.connect();
    auto request = post_request("/v1/login", login);
    request.pop_back();
    EXPECT_EQ(client.ask(request).status, 408);
    EXPECT_EQ(client.read_to_end(), "");
    EXPECT_TRUE(rest_.host.api.calls().empty());
}

TEST_P(RestConnection, ATruncatedBodyIsNoRequest) {
    rest_.start();
    {
        auto client = rest_.connect();
        auto request = post_request("/v1/login", login);
        request.pop_back();
        client.send(request);
    }
    auto other = rest_.connect();
    EXPECT_EQ(other.ask(get_request("/healthz")).status, 200);
    EXPECT_TRUE(rest_.host.api.calls().empty());
}

TEST_P(RestConnection, BoundsTheConnectionsOfASource) {
    rest_.host.settings["connections_per_source_max"] = "2";
    rest_.start();
    auto first = rest_.connect();
    auto second = rest_.connect();
    EXPECT_EQ(first.ask(get_request("/healthz")).status, 200);
    EXPECT_EQ(second.ask(get_request("/healthz")).status, 200);
    auto third = plain_socket();
    std::array<char, 4096> buffer{};
    std::string text;
    try {
        for (int got = 0; (got = third.receiveBytes(buffer.data(), buffer.size())) > 0;) {
            text.append(buffer.data(), static_cast<std::size_t>(got));
        }
    } catch (Poco::Exception const&) {  // A reset is fine too.
    }
    if (!GetParam()) {
        EXPECT_EQ(text.substr(0, 12), "HTTP/1.1 503");
        EXPECT_NE(text.find("Retry-After: "), std::string::npos);
    }
    EXPECT_EQ(rest_.server.refused_connections(), 1U);
    EXPECT_EQ(first.ask(get_request("/healthz")).status, 200);
}

TEST_P(RestConnection, IdleClientsDoNotKeepOthersOut) {
    rest_.start();
    std::vector<Poco::Net::StreamSocket> silent;
    for (int i = 0; i < 20; ++i) silent.push_back(plain_socket());
    auto client = rest_.connect();
    EXPECT_EQ(client.ask(get_request("/healthz")).status, 200);
}

TEST_P(RestConnection, AnEndedConnectionGivesItsPlaceBack) {
    rest_.host.settings["threads_max"] = "4";
    rest_.start();
    for (int i = 0; i < 50; ++i) {
        {
            auto client = rest_.connect();
            auto const answer = client.ask(get_request("/healthz", "Connection: close\r\n"));
            EXPECT_EQ(answer.status, 200) << i;
            EXPECT_EQ(client.read_to_end(), "");
        }
        // The place is free once the server has seen our end, which is a moment later.
        auto const end = Steady::now() + std::chrono::seconds(5);
        while (connection_count() > 0 && Steady::now() < end) std::this_thread::yield();
    }
}

TEST_P(RestConnection, ABusyRequestIsAnsweredWhileTheServerStops) {
    rest_.start();
    Gate gate;
    rest_.host.api.before = [&](std::string const&) { gate.wait(); };
    auto idle = rest_.connect();
    EXPECT_EQ(idle.ask(get_request("/healthz")).status, 200);
    auto busy = rest_.connect();
    busy.send(post_request("/v1/login", login));
    gate.wait_for_someone();
    std::thread stopping([&] { rest_.server.stop(3000); });
    EXPECT_EQ(idle.read_to_end(), "");
    gate.open();
    auto const answer = busy.read();
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.headers.at("connection"), "close");
    EXPECT_EQ(busy.read_to_end(), "");
    stopping.join();
}

TEST_P(RestConnection, StopEndsWhatDoesNotEnd) {
    rest_.host.settings["header_deadline_ms"] = "60000";
    rest_.start();
    auto client = rest_.connect();
    client.send("GET /healthz HTTP/1.1\r\n");
    std::this_thread::sleep_for(milliseconds(50));
    auto const begin = Steady::now();
    rest_.server.stop(100);
    rest_.server.stop(100);
    EXPECT_LT(Steady::now() - begin, std::chrono::seconds(20));
    EXPECT_THROW(plain_socket(), Poco::Exception);
}

TEST_P(RestConnection, APortThatIsTakenIsSaidInOneSentence) {
    Poco::Net::ServerSocket const other(Poco::Net::SocketAddress("127.0.0.1", 0));
    auto const port = other.address().port();
    rest_.host.settings["port"] = std::to_string(port);
    auto const status = rest_.server.start();
    ASSERT_FALSE(status.ok());
    EXPECT_EQ(kind(status.error().code), CodeKind::unavailable);
    EXPECT_EQ(
        status.error().detail,
        fmt::format("port {} on 127.0.0.1 is in use by another program; set [rest] port", port));
}

TEST_P(RestConnection, TakesTheSocketOfTheServiceManager) {
    Poco::Net::ServerSocket listener(Poco::Net::SocketAddress("127.0.0.1", 0));
    rest_.host.listener = ::dup(listener.impl()->sockfd());
    auto const port = listener.address().port();
    listener.close();
    rest_.start();
    EXPECT_EQ(rest_.server.port(), port);
    auto client = rest_.connect();
    EXPECT_EQ(client.ask(get_request("/healthz")).status, 200);
}

INSTANTIATE_TEST_SUITE_P(PlainAndTls, RestConnection, testing::Bool());

class RestTls : public testing::Test {
protected:
    RestServer rest_{true};
};

TEST_F(RestTls, AHalfOpenHandshakeEndsAtTheDeadline) {
    rest_.host.settings["header_deadline_ms"] = "300";
    rest_.start();
    for (auto const* const bytes : {"", "\x16\x03\x01\x02"}) {
        Poco::Net::StreamSocket socket(Poco::Net::SocketAddress("127.0.0.1", rest_.server.port()));
        socket.setReceiveTimeout(Poco::Timespan(5, 0));
        auto const begin = Steady::now();
        socket.sendBytes(bytes, static_cast<int>(std::string_view(bytes).size()));
        char byte = 0;
        EXPECT_EQ(socket.receiveBytes(&byte, 1), 0);
        EXPECT_LT(Steady::now() - begin, milliseconds(2500));
    }
}

TEST_F(RestTls, ATrickledHandshakeEndsAtTheDeadline) {
    rest_.host.settings["header_deadline_ms"] = "300";
    rest_.start();
    Poco::Net::StreamSocket socket(Poco::Net::SocketAddress("127.0.0.1", rest_.server.port()));
    auto const begin = Steady::now();
    std::string const hello("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11);
    socket.sendBytes(hello.data(), static_cast<int>(hello.size()));
    EXPECT_THROW(
        {
            while (Steady::now() < begin + milliseconds(4000)) {
                socket.sendBytes("a", 1);
                std::this_thread::sleep_for(milliseconds(50));
            }
        },
        Poco::Exception);
    EXPECT_LT(Steady::now() - begin, milliseconds(2500));
}

TEST_F(RestTls, WhoStopsAmidAHandshakeDelaysNobody) {
    auto const stopped_count = 4 * std::max(1U, std::thread::hardware_concurrency());
    rest_.host.settings["header_deadline_ms"] = "60000";
    rest_.host.settings["threads_max"] = std::to_string(stopped_count + 2);
    rest_.host.settings["connections_per_source_max"] = std::to_string(stopped_count + 2);
    rest_.start();
    auto const hello = client_hello();
    std::vector<RawClient> stopped;
    for (unsigned i = 0; i < stopped_count; ++i) {
        auto& client = stopped.emplace_back(rest_.server.port(), false);
        ASSERT_TRUE(client.send(hello));
        ASSERT_TRUE(client.receives()) << "the server's half of the handshake";
    }
    EXPECT_EQ(rest_.connect().ask(get_request("/healthz")).status, 200);
}

TEST_F(RestTls, PlainHttpIsNotAnswered) {
    rest_.start();
    RawClient client(rest_.server.port(), false);
    client.send(get_request("/healthz"));
    EXPECT_EQ(client.read_to_end().find("HTTP/1.1 200"), std::string::npos);
    EXPECT_EQ(rest_.connect().ask(get_request("/healthz")).status, 200);
}

TEST_F(RestTls, ARenewedCertificateIsTakenUpAndConnectionsStay) {
    rest_.start();
    auto before = rest_.connect();
    EXPECT_EQ(before.ask(get_request("/healthz")).status, 200);
    EXPECT_EQ(before.certificate_name(), "first");
    write_certificate(rest_.directory, "second");
    rest_.server.reload();
    EXPECT_EQ(before.ask(get_request("/healthz")).status, 200);
    auto after = rest_.connect();
    EXPECT_EQ(after.ask(get_request("/healthz")).status, 200);
    EXPECT_EQ(after.certificate_name(), "second");
}

TEST_F(RestTls, ABrokenCertificateLeavesTheOldOneInUse) {
    rest_.start();
    std::ofstream(rest_.directory / "certificate.pem") << "nothing";
    rest_.server.reload();
    auto client = rest_.connect();
    EXPECT_EQ(client.ask(get_request("/healthz")).status, 200);
    EXPECT_EQ(client.certificate_name(), "first");
    EXPECT_NE(rest_.host.log_text().find("contains no certificate"), std::string::npos);
}

TEST_F(RestTls, AMissingCertificateIsSaidInOneSentence) {
    auto const path = rest_.directory / "certificate.pem";
    std::filesystem::remove(path);
    auto const status = rest_.server.start();
    ASSERT_FALSE(status.ok());
    EXPECT_EQ(status.error().detail,
              fmt::format("the TLS certificate {} cannot be read: No such file or directory",
                          path.string()));
}

TEST_F(RestTls, AForeignKeyIsRefused) {
    auto const certificate = rest_.directory / "certificate.pem";
    std::filesystem::rename(certificate, rest_.directory / "kept");
    write_certificate(rest_.directory, "other");
    std::filesystem::rename(rest_.directory / "kept", certificate);
    auto const status = rest_.server.start();
    ASSERT_FALSE(status.ok());
    EXPECT_NE(status.error().detail.find("does not match the certificate"), std::string::npos);
}

TEST_F(RestTls, PromisesToStaySecure) {
    rest_.start();
    auto const answer = rest_.connect().ask(get_request("/healthz"));
    EXPECT_EQ(answer.headers.at("strict-transport-security"), "max-age=31536000");
}

class RestPages : public testing::Test {
protected:
    RestServer rest_{false};
};

TEST_F(RestPages, WithoutFilesTheDocumentationLinksToTheRest) {
    rest_.start();
    auto client = rest_.connect();
    auto const home = client.ask(get_request("/"));
    EXPECT_EQ(home.status, 302);
    EXPECT_EQ(home.headers.at("location"), "/docs/");
    auto const page = client.ask(get_request("/docs/"));
    EXPECT_EQ(page.status, 200);
    EXPECT_NE(page.body.find("/openapi.json"), std::string::npos);
    EXPECT_EQ(client.ask(get_request("/openapi.json")).body.front(), '{');
    EXPECT_EQ(client.ask(get_request("/docs/../key.pem")).status, 404);
    EXPECT_EQ(client.ask(get_request("/docs/key.pem")).status, 404);
}

TEST_F(RestPages, FilesAreServedCompressedAndOnce) {
    std::ofstream(rest_.directory / "swagger-ui-bundle.js") << "plain";
    std::ofstream(rest_.directory / "swagger-ui-bundle.js.gz") << "small";
    rest_.start();
    auto client = rest_.connect();
    auto const target = "/docs/swagger-ui-bundle.js";
    auto const plain = client.ask(get_request(target));
    EXPECT_EQ(plain.body, "plain");
    EXPECT_EQ(plain.headers.at("cache-control"), "no-cache");
    auto const small = client.ask(get_request(target, "Accept-Encoding: gzip\r\n"));
    EXPECT_EQ(small.body, "small");
    EXPECT_EQ(small.headers.at("content-encoding"), "gzip");
    auto const etag = plain.headers.at("etag");
    EXPECT_NE(etag, small.headers.at("etag"));
    auto const again = client.ask(get_request(target, "If-None-Match: " + etag + "\r\n"));
    EXPECT_EQ(again.status, 304);
    EXPECT_TRUE(again.body.empty());
}

}  // namespace
}  // namespace bank::test
