// Batches of transfers over a connection: their order, their bounds, and their end.
#include <fmt/format.h>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "plugins/rest/routes/router.hpp"
#include "tests/integration/rest/fixture.hpp"

namespace bank::test {
namespace {

using std::chrono::milliseconds;
using Steady = std::chrono::steady_clock;
using Reply = FakeBankApi::TransferReply;

// Keeps submitted transfers until the test answers them.
class Desk {
public:
    explicit Desk(FakeBankApi& api) : api_(api) {
        api.take = [this](api::TransferRequest request, Reply reply) {
            std::lock_guard const lock(mutex_);
            waiting_.push_back({std::move(request.idempotency_key), std::move(reply)});
            changed_.notify_all();
        };
    }
    // Whether exactly this many have arrived, a moment after they should have.
    bool holds(std::size_t count) {
        std::unique_lock lock(mutex_);
        changed_.wait_for(lock, std::chrono::seconds(5), [&] { return waiting_.size() >= count; });
        changed_.wait_for(lock, milliseconds(50), [&] { return waiting_.size() > count; });
        return waiting_.size() == count;
    }
    std::string answer_first() { return answer(0); }
    std::string answer_last() { return answer(waiting() - 1); }
    std::size_t waiting() {
        std::lock_guard const lock(mutex_);
        return waiting_.size();
    }

private:
    struct Item {
        std::string key;
        Reply reply;
    };
    std::string answer(std::size_t index) {
        Item item;
        {
            std::lock_guard const lock(mutex_);
            item = std::move(waiting_.at(index));
            waiting_.erase(waiting_.begin() + static_cast<std::ptrdiff_t>(index));
        }
        item.reply(api_.transfer());
        return item.key;
    }

