// The metrics endpoint of the shipped plugin, over TCP, as Prometheus uses it and as others might;
// and bankctl metrics.
#include <arpa/inet.h>
#include <netinet/in.h>

#include "core/metrics/collection.hpp"
#include "tests/integration/admin/fixture.hpp"

namespace bank::admin {
namespace {

class Http {
public:
    explicit Http(std::uint16_t port)
        : descriptor_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        is_connected = ::connect(descriptor_, reinterpret_cast<sockaddr const*>(&address),
                                 sizeof address) == 0;
    }
    Http(Http const&) = delete;
    Http& operator=(Http const&) = delete;
    ~Http() { ::close(descriptor_); }

    void send(std::string_view bytes) const {
        static_cast<void>(::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL));
    }
    // Until the peer closes the connection.
    [[nodiscard]] std::string read() const { return read_all(descriptor_); }
    [[nodiscard]] std::string ask(std::string const& request) const {
        send(request);
        return read();
    }

    bool is_connected = false;

private:
    int descriptor_;
};

std::string const get = "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n";

class MetricsEndpoint : public AdminSocket {
protected:
    void SetUp() override {
        AdminSocket::SetUp();
        host_.settings["metrics_address"] = "127.0.0.1:0";
        metrics::Collection counted;
        counted.add(metrics::Metric::transfer_replays_total, std::uint64_t{42});
        host_.recording.counted = {.version = "1.2.3", .families = std::move(counted).take()};
    }
    std::uint16_t port() {
        auto const log = host_.logged();
        std::string const before = "metrics: http://127.0.0.1:";
        auto const at = log.find(before);
        return at == std::string::npos
                   ? std::uint16_t{0}
                   : static_cast<std::uint16_t>(std::stoi(log.substr(at + before.size())));
    }
    // The detail of the error that prevents the plugin's start.
    Error refused() {
        plugin_.emplace(host_);
        auto started = (*plugin_)->start();
        return started.ok() ? Error{.code = Code::posted} : started.error();
    }
};

TEST_F(MetricsEndpoint, GivesPrometheusTheFigures) {
    start();
    auto const answer = Http(port()).ask(get);
    EXPECT_EQ(answer.find("HTTP/1.1 200 OK\r\n"), 0U) << answer;
    EXPECT_NE(answer.find("Content-Type: text/plain; version=0.0.4; charset=utf-8\r\n"),
              std::string::npos)
        << answer;
    EXPECT_NE(answer.find("\nbankd_transfer_replays_total 42\n"), std::string::npos) << answer;
}

TEST_F(MetricsEndpoint, IsOffUnlessAsked) {
    host_.settings["metrics_address"] = "";
    start();
    EXPECT_EQ(host_.logged().find("metrics:"), std::string::npos);
}

TEST_F(MetricsEndpoint, AnswersNothingElse) {
    start();
    struct Case {
        std::string request;
        std::string begin;
    };
    for (auto const& [request, begin] : {
             Case{"GET / HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 404 "},
             Case{"GET /metrics/ HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 404 "},
             Case{"GET /metrics/../metrics HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 404 "},
             Case{"POST /metrics HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n",
                  "HTTP/1.1 405 "},
             Case{"DELETE /metrics HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 405 "},
             Case{"HEAD /metrics HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 200 "},
         }) {
        auto const answer = Http(port()).ask(request);
        EXPECT_EQ(answer.find(begin), 0U) << request << answer;
        auto const has_figures = answer.find("bankd_") != std::string::npos;
        EXPECT_FALSE(has_figures) << request;
    }
    for (std::string const& broken :
         {std::string("\r\n\r\n\r\n"), std::string("GET /metrics\r\n\r\n"), std::string(64, '\0'),
          "GET /metrics HTTP/1.1\r\nX: " + std::string(10'000, 'a'),
          std::string("GET /metrics HTTP/1.1\r\nContent-Length: 1\r\n"
                      "Transfer-Encoding: chunked\r\n\r\n")}) {
        EXPECT_EQ(Http(port()).ask(broken).find("bankd_"), std::string::npos) << broken;
    }
    EXPECT_NE(Http(port()).ask(get).find("bankd_"), std::string::npos);
}

TEST_F(MetricsEndpoint, TakesOneRequestOfAConnection) {
    start();
    auto const answer = Http(port()).ask(get + get);
    EXPECT_NE(answer.find("Connection: close\r\n"), std::string::npos) << answer;
    EXPECT_EQ(answer.find("HTTP/1.1 200 OK"), answer.rfind("HTTP/1.1 200 OK"));
}

TEST_F(MetricsEndpoint, HasRoomForAFewThatSayNothing) {
    start();
    std::vector<std::unique_ptr<Http>> silent;
    for (int i = 0; i < 8; ++i) {
        silent.push_back(std::make_unique<Http>(port()));
        ASSERT_TRUE(silent.back()->is_connected);
    }
    // The ninth is closed at once, and the others are not affected.
    EXPECT_EQ(Http(port()).read(), "");
    silent.pop_back();
    wait_until([&] { return Http(port()).ask(get).find("bankd_") != std::string::npos; });
}

TEST_F(MetricsEndpoint, SaysThatTheCoreIsAway) {
    host_.recording.metrics_refusal = Error{.code = Code::storage_unavailable};
    start();
    auto const answer = Http(port()).ask(get);
    EXPECT_EQ(answer.find("HTTP/1.1 503 "), 0U) << answer;
    EXPECT_NE(answer.find("Retry-After: 1\r\n"), std::string::npos) << answer;
}

TEST_F(MetricsEndpoint, RefusesAnAddressThatOtherMachinesReach) {
    for (auto const* address : {"0.0.0.0:9464", "[::]:9464", "192.0.2.1:9464", "[2001:db8::1]:1",
                                "[::ffff:127.0.0.1]:9464"}) {
        host_.settings["metrics_address"] = address;
        auto const error = refused();
        EXPECT_EQ(error.code, Code::invalid_field) << address;
        EXPECT_NE(error.detail.find("only a loopback address"), std::string::npos) << error.detail;
        EXPECT_FALSE(std::filesystem::exists(path_)) << "something was left running";
    }
}

TEST_F(MetricsEndpoint, RefusesWhatIsNoAddress) {
    for (auto const* address :
         {"localhost:9464", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1",
          "::1:9464", "[127.0.0.1]:9464", "9464", ":9464", "127.0.0.1:94 64"}) {
        host_.settings["metrics_address"] = address;
        EXPECT_EQ(refused().code, Code::invalid_field) << address;
    }
}

TEST_F(MetricsEndpoint, SaysThatItsPortIsTaken) {
    start();
    auto const taken = port();
    test::RecordingHost other;
    other.settings = host_.settings;
    other.settings["socket"] = directory_ + "/other.sock";
    other.settings["metrics_address"] = "127.0.0.1:" + std::to_string(taken);
    Loaded second(other);
    auto const started = second->start();
    ASSERT_FALSE(started.ok());
    EXPECT_EQ(started.code(), Code::overloaded);
}

int listening(in_addr_t address) {
    auto const descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_addr.s_addr = htonl(address);
    EXPECT_EQ(::bind(descriptor, reinterpret_cast<sockaddr const*>(&where), sizeof where), 0);
    EXPECT_EQ(::listen(descriptor, 16), 0);
    return descriptor;
}

std::uint16_t port_of(int descriptor) {
    sockaddr_in where{};
    socklen_t size = sizeof where;
    EXPECT_EQ(::getsockname(descriptor, reinterpret_cast<sockaddr*>(&where), &size), 0);
    return ntohs(where.sin_port);
}

TEST_F(MetricsEndpoint, TakesTheSocketOfTheServiceManagerInstead) {
    auto const descriptor = listening(INADDR_LOOPBACK);
    auto const given = port_of(descriptor);
    host_.metrics_listener = descriptor;
    start();
    EXPECT_EQ(port(), 0);
    EXPECT_NE(Http(given).ask(get).find("bankd_"), std::string::npos);
}

TEST_F(MetricsEndpoint, RefusesASocketOfTheServiceManagerThatOtherMachinesReach) {
    host_.metrics_listener = listening(INADDR_ANY);
    auto const error = refused();
    EXPECT_EQ(error.code, Code::invalid_field);
    EXPECT_NE(error.detail.find("only a loopback address"), std::string::npos) << error.detail;
    host_.metrics_listener = bound_socket(directory_ + "/unix.sock");
    EXPECT_EQ(refused().code, Code::invalid_field);
}

TEST_F(MetricsEndpoint, EndsWithThePlugin) {
    start();
    auto const was = port();
    Http const silent(was);
    (*plugin_)->stop(1000);
    EXPECT_EQ(silent.read(), "");
    EXPECT_FALSE(Http(was).is_connected);
}

TEST_F(MetricsEndpoint, IsWhatBankctlPrints) {
    start();
    auto const outcome = run({"metrics"});
    EXPECT_EQ(outcome.exit, 0) << outcome.err;
    auto const answer = Http(port()).ask(get);
    EXPECT_EQ(answer.substr(answer.find("\r\n\r\n") + 4), outcome.out);
}

TEST_F(MetricsEndpoint, LetsTheFigureOfTheSocketBeCounted) {
    start();
    EXPECT_EQ(run({"status"}).exit, 0);
    EXPECT_EQ(run({"metrics"}).exit, 0);
    host_.recording.locked()->refusal = Error{.code = Code::permission_denied};
    EXPECT_NE(run({"user", "list"}).exit, 0);
    auto const families = (*plugin_)->metrics();
    std::map<std::uint16_t, std::uint64_t> outcomes;
    for (auto const& family : families) {
        if (family.metric != static_cast<std::uint16_t>(metrics::Metric::admin_requests_total)) {
            continue;
        }
        for (auto const& series : family.series) outcomes[series.labels[0]] = series.values[0];
    }
    EXPECT_EQ(outcomes[metrics::ok_place], 2U);
    EXPECT_EQ(outcomes[metrics::place_of(Code::permission_denied)], 1U);
    EXPECT_EQ(outcomes.size(), 2U);
    EXPECT_TRUE(metrics::check_report(families, api::FrontEnd::admin).ok());
}

}  // namespace
}  // namespace bank::admin