    FakeBankApi& api_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Item> waiting_;
};

std::string transfer_line(std::string const& key) {
    return fmt::format(R"({{"key":"{}","debit_account_no":"A","credit_account_no":"B",)"
                       R"("amount":{{"amount":"5","currency":"EUR"}}}})",
                       key) +
           "\n";
}
std::string lines_of(int count) {
    std::string lines;
    for (int i = 1; i <= count; ++i) lines += transfer_line(fmt::format("k{}", i));
    return lines;
}
std::string batch_head(std::string const& framing) {
    return "POST /v1/transfer-batches HTTP/1.1\r\nHost: a\r\n"
           "Content-Type: application/x-ndjson\r\nAuthorization: Bearer t\r\n" +
           framing + "\r\n";
}
std::string with_length(std::string const& body) {
    return batch_head(fmt::format("Content-Length: {}\r\n", body.size())) + body;
}
std::string chunk(std::string const& content) {
    return fmt::format("{:x}\r\n{}\r\n", content.size(), content);
}
std::string const in_chunks = "Transfer-Encoding: chunked\r\n";

std::vector<std::string> split(std::string const& text) {
    std::vector<std::string> lines;
    for (std::size_t at = 0; at < text.size();) {
        auto const end = std::min(text.find('\n', at), text.size());
        lines.push_back(text.substr(at, end - at));
        at = end + 1;
    }
    return lines;
}

class RestBatch : public RestTest {
protected:
    // The lines of the whole answer; the last is "(cut)" if the answer is incomplete.
    static std::vector<std::string> read_lines(RawClient& client) {
        std::string text;
        for (;;) {
            auto const piece = client.read_chunk();
            if (!piece) return split(text + "(cut)");
            if (piece->empty()) return split(text);
            text += *piece;
        }
    }
    static std::vector<std::string> ask(RawClient& client, std::string const& request) {
        client.send(request);
        auto const head = client.read();
        EXPECT_EQ(head.status, 200) << head.head << head.body;
        EXPECT_EQ(head.headers.at("transfer-encoding"), "chunked");
        EXPECT_EQ(head.headers.count("content-length"), 0U);
        return read_lines(client);
    }
    // The requests to the bank, without the caller, which comes first.
    std::vector<FakeBankApi::Call> submitted() const {
        auto calls = rest_.host.api.calls();
        std::erase_if(calls, [](auto const& call) { return call.name == "reserve_batch"; });
        return calls;
    }
    static bool has(std::string const& line, std::string const& part) {
        return line.find(part) != std::string::npos;
    }
};

TEST_P(RestBatch, AnswersEachLineInOrderAndASummary) {
    rest_.start();
    auto client = rest_.connect();
    auto const body = transfer_line("k1") + "\n  \n" +
                      R"({"key":"k2","linked":[{"kind":"release","origin_id":"1"}]})" + "\r\n" +
                      transfer_line("k3");
    for (auto const& request :
         {with_length(body),
          batch_head(in_chunks) + chunk(body.substr(0, 7)) + chunk(body.substr(7)) + "0\r\n\r\n"}) {
        auto const lines = ask(client, request);
        ASSERT_EQ(lines.size(), 4U);
        EXPECT_EQ(
            lines[0].rfind(R"({"line":1,"key":"k1","status":"posted","transfer":{"id":"99",)", 0),
            0U);
        EXPECT_EQ(lines[1].rfind(R"({"line":4,"key":"k2","status":"posted","transfers":[{)", 0),
                  0U);
        EXPECT_EQ(lines[2].rfind(R"({"line":5,"key":"k3","status":"posted")", 0), 0U);
        EXPECT_EQ(lines[3],
                  R"({"summary":{"lines":3,"posted":3,"refused":0,"failed":0,"replayed":0}})");
    }
    // The connection remains usable.
    EXPECT_EQ(client.ask(get_request("/healthz")).status, 200);
    auto const calls = submitted();
    EXPECT_EQ(calls.front().caller.access_token, "t");
    EXPECT_EQ(calls.front().argument, "k1:A:B:5:");
}

TEST_P(RestBatch, AnswersThousands) {
    rest_.start();
    auto client = rest_.connect();
    constexpr int count = 5000;
    std::thread sending([&] { client.send(with_length(lines_of(count))); });
    EXPECT_EQ(client.read().status, 200);
    auto const lines = read_lines(client);
    sending.join();
    ASSERT_EQ(lines.size(), count + 1U);
    for (std::size_t i = 0; i < count; ++i) {
        ASSERT_TRUE(has(lines[i], fmt::format(R"("line":{},"key":"k{}",)", i + 1, i + 1)));
    }
    EXPECT_TRUE(has(lines.back(), R"("posted":5000)"));
}

TEST_P(RestBatch, AnEmptyBatchHasASummary) {
    rest_.start();
    auto client = rest_.connect();
    for (auto const& request :
         {with_length(""), with_length("\n\n"), batch_head(in_chunks) + "0\r\n\r\n"}) {
        auto const lines = ask(client, request);
        ASSERT_EQ(lines.size(), 1U);
        EXPECT_TRUE(has(lines[0], R"("lines":0)"));
    }
}

TEST_P(RestBatch, ABadLineCostsOnlyItself) {
    rest_.start();
    auto client = rest_.connect();
    auto const body = transfer_line("k1") + "nonsense\n" + R"({"key":"k3","kind":"hold"})" + "\n" +
                      std::string(65'537, 'x') + "\n" + transfer_line("k5") + transfer_line("a b") +
                      "{\"key\":\"cut";
    auto const lines = ask(client, with_length(body));
    ASSERT_EQ(lines.size(), 8U);
    EXPECT_TRUE(has(lines[0], R"("status":"posted")"));
    EXPECT_TRUE(has(lines[1], R"({"line":2,"key":null,"status":"malformed_request")"));
    EXPECT_TRUE(has(
        lines[2], R"({"line":3,"key":"k3","status":"invalid_field","field":"/debit_account_no",)"));
    EXPECT_TRUE(has(lines[3], R"({"line":4,"key":null,"status":"request_too_large","detail":)"));
    EXPECT_TRUE(has(lines[4], R"({"line":5,"key":"k5","status":"posted")"));
    EXPECT_TRUE(has(lines[5], R"({"line":6,"key":null,"status":"invalid_field","field":"/key")"));
    EXPECT_TRUE(has(lines[6], R"({"line":7,"key":null,"status":"malformed_request")"));
    EXPECT_TRUE(has(lines[7], R"("lines":7,"posted":2,"refused":0,"failed":5)"));
    EXPECT_EQ(submitted().size(), 2U);
}

TEST_P(RestBatch, TellsRefusalsReplaysAndErrors) {
    rest_.start();
    auto client = rest_.connect();
    rest_.host.api.transfer_status = Code::insufficient_funds;
    rest_.host.api.is_replay = true;
    auto const refused = ask(client, with_length(lines_of(1)));
    EXPECT_TRUE(has(refused[0], R"("status":"insufficient_funds","is_replay":true,"transfer":)"));
    EXPECT_TRUE(has(refused[1], R"("posted":0,"refused":1,"failed":0,"replayed":1)"));
    rest_.host.api.transfer_error =
        Error{.code = Code::invalid_field, .field = "/transfers/1/amount"};
    auto const failed =
        ask(client, with_length(R"({"key":"k","linked":[{"kind":"release","origin_id":"1"}]})"));
    EXPECT_TRUE(has(failed[0], R"("status":"invalid_field","field":"/linked/1/amount","detail":)"));
    EXPECT_TRUE(has(failed[1], R"("failed":1)"));
}

TEST_P(RestBatch, KeepsTheOrderOfTheLinesWhateverThatOfTheOutcomes) {
    Desk desk(rest_.host.api);
    rest_.start();
    auto client = rest_.connect();
    client.send(with_length(lines_of(3)));
    EXPECT_EQ(client.read().status, 200);
    ASSERT_TRUE(desk.holds(3));
    EXPECT_EQ(desk.answer_last(), "k3");
    EXPECT_EQ(desk.answer_last(), "k2");
    EXPECT_EQ(desk.answer_last(), "k1");
    auto const lines = read_lines(client);
    ASSERT_EQ(lines.size(), 4U);
    for (std::size_t i = 0; i < 3; ++i) EXPECT_TRUE(has(lines[i], fmt::format("\"k{}\"", i + 1)));
}

TEST_P(RestBatch, AnswersALineWhileTheNextIsNotThereYet) {
    Desk desk(rest_.host.api);
    rest_.start();
    auto client = rest_.connect();
    client.send(batch_head(in_chunks) + chunk(transfer_line("k1")));
    EXPECT_EQ(client.read().status, 200);
    ASSERT_TRUE(desk.holds(1));
    desk.answer_first();
    auto const first = client.read_chunk();
    ASSERT_TRUE(first);
    EXPECT_TRUE(has(*first, R"("key":"k1","status":"posted")"));
    client.send(chunk(transfer_line("k2")));
    ASSERT_TRUE(desk.holds(1));
    EXPECT_EQ(desk.answer_first(), "k2");
    EXPECT_TRUE(has(client.read_chunk().value_or(""), R"("key":"k2")"));
    client.send("0\r\n\r\n");
    EXPECT_EQ(read_lines(client).size(), 1U);
}

TEST_P(RestBatch, BoundsWhatIsInFlight) {
    rest_.host.settings["batch_window_max"] = "4";
    Desk desk(rest_.host.api);
    rest_.start();
    auto client = rest_.connect();
    client.send(with_length(lines_of(10)));
    EXPECT_EQ(client.read().status, 200);
    EXPECT_TRUE(desk.holds(4));
    desk.answer_last();  // Not the first: its place remains taken.
    EXPECT_TRUE(desk.holds(3));
    EXPECT_EQ(desk.answer_first(), "k1");
    EXPECT_TRUE(desk.holds(3));
    EXPECT_EQ(desk.answer_first(), "k2");
    EXPECT_EQ(desk.answer_first(), "k3");
    EXPECT_TRUE(desk.holds(4));  // k4 was answered earlier, so all places are free.
    for (int i = 0; i < 4; ++i) desk.answer_first();
    EXPECT_TRUE(desk.holds(2));
    for (int i = 0; i < 2; ++i) desk.answer_first();
    EXPECT_EQ(read_lines(client).size(), 11U);
}

TEST_P(RestBatch, WaitsForABusyCore) {
    std::mutex mutex;
    std::vector<std::string> tries;
    rest_.host.api.take = [&](api::TransferRequest request, Reply const& reply) {
        std::lock_guard const lock(mutex);
        tries.push_back(request.idempotency_key);
        auto const is_busy = request.idempotency_key == "k2" && tries.size() < 5;
        is_busy ? reply(Error{.code = Code::overloaded}) : reply(rest_.host.api.transfer());
    };
    rest_.start();
    auto client = rest_.connect();
    auto const lines = ask(client, with_length(lines_of(3)));
    EXPECT_TRUE(has(lines.back(), R"("posted":3,"refused":0,"failed":0)"));
    EXPECT_EQ(tries, (std::vector<std::string>{"k1", "k2", "k2", "k2", "k2", "k3"}));
}

TEST_P(RestBatch, PaysForEachHundredTransfers) {
    rest_.start();
    auto client = rest_.connect();
    ask(client, with_length(lines_of(100)));
    EXPECT_EQ(rest_.host.api.charged().size(), 1U);
    ask(client, with_length(lines_of(201)));
    EXPECT_EQ(rest_.host.api.charged().size(), 4U);
    EXPECT_EQ(rest_.host.api.charged().back(), operations::Budget::money);
}

TEST_P(RestBatch, ARefusedBudgetRefusesTheRestOfTheLines) {
    std::atomic<int> submitted = 0;
    rest_.host.api.take = [&](api::TransferRequest const&, Reply const& reply) {
        // The request itself covers the first hundred.
        if (++submitted == 100) rest_.host.api.rate = api::RateDecision{false, 1, 60, 0, 60, 60};
        reply(rest_.host.api.transfer());
    };
    rest_.start();
    auto client = rest_.connect();
    auto const lines = ask(client, with_length(lines_of(150)));
    EXPECT_EQ(submitted, 100);
    EXPECT_TRUE(has(lines[99], R"("status":"posted")"));
    EXPECT_TRUE(has(lines[100], R"("key":"k101","status":"rate_limited")"));
    EXPECT_TRUE(has(lines[100], R"("retry_after":60)"));
    EXPECT_TRUE(has(lines.back(), R"("lines":150,"posted":100,"refused":0,"failed":50)"));
    auto const refused = client.ask(with_length(lines_of(1)));
    EXPECT_EQ(refused.status, 429);
    EXPECT_EQ(refused.headers.at("connection"), "close");
}

// Permits as the core gives them; a test says what becomes of each but the first.
class Permits {
public:
    Permits(FakeBankApi& api, std::function<Result<api::BatchPermit>(int)> next) {
        api.on<operations::ReserveBatch>(
            [this, next = std::move(next)](auto&, auto&) -> Result<api::BatchPermit> {
                return ++asked == 1 ? permit(1) : next(asked);
            });
    }
    static api::BatchPermit permit(int number) {
        return {Uuid{{static_cast<std::uint8_t>(number)}}, 100};
    }
    std::atomic<int> asked = 0;
};

TEST_P(RestBatch, AsksOnceForASessionThatHasEnded) {
    Permits const permits(rest_.host.api, [](int) { return Code::session_ended; });
    rest_.start();
    auto client = rest_.connect();
    auto const lines = ask(client, with_length(lines_of(300)));
    EXPECT_EQ(permits.asked, 2);
    EXPECT_TRUE(has(lines[99], R"("status":"posted")"));
    EXPECT_TRUE(has(lines[100], R"("status":"session_ended")"));
    EXPECT_TRUE(has(lines[299], R"("status":"session_ended")"));
}

TEST_P(RestBatch, LinesThatWereNotSentCostNothing) {
    Permits const permits(rest_.host.api, [](int asked) -> Result<api::BatchPermit> {
        if (asked == 2) return Code::storage_unavailable;
        return Permits::permit(asked);
    });
    rest_.start();
    auto client = rest_.connect();
    auto lines = ask(client, with_length(lines_of(1100)));
    // A refusal lasts a second: a thousand lines are no thousand questions, and leave no debt.
    EXPECT_EQ(permits.asked, 2);
    EXPECT_TRUE(has(lines[1099], R"("status":"storage_unavailable")"));
    lines = ask(client, with_length(lines_of(200)));
    EXPECT_EQ(permits.asked, 4);
    EXPECT_TRUE(has(lines.back(), R"("posted":200,"refused":0,"failed":0)"));
}

TEST_P(RestBatch, WaitsForAPermitOfABusyCore) {
    Permits const permits(rest_.host.api, [](int asked) -> Result<api::BatchPermit> {
        if (asked < 5) return Code::overloaded;
        return Permits::permit(asked);
    });
    rest_.start();
    auto client = rest_.connect();
    auto const lines = ask(client, with_length(lines_of(150)));
    EXPECT_TRUE(has(lines.back(), R"("posted":150,"refused":0,"failed":0)"));
    EXPECT_EQ(permits.asked, 5);
}

TEST_P(RestBatch, APermitThatTheCoreHasForgottenIsReplaced) {
    Permits const permits(rest_.host.api, [](int asked) { return Permits::permit(asked); });
    auto& api = rest_.host.api;
    // The core restarts after the second transfer: the first permit is known no more.
    std::atomic<int> posted = 0;
    api.on_reply<operations::Submit>([&](auto const& caller, auto, auto reply) {
        if (posted >= 2 && caller.batch == Permits::permit(1).id) {
            return reply(Error{.code = Code::rate_limited, .retry_after_s = 1});
        }
        ++posted;
        reply(api.transfer());
    });
    rest_.start();
    auto client = rest_.connect();
    auto const lines = ask(client, with_length(lines_of(20)));
    EXPECT_TRUE(has(lines.back(), R"("posted":20,"refused":0,"failed":0)"));
    EXPECT_EQ(permits.asked, 2);
}

TEST_P(RestBatch, WantsItsOwnTypeAndALength) {
    rest_.start();
    struct Row {
        std::string request;
        int status;
    };
    std::string const path = "/v1/transfer-batches";
    std::vector<Row> const rows{
        {post_request(path, "{}"), 415},
        {batch_head(""), 411},
        {batch_head("Content-Length: 67108865\r\n"), 413},
        {batch_head("Content-Length: 2\r\n" + in_chunks) + "0\r\n\r\n", 400},
        {batch_head("Transfer-Encoding: gzip, chunked\r\n"), 400},
    };
    for (auto const& row : rows) {
        auto client = rest_.connect();
        client.send(row.request + get_request("/v1/users/me"));
        auto const answer = client.read();
        EXPECT_EQ(answer.status, row.status) << row.request;
        EXPECT_EQ(client.read_to_end(), "");
    }
    auto client = rest_.connect();
    EXPECT_EQ(client.ask(post_request(path + "?a=b", "{}")).status, 400);
    EXPECT_TRUE(rest_.host.api.calls().empty());
}

TEST_P(RestBatch, ChunksAreServedNowhereElse) {
    rest_.start();
    for (auto const& route : rest::routes()) {
        if (route.body == rest::BodyRule::lines) continue;
        auto client = rest_.connect();
        client.send(fmt::format("{} {} HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-ndjson"
                                "\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                                to_string(route.method), route.pattern) +
                    get_request("/v1/users/me"));
        auto const answer = client.read(route.method == rest::Method::get);
        // The braces of a pattern are not valid in a URI; the first fault does not matter.
        EXPECT_TRUE(answer.status == 411 || answer.status == 400) << route.pattern;
        EXPECT_EQ(answer.headers.at("connection"), "close");
    }
    EXPECT_TRUE(rest_.host.api.calls().empty());
}

TEST_P(RestBatch, BrokenChunksEndTheBatchAndTheConnection) {
    rest_.start();
    for (auto const* const broken :
         {"zz\r\n", "5;x=y\r\nhello\r\n", "1\r\nab", "0\r\nX: a\r\n\r\n", "123456789\r\n", "\n"}) {
        auto client = rest_.connect();
        client.send(batch_head(in_chunks) + chunk(transfer_line("k1")) + broken +
                    get_request("/v1/users/me"));
        EXPECT_EQ(client.read().status, 200);
        auto const lines = read_lines(client);
        ASSERT_EQ(lines.size(), 3U) << broken;
        EXPECT_TRUE(has(lines[0], R"("status":"posted")"));
        EXPECT_TRUE(has(lines[1], R"({"line":2,"key":null,"status":"malformed_request")"));
        EXPECT_TRUE(has(lines[2], R"("lines":1,"posted":1)"));
        EXPECT_EQ(client.read_to_end(), "");
    }
    for (auto const& call : submitted()) EXPECT_EQ(call.name, "submit");
}

TEST_P(RestBatch, WhatFollowsABatchIsTheNextRequest) {
    rest_.start();
    auto client = rest_.connect();
    auto const lines = ask(client, batch_head(in_chunks) + chunk(transfer_line("k1")) +
                                       "0\r\n\r\n" + get_request("/v1/accounts/12"));
    EXPECT_EQ(lines.size(), 2U);
    EXPECT_NE(client.read().body.find("Household"), std::string::npos);
}

TEST_P(RestBatch, InvitesABodyThatWasAnnounced) {
    rest_.start();
    auto client = rest_.connect();
    client.send(batch_head("Expect: 100-continue\r\n" + in_chunks));
    EXPECT_EQ(client.read().status, 100);
    EXPECT_EQ(ask(client, chunk(transfer_line("k1")) + "0\r\n\r\n").size(), 2U);
}

TEST_P(RestBatch, ASenderThatStallsIsToldAndEnded) {
    rest_.host.settings["header_deadline_ms"] = "300";
    rest_.start();
    auto client = rest_.connect();
    client.send(batch_head(in_chunks) + chunk(transfer_line("k1") + "{"));
    EXPECT_EQ(client.read().status, 200);
    auto const lines = read_lines(client);
    ASSERT_EQ(lines.size(), 3U);
    EXPECT_TRUE(has(lines[1], R"({"line":2,"key":null,"status":"request_timeout")"));
    EXPECT_EQ(client.read_to_end(), "");
}

TEST_P(RestBatch, AReaderThatStallsIsCut) {
    rest_.host.settings["header_deadline_ms"] = "300";
    rest_.start();
    auto client = rest_.connect();
    auto const body = lines_of(1000);
    client.send(batch_head(in_chunks));
    auto const begin = Steady::now();
    auto is_open = true;
    while (is_open && Steady::now() < begin + std::chrono::seconds(20)) {
        is_open = client.send(chunk(body));
    }
    EXPECT_FALSE(is_open);
    // The server has finished with it, and serves others.
    EXPECT_EQ(rest_.connect().ask(get_request("/healthz")).status, 200);
}

TEST_P(RestBatch, AClientThatGoesLeavesNothingBehind) {
    {
        Desk desk(rest_.host.api);
        rest_.start();
        {
            auto client = rest_.connect();
            client.send(batch_head(in_chunks) + chunk(lines_of(3)));
            EXPECT_TRUE(desk.holds(3));
        }
        // The outcomes arrive when the client is gone.
        while (desk.waiting() > 0) desk.answer_first();
        rest_.server.stop(3000);
    }
    rest_.host.api.take = nullptr;
}

TEST_P(RestBatch, AStopAnswersWhatIsInFlightAndTakesNoMore) {
    Desk desk(rest_.host.api);
    rest_.start();
    auto idle = rest_.connect();
    EXPECT_EQ(idle.ask(get_request("/healthz")).status, 200);
    auto client = rest_.connect();
    client.send(batch_head(in_chunks) + chunk(lines_of(2)));
    EXPECT_EQ(client.read().status, 200);
    ASSERT_TRUE(desk.holds(2));
    std::thread stopping([&] { rest_.server.stop(5000); });
    EXPECT_EQ(idle.read_to_end(), "") << "it drains";
    client.send(chunk(transfer_line("k3")));
    EXPECT_TRUE(desk.holds(2));
    desk.answer_first();
    desk.answer_first();
    auto const lines = read_lines(client);
    stopping.join();
    ASSERT_EQ(lines.size(), 4U);
    EXPECT_TRUE(has(lines[1], R"("key":"k2","status":"posted")"));
    EXPECT_TRUE(has(lines[2], R"({"line":3,"key":null,"status":"shutting_down")"));
    EXPECT_TRUE(has(lines[3], R"("lines":2,"posted":2)"));
}

INSTANTIATE_TEST_SUITE_P(PlainAndTls, RestBatch, testing::Bool());

}  // namespace
}  // namespace bank::test
